/**
 * An operation of another API, such as OpenAI's chat completions, as a translation to native calls. Operations are
 * pure: they do no I/O, and what they need of the gateway is handed in.
 *
 * @module
 */
import type { JsonObject } from "../base/json.ts";
import type { RpcError } from "../gemini/errors/rpc_error.ts";
import type { FieldRule } from "./field_rule.ts";
import type { FormBody } from "./form/form_body.ts";

/** The native methods that operations call. */
export type TranslatedMethod =
  | "generateContent"
  | "streamGenerateContent"
  | "countTokens"
  | "batchEmbedContents"
  | "predict"
  | "interactions.create";

/** One native call. */
export interface TranslatedCall {
  readonly method: TranslatedMethod;
  /** The id of the model, after aliasing. */
  readonly model: string;
  /** The native request. */
  readonly body: JsonObject;
}

/** What is kept of a function call of the model, under the id that the client got. */
export interface KeptToolCall {
  /** The id that Gemini gave the call; absent if it gave none. Models that give none refuse one. */
  readonly id?: string;
  /** The call's thought signature, as Google wrote it; absent if it has none. */
  readonly signature?: string;
}

/** One exchange of a conversation that the gateway keeps for its client. */
export interface KeptExchange {
  /** The id of the response before it; absent if it is the first. */
  readonly previous?: string;
  /** The native contents of the request that are new, and those of the response. */
  readonly contents: readonly JsonObject[];
}

/** What a request refers to, and the gateway looks up before the request is read. */
export interface References {
  /** Ids of tool calls of earlier responses. */
  readonly toolCalls?: readonly string[];
  /** The id of the response that the request continues. */
  readonly previousResponse?: string;
  /** Ids of responses whose items the request names instead of repeating them. */
  readonly responses?: readonly string[];
}

/** What an operation needs of the gateway. */
export interface OperationContext {
  /** The id of the model to call for a name in a request: aliases are resolved, and prefixes removed. */
  readonly resolveModel: (name: string) => string;
  /** What is kept of a tool call; undefined if nothing is known of the id. */
  readonly keptCall: (id: string) => KeptToolCall | undefined;
  /**
   * Keeps what the next request needs of a tool call.
   *
   * @returns The call's id, for the client: the prefix and 22 characters of `[A-Za-z0-9_-]`.
   */
  readonly keepCall: (call: KeptToolCall, prefix: "call_" | "toolu_") => string;
  /**
   * The native contents of the kept conversation that {@linkcode References.previousResponse} names; undefined if it
   * is not known.
   */
  readonly previousContents: readonly JsonObject[] | undefined;
  /** The native contents of one of {@linkcode References.responses}; undefined if it is not known. */
  readonly keptContents?: (responseId: string) => readonly JsonObject[] | undefined;
  /** Whether an account that the caller may use has interactions with a model. Default: none has. */
  readonly hasInteractions?: (model: string) => boolean;
  /** Keeps an exchange under the id of its response. */
  readonly keepExchange: (responseId: string, exchange: KeptExchange) => void;
  /** A new id: the prefix and 24 random letters and digits. */
  readonly newId: (prefix: string) => string;
  /** Now, in ms since the epoch. */
  readonly nowMs: number;
}

/** The body of a whole response for the client. */
export type WholeBody =
  | { readonly json: JsonObject }
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string };

/** Translates a whole response. */
export interface WholeResponse {
  readonly type: "whole";
  /**
   * @param responses The native responses, in the order of the calls. Of several calls, those that succeeded: at
   * least one, and all if {@linkcode Reading.needsAllCalls}.
   * @throws {RpcError} If they hold nothing of what the client asked for.
   */
  readonly translate: (responses: readonly JsonObject[]) => WholeBody;
}

/**
 * Translates the events of a stream, one by one. A state machine: one for each response. Each method returns the
 * frames to send as text, empty if there is nothing to send.
 */
export interface EventTranslator {
  /** Translates a chunk: a GenerateContentResponse, or an event of an interaction. */
  chunk(chunk: JsonObject): string;
  /** The frames that report a failure after the first chunk, and end the stream. */
  error(error: RpcError): string;
  /**
   * The frames that end a stream that did not fail, also if no chunk came.
   *
   * @throws {RpcError} If it ended too early, or holds nothing of what the client asked for:
   * {@linkcode EventTranslator.error} ends it.
   */
  end(): string;
  /** The frame for a client that has waited for long since the last one. Default: a comment. */
  readonly keepAlive?: string;
}

/** Translates a streamed response to server-sent events. */
export interface StreamedResponse {
  readonly type: "stream";
  readonly translator: () => EventTranslator;
}

/** A request as it was read. */
export interface Reading {
  /** The native calls. All but images and embeddings have one; several are sent side by side. */
  readonly calls: readonly TranslatedCall[];
  /** The client's own id of the conversation; absent if the client named none. */
  readonly session?: string;
  readonly response: WholeResponse | StreamedResponse;
  /** Whether a response without one of the calls is of no use: then its error is the client's. Default: false. */
  readonly needsAllCalls?: boolean;
  /** What the client should know of the translation: sent as the header `x-pollux-warning`. Printable ASCII. */
  readonly warning?: string;
}

/** One operation. */
export interface Operation<Body extends JsonObject | FormBody = JsonObject> {
  /** Its name in logs and metrics, such as `openai.chat`. */
  readonly name: string;
  /** Every field of its request. A field that is not in the list is refused. */
  readonly fields: readonly FieldRule[];
  /** What a request refers to; without errors for what is malformed. Default: nothing. */
  readonly references?: (body: Body) => References;
  /**
   * Reads a request.
   *
   * @throws {RpcError} INVALID_ARGUMENT that names the field, from `invalidField()`.
   */
  readonly read: (body: Body, context: OperationContext) => Reading;
}
