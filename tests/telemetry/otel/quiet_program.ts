/**
 * Sends a request to where nobody listens, while Deno traces. The argument is the URL.
 *
 * @module
 */
import { hideUrls, quietFetch } from "../../../src/telemetry/otel/quiet_runtime.ts";

hideUrls();
await quietFetch(Deno.args[0] ?? "").catch(() => {});
