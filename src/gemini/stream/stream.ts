/**
 * What flows through a streamed response: the events that an upstream's decoder yields and the writer
 * that puts them into the client's framing.
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
 * - `reported`: upstream said so.
 * - `torn`: it ended inside an event.
 * - `unreadable`: what came is no part of a response; the same request would be answered the same.
 */
export type StreamFailure = "reported" | "torn" | "unreadable";

/** Frames events for one client. Stateful: one writer for each response. */
export interface StreamWriter {
  /** `Content-Type` of the response. */
  readonly contentType: string;
  /** The bytes for one chunk of the response, in pieces to be joined: the chunk itself is not copied. */
  data(json: Uint8Array): Uint8Array[];
  /** The bytes for upstream's `[DONE]`; empty where the framing has no such thing. */
  done(): Uint8Array;
  /**
   * The bytes that tell the client of a failure after the first event, and end the stream. Each array
   * is to be written on its own: some clients only notice an error that arrives in its own read.
   */
  error(error: RpcError): Uint8Array[];
  /** The bytes that end a good stream; may be empty. */
  end(): Uint8Array;
}
