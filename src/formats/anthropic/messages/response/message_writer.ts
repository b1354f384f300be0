/**
 * Translates native responses to the events of one message: a state machine, fed with a whole response or with chunks.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { OperationContext } from "../../../operation.ts";
import type { FunctionNames } from "../../../shared/request/function_tools.ts";
import {
  blockReasonOf,
  type Candidate,
  candidatesOf,
  type ResponsePart,
} from "../../../shared/response/response_parts.ts";
import { countsOf, NO_TOKENS, type TokenCounts } from "../../../shared/response/token_counts.ts";
import { SERVER_TOOL, serverToolId } from "../server_tool_id.ts";
import { signatureForClient } from "../thinking_signature.ts";
import { writeCode, writeCodeResult } from "./code_blocks.ts";
import { MessageBlocks } from "./message_blocks.ts";
import { messageEnd } from "./message_end.ts";
import type { MessageEvent } from "./message_event.ts";
import { endUsage, messageUsage } from "./message_usage.ts";
import { SearchCollector, writeSearches } from "./search_blocks.ts";

/** What the response depends on of the request. */
export interface MessageScope {
  readonly context: Pick<OperationContext, "keepCall" | "newId">;
  readonly names: FunctionNames;
  /** The model that is called. */
  readonly model: string;
  /** Whether the client asked for thinking. Otherwise its messages have no such blocks. */
  readonly showsThinking: boolean;
  /** Whether the client asked for web searches. Otherwise its messages have no such blocks. */
  readonly showsSearches: boolean;
}

/** A native id that can be a part of a message's id. */
const PLAIN_ID = /^[\w-]{1,64}$/;

/** Writes one message. */
export class MessageWriter {
  readonly #scope: MessageScope;
  readonly #send: (event: MessageEvent) => void;
  readonly #blocks: MessageBlocks;
  #isStarted = false;
  #counts: TokenCounts = NO_TOKENS;
  readonly #searches = new SearchCollector();
  #hasSearches = false;
  #finishReason: string | undefined;
  #finishMessage: string | undefined;
  #blockReason: string | undefined;
  #callsTool = false;
  /** The id of the last piece of code. */
  #codeId: string | undefined;

  /**
   * @param output Where the events go, and whether they are those of a whole message.
   */
  constructor(
    scope: MessageScope,
    output: { readonly send: (event: MessageEvent) => void; readonly isWhole: boolean },
  ) {
    this.#scope = scope;
    this.#send = output.send;
    this.#blocks = new MessageBlocks(output);
  }

  /** Translates a chunk. Only the first candidate is read: a message has one. */
  chunk(response: JsonObject): void {
    this.#counts = countsOf(response) ?? this.#counts;
    this.#start(response);
    this.#blockReason ??= blockReasonOf(response);
    const candidate = firstCandidate(response);
    if (candidate !== undefined) this.#candidate(candidate);
  }

  /** Writes the searches of a whole response, which stand before the text that uses them. */
  searchesFirst(response: JsonObject): void {
    this.#counts = countsOf(response) ?? this.#counts;
    this.#start(response);
    this.#searches.add(firstCandidate(response)?.groundingMetadata ?? {});
    this.#writeSearches();
  }

  /** Ends the message, also if nothing came. */
  end(): void {
    this.#start({});
    this.#writeSearches();
    this.#blocks.close();
    const delta = messageEnd({
      finishReason: this.#finishReason,
      finishMessage: this.#finishMessage,
      blockReason: this.#blockReason,
      callsTool: this.#callsTool,
    });
    this.#send({ type: "message_delta", delta, usage: endUsage(this.#usage()) });
    this.#send({ type: "message_stop" });
  }

  #start({ responseId, modelVersion }: JsonObject): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { context, model } = this.#scope;
    const isPlain = typeof responseId === "string" && PLAIN_ID.test(responseId);
    this.#send({
      type: "message_start",
      message: {
        id: isPlain ? `msg_${responseId}` : context.newId("msg_"),
        type: "message",
        role: "assistant",
        model: typeof modelVersion === "string" ? modelVersion : model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        stop_details: null,
        usage: messageUsage(this.#usage()),
      },
    });
    this.#send({ type: "ping" });
  }

  #candidate({ parts, finishReason, finishMessage, groundingMetadata }: Candidate): void {
    for (const part of parts) this.#part(part);
    if (groundingMetadata !== undefined) this.#searches.add(groundingMetadata);
    this.#finishReason = finishReason ?? this.#finishReason;
    this.#finishMessage = finishMessage ?? this.#finishMessage;
  }

  #part(part: ResponsePart): void {
    switch (part.type) {
      case "text":
        this.#signText(part.signature);
        if (part.text !== "") this.#blocks.text(part.text);
        break;
      case "thought":
        this.#thought(part.text, part.signature);
        break;
      case "call":
        this.#call(part);
        break;
      case "code":
        this.#codeId = this.#serverToolId(part.signature);
        writeCode(this.#blocks, { part, id: this.#codeId });
        break;
      case "codeResult": {
        const id = this.#codeId ?? this.#serverToolId(undefined);
        writeCodeResult(this.#blocks, { part, id });
        break;
      }
      case "media":
        // Messages have no block for images of the assistant.
        if (!part.isThought) this.#blocks.text(`![](data:${part.mimeType};base64,${part.data})`);
        break;
      case "file":
        this.#blocks.text(`[${part.uri}](${part.uri})`);
        break;
      case "other":
        break;
    }
  }

  #thought(text: string, signature: string | undefined): void {
    if (!this.#scope.showsThinking) return;
    if (text === "" && signature === undefined) return;
    this.#blocks.thinking(text);
    if (signature !== undefined) {
      this.#blocks.signature(signatureForClient({ signature, on: "thought" }));
    }
  }

  /**
   * The signature of a text goes to the thinking before it. Where that block is closed already, the signature is
   * dropped: Google requires only those of function calls, and clients take the last block for the answer. (`claude -p`
   * prints nothing if that is thinking.)
   */
  #signText(signature: string | undefined): void {
    if (signature !== undefined && this.#blocks.isThinking) {
      this.#blocks.signature(signatureForClient({ signature, on: "text" }));
    }
  }

  #call({ id, name, args, signature }: Extract<ResponsePart, { type: "call" }>): void {
    // A client cannot call what has no name.
    if (name === "") return;
    const { context, names } = this.#scope;
    this.#callsTool = true;
    const kept = {
      ...(id === undefined ? {} : { id }),
      ...(signature === undefined ? {} : { signature }),
    };
    this.#blocks.toolUse({
      type: "tool_use",
      id: context.keepCall(kept, "toolu_"),
      name: names.toClient(name),
      input: args,
    });
  }

  /** The id of a block for a tool that Google ran; a signature is kept under it. */
  #serverToolId(signature: string | undefined): string {
    const { context } = this.#scope;
    return signature === undefined
      ? context.newId(SERVER_TOOL)
      : serverToolId(context.keepCall({ signature }, "toolu_"));
  }

  /** Writes the blocks of all searches, once. */
  #writeSearches(): void {
    const { searches } = this.#searches;
    if (!this.#scope.showsSearches || this.#hasSearches || searches === undefined) return;
    this.#hasSearches = true;
    writeSearches(this.#blocks, { searches, id: this.#serverToolId(undefined) });
  }

  #usage() {
    return {
      counts: this.#counts,
      searches: this.#scope.showsSearches ? this.#searches.count : undefined,
    };
  }
}

function firstCandidate(response: JsonObject): Candidate | undefined {
  return candidatesOf(response).find(({ index }) => index === 0);
}
