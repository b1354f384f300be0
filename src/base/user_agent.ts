/**
 * The user agent that Pollux sends to upstreams: its own name and version.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };

/** Sent as `User-Agent`, and in Code Assist's envelope. */
export const USER_AGENT = `pollux/${manifest.version}`;
