/**
 * How Pollux names itself to upstreams: as itself.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };

/** Sent as `User-Agent`, and in Code Assist's envelope. */
export const USER_AGENT = `pollux/${manifest.version}`;
