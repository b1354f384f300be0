/**
 * The output of a response: a state machine from the parts of the model to items and their events. Whole responses
 * and streams go through the same one.
 *
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import type { JsonObject } from "../../../../base/json.ts";
import type { KeptToolCall, OperationContext } from "../../../operation.ts";
import type { CallPart, MediaPart, ResponsePart } from "../../../shared/response/response_parts.ts";
import { addCall } from "./call_items.ts";
import { type CarriedSignatures, sealCarried } from "../input/carried_signatures.ts";
import { Grounding } from "./grounding.ts";
import { MessageItem } from "./message_item.ts";
import { OutputList } from "./output_list.ts";
import { ReasoningItem } from "./reasoning_item.ts";
import type { EventSink } from "./response_events.ts";
import { addImage, addWebSearch, CodeItem } from "./server_tool_items.ts";
import type { ToolSet } from "../tools/tool_set.ts";

/** What a response's output depends on. */
export interface OutputOptions {
  readonly responseId: string;
  readonly sink: EventSink;
  readonly tools: ToolSet;
  readonly context: Pick<OperationContext, "keepCall">;
  /** What the client asked to be included. */
  readonly include: ReadonlySet<string>;
}

/** What a part of the model became: for the kept exchange. */
export interface PartPlace {
  /** The id of the item that has it. */
  readonly item?: string;
  /** The client's id of the call. */
  readonly call?: string;
}

/** The output of one response. Parts come in the order of the model. */
export class ResponseOutput {
  readonly #options: OutputOptions;
  readonly #output: OutputList;
  #message: MessageItem | undefined;
  #reasoning: ReasoningItem | undefined;
  #code: CodeItem | undefined;
  /** The signature of the open message, for after it. */
  #signature: string | undefined;
  readonly #grounding = new Grounding();

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#output = new OutputList(options.responseId, options.sink);
  }

  /** The list of items, for items that are not the model's. */
  get list(): OutputList {
    return this.#output;
  }

  /** Adds a part. `logprobs`: those of the tokens of a text. */
  add(part: ResponsePart, logprobs: readonly JsonObject[]): PartPlace {
    switch (part.type) {
      case "thought":
        return this.#addThought(part.text);
      case "text":
        return this.#addText(part, logprobs);
      case "call":
        return this.#addCall(part);
      case "media":
        return this.#addMedia(part);
      case "code":
        this.#close();
        this.#code = new CodeItem(this.#output, part.code);
        return { item: this.#code.id };
      case "codeResult": {
        const item = this.#code?.id;
        this.#closeCode(part.output);
        return defined({ item });
      }
      default:
        return {};
    }
  }

  /** Adds what the model found by searching: its queries, and the citations of the text. Several chunks may have some. */
  ground(grounding: JsonObject): void {
    this.#grounding.add(grounding);
  }

  /** Ends what is open. `status`: of a message that is open. */
  finish(status: "completed" | "incomplete" = "completed"): void {
    this.#close(status);
    this.#addSearch();
  }

  #addThought(text: string): PartPlace {
    if (text === "") return {};
    if (this.#reasoning === undefined) {
      this.#close();
      this.#reasoning = new ReasoningItem(this.#output);
    }
    this.#reasoning.add(text);
    return {};
  }

  #addText(
    { text, signature }: Extract<ResponsePart, { type: "text" }>,
    logprobs: readonly JsonObject[],
  ): PartPlace {
    if (this.#message === undefined) {
      if (text === "") return {};
      this.#closeCode();
      this.#addSearch();
      if (signature !== undefined) {
        this.#carry({ calls: new Map(), text: { signature, place: "next" } });
      } else this.#closeReasoning();
      this.#message = new MessageItem(this.#output);
    } else if (signature !== undefined) this.#signature = signature;
    this.#message.add(text, logprobs);
    return { item: this.#message.id };
  }

  #addCall({ name, args, id, signature }: CallPart): PartPlace {
    this.#close("completed", { keepReasoning: true });
    const kept: KeptToolCall = defined({ id, signature });
    const callId = this.#options.context.keepCall(kept, "call_");
    if (signature === undefined) this.#closeReasoning();
    else this.#carry({ calls: new Map([[callId, kept]]) });
    const tool = this.#options.tools.toolOf(name);
    return { item: addCall(this.#output, { tool, callId, args }), call: callId };
  }

  #addMedia({ mimeType, data, isThought }: MediaPart): PartPlace {
    if (isThought || !mimeType.startsWith("image/")) return {};
    this.#close();
    return { item: addImage(this.#output, { data, format: mimeType.slice("image/".length) }) };
  }

  #addSearch(): void {
    const search = this.#grounding.takeSearch();
    if (search === undefined) return;
    this.#close();
    const withSources = this.#options.include.has("web_search_call.action.sources");
    addWebSearch(this.#output, withSources ? search : { queries: search.queries });
  }

  /** Carries signatures in the open reasoning item, or in one of their own, if the client asked for it. */
  #carry(carried: CarriedSignatures): void {
    const isAsked = this.#options.include.has("reasoning.encrypted_content");
    if (isAsked && this.#reasoning === undefined) {
      this.#reasoning = new ReasoningItem(this.#output);
    }
    this.#closeReasoning(isAsked ? sealCarried(carried) : undefined);
  }

  #close(
    status: "completed" | "incomplete" = "completed",
    { keepReasoning = false }: { readonly keepReasoning?: boolean } = {},
  ): void {
    this.#closeCode();
    this.#closeMessage(status);
    if (!keepReasoning) this.#closeReasoning();
  }

  #closeMessage(status: "completed" | "incomplete"): void {
    const message = this.#message;
    if (message === undefined) return;
    this.#message = undefined;
    for (const citation of this.#grounding.takeCitations(message.text)) message.annotate(citation);
    message.finish(status);
    const signature = this.#signature;
    this.#signature = undefined;
    if (signature === undefined) return;
    this.#carry({ calls: new Map(), text: { signature, place: "previous" } });
  }

  #closeReasoning(encrypted?: string): void {
    this.#reasoning?.finish(encrypted);
    this.#reasoning = undefined;
  }

  #closeCode(logs?: string): void {
    const isAsked = this.#options.include.has("code_interpreter_call.outputs");
    this.#code?.finish(isAsked ? logs : undefined);
    this.#code = undefined;
  }
}
