/**
 * A time limit for work outside of client calls.
 *
 * @module
 */
import { RpcError } from "../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

/** A signal that aborts at a limit, until it is disposed of. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Cancels the limit; must be called when the work ends. */
  dispose(): void;
}

/**
 * Starts a time limit.
 *
 * @param ms The limit, in ms.
 * @param message The error message when it passes.
 */
export function timeLimit(ms: number, message: string): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(new UpstreamFault("transient", new RpcError("DEADLINE_EXCEEDED", message))),
    ms,
  );
  return { signal: controller.signal, dispose: () => clearTimeout(timer) };
}
