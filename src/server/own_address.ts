/**
 * The gateway's own address, which URLs in its responses begin with.
 *
 * @module
 */
import { withoutTrailing } from "../base/text/without_trailing.ts";
import type { GatewaySettings } from "./settings.ts";

/**
 * The address under which a client can call the gateway. Forwarded headers do not count, since any client can
 * send them.
 *
 * @param request Has passed the guard, which allows only hosts that lead here.
 * @returns Without a trailing slash, as in `http://127.0.0.1:8045`.
 */
export function ownAddress(
  request: Request,
  { publicUrl }: Pick<GatewaySettings["server"], "publicUrl">,
): string {
  // Deno takes the scheme from the listener, and the guard has compared the rest with the Host header.
  return publicUrl === undefined ? new URL(request.url).origin : withoutTrailing(publicUrl, "/");
}
