/**
 * Types of a streamed response: the events that an upstream's decoder yields, and the writer that frames them
 * for the client.
 *
 * @module
 */
import type { ResponseFacts } from "./response_facts.ts";
import type { RpcError } from "../errors/rpc_error.ts";

/** One event of a streamed response. */
export type StreamEvent =
  /** A chunk of the response: the bytes of one JSON object (UTF-8), as upstream sent them. */
  | { readonly type: "data"; readonly json: Uint8Array; readonly facts: ResponseFacts }
  /** Upstream's `[DONE]`. Google sends none; some relays do. */
  | { readonly type: "done" }
  /** The stream failed. Nothing follows it. */
  | { readonly type: "error"; readonly error: RpcError; readonly cause: StreamFailure };

/**
 * Why a stream failed:
 * - `reported`: upstream sent an error.
 * - `torn`: it ended inside an event.
 * - `unreadable`: the data is not part of a response; retrying the same request would give the same result.
 */
export type StreamFailure = "reported" | "torn" | "unreadable";

/** Frames events for one client. Stateful: one writer for each response. */
export interface StreamWriter {
  /** `Content-Type` of the response. */
  readonly contentType: string;
  /** What a client that waits for long gets; undefined if it gets nothing. */
  readonly keepAlive?: Uint8Array;
  /** The bytes for one chunk of the response, in pieces to be joined: the chunk itself is not copied. */
  data(json: Uint8Array): Uint8Array[];
  /** The bytes for upstream's `[DONE]`; empty if the framing has no such marker. */
  done(): Uint8Array;
  /**
   * The bytes that report a failure after the first event to the client and end the stream. Each array must be
   * written separately: some clients only notice an error that arrives in its own read.
   */
  error(error: RpcError): Uint8Array[];
  /** The bytes that end a successful stream; may be empty. */
  end(): Uint8Array;
}
