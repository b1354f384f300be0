/**
 * An upstream Live session, and the account that it belongs to.
 *
 * @module
 */
import type { UpstreamSocket } from "../../upstream/exchange/upstream_socket.ts";
import type { UpstreamCall } from "../../upstream/upstream.ts";

/** A session that an upstream has set up. */
export interface OpenedSession {
  readonly socket: UpstreamSocket;
  readonly accountId: string;
  /** Aborted when the gateway stops or a time limit passes: the session then ends. */
  readonly signal: AbortSignal;
  readonly listener: UpstreamCall["listener"];
}
