/**
 * The conversation of a request: its input and what is kept of earlier requests, as native contents.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-input}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { KeptToolCall, OperationContext } from "../../../operation.ts";
import { type BuiltContents, ContentsBuilder } from "../../../shared/request/contents_builder.ts";
import {
  callParts,
  type CallScope,
  nativeCallId,
  type RepeatedCall,
  resultParts,
  unusedSignature,
} from "../../../shared/request/function_calls.ts";
import { invalidField, quoted } from "../../../shared/fields/invalid_field.ts";
import { NestedJson } from "../../../shared/fields/nested_json.ts";
import { isGemini3 } from "../../../shared/request/model_generation.ts";
import { responseOfItem } from "../output/response_ids.ts";
import { openCarried } from "./carried_signatures.ts";
import { CALL_FORMS, KIND_OF_CALL, RESULT_TYPES, toolKey } from "../tools/client_tools.ts";
import { contentParts } from "./content_parts.ts";
import { type ItemPart, type KeptConversation, partsByItem } from "./kept_parts.ts";
import { isLeftOut, madeParts, REFUSED_ITEMS } from "./other_items.ts";
import { callIdOf, resultOf } from "./tool_results.ts";
import type { ToolSet } from "../tools/tool_set.ts";

/** What the reading of an input depends on. */
export interface InputOptions {
  readonly context: Pick<OperationContext, "keptCall" | "keptContents">;
  /** The model that is called. */
  readonly model: string;
  /** The request's tools; those that items declare are added. */
  readonly tools: ToolSet;
  /** What is kept of the conversation. */
  readonly previous: KeptConversation;
  /** Whether Google has the conversation before, and with it the calls whose results come now. */
  readonly isRemote: boolean;
}

/** A part of the model's turn, or a call that becomes one. */
type TurnEntry = { readonly part: JsonObject } | { readonly call: RepeatedCall };

/** Reads the items of one request, in their order. */
export class InputReader {
  readonly #options: InputOptions;
  readonly #builder = new ContentsBuilder();
  readonly #scope: CallScope;
  /** What items carry of calls, by the client's id. */
  readonly #carried = new Map<string, KeptToolCall>();
  /** The native names of calls, by the client's id. */
  readonly #names = new Map<string, string>();
  /** The parts of items that were named, by response. */
  readonly #items = new Map<string, ReadonlyMap<string, readonly ItemPart[]>>();
  /** The turn of the model that is being read, and the results of its calls. */
  #turn: TurnEntry[] = [];
  #results: JsonObject[] = [];
  /** The signature of the text that comes next. */
  #signature: string | undefined;

  constructor(options: InputOptions) {
    this.#options = options;
    const { context, model, tools, previous } = options;
    this.#scope = {
      context: { keptCall: (id) => context.keptCall(id) ?? this.#carried.get(id) },
      names: tools.names,
      model,
      used: new Set(previous.signatures),
      nested: new NestedJson(),
    };
  }

  /** Adds the request's instructions. */
  instructions(instructions: unknown): void {
    if (instructions === undefined || instructions === null) return;
    if (Array.isArray(instructions)) this.#readAll(instructions, "instructions");
    else this.#builder.system(textIn(instructions, "instructions"));
  }

  /**
   * Reads the input.
   *
   * @throws {RpcError} INVALID_ARGUMENT for an item that is malformed, or cannot be used.
   */
  input(input: unknown): void {
    if (typeof input === "string") this.#builder.user([{ text: input }]);
    else if (Array.isArray(input)) this.#readAll(input, "input");
    else throw invalidField("input", '"input" has to be a text or a list of items');
  }

  /** The contents that are new. */
  build(): BuiltContents {
    this.#flush();
    return this.#builder.build();
  }

  #readAll(items: readonly unknown[], field: string): void {
    for (const [index, item] of items.entries()) {
      const place = `${field}[${index}]`;
      if (!isJsonObject(item)) throw invalidField(place, `"${place}" has to be an object`);
      this.#readItem(item, place);
    }
  }

  #readItem(item: JsonObject, field: string): void {
    const type = typeOf(item);
    if (item.execution === "server" || isLeftOut(type)) return;
    if (type === "message") this.#readMessage(item, field);
    else if (KIND_OF_CALL.has(type)) this.#readCall(item, { type, field });
    else if (RESULT_TYPES.has(type)) this.#readResult(item, { type, field });
    else if (type === "reasoning") this.#readReasoning(item);
    else if (type === "item_reference") this.#readReference(item, field);
    else if (type === "additional_tools") this.#options.tools.addAll(item.tools, `${field}.tools`);
    else {
      const parts = madeParts(item, this.#options.model);
      if (parts === undefined) throw refusedItem({ type, field });
      this.#beginTurn();
      for (const part of parts) this.#turn.push({ part });
    }
  }

  #readMessage({ role, content }: JsonObject, field: string): void {
    const parts = contentParts(content, { field: `${field}.content`, model: this.#options.model });
    switch (role) {
      case "user":
        this.#flush();
        return this.#builder.user(parts);
      case "assistant":
        this.#beginTurn();
        return parts.forEach((part) => this.#addText(part));
      case "system":
      case "developer":
        return parts.forEach((part) => this.#builder.system(textIn(part.text, `${field}.content`)));
      default:
        throw invalidField(
          `${field}.role`,
          `"${field}.role" has to be user, assistant, system or developer`,
        );
    }
  }

  #addText(part: JsonObject): void {
    const thoughtSignature = part.text === "" ? undefined : this.#takeSignature();
    this.#turn.push({
      part: thoughtSignature === undefined ? part : { ...part, thoughtSignature },
    });
  }

  /** The signature for the next text, if the request does not have it already. */
  #takeSignature(): string | undefined {
    const signature = this.#signature;
    this.#signature = undefined;
    return unusedSignature(signature, this.#scope);
  }

  #readCall(item: JsonObject, { type, field }: ItemPlace): void {
    const kind = KIND_OF_CALL.get(type) ?? "function";
    const { name, namespace } = item;
    const isNamed = kind === "function" || kind === "custom";
    if (isNamed && (typeof name !== "string" || name === "")) {
      throw invalidField(`${field}.name`, `"${field}.name" has to be the name of a tool`);
    }
    const key = isNamed && typeof name === "string" ? this.#keyOf(name, namespace) : kind;
    const id = callIdOf(item, field);
    if (this.#results.length > 0 && !this.#isParallel(id)) this.#flush();
    const native = this.#options.tools.names.toNative(key);
    this.#names.set(id, native);
    // A local shell's output may name the item instead of the call.
    if (typeof item.id === "string") this.#names.set(item.id, native);
    const call = { id, name: key, args: CALL_FORMS[kind].args(item), field: `${field}.arguments` };
    this.#turn.push({ call });
  }

  /**
   * Whether a call after the results of others belongs to their turn. Gemini 3 signs only the first of parallel calls,
   * and some clients write each result right after its call.
   */
  #isParallel(id: string): boolean {
    const kept = this.#scope.context.keptCall(id);
    return kept !== undefined && kept.signature === undefined && isGemini3(this.#options.model);
  }

  #readResult(item: JsonObject, { type, field }: ItemPlace): void {
    const id = callIdOf(item, field);
    const { previous, isRemote } = this.#options;
    const name = this.#names.get(id) ?? previous.calls.get(id) ?? this.#nameIn(item) ??
      (isRemote ? "" : undefined);
    if (name === undefined) {
      throw invalidField(
        `${field}.call_id`,
        `No tool call found for the output with call_id ${quoted(id)}: send the call before it`,
      );
    }
    if (type === "tool_search_output") this.#options.tools.addAll(item.tools, `${field}.tools`);
    const result = resultOf(item, { type, field, model: this.#options.model });
    const nativeId = isRemote
      ? this.#scope.context.keptCall(id)?.id ?? id
      : nativeCallId(id, this.#scope);
    this.#results.push(...resultParts({ name, id: nativeId, ...result }, this.#scope));
  }

  #nameIn({ name, namespace }: JsonObject): string | undefined {
    if (typeof name !== "string") return undefined;
    return this.#options.tools.names.toNative(this.#keyOf(name, namespace));
  }

  /** The key of a tool. OpenAI names a namespace also for functions that it loaded by itself. */
  #keyOf(name: string, namespace: unknown): string {
    const { tools } = this.#options;
    const key = toolKey(name, typeof namespace === "string" ? namespace : undefined);
    return tools.kindOf(key) === undefined && tools.kindOf(name) !== undefined ? name : key;
  }

  /** What another API encrypted means nothing to Gemini, and a summary was never its own words: they are left out. */
  #readReasoning({ encrypted_content: encrypted }: JsonObject): void {
    const carried = openCarried(encrypted, this.#scope.nested);
    if (carried === undefined) return;
    for (const [id, call] of carried.calls) this.#carried.set(id, call);
    const { text } = carried;
    if (text === undefined) return;
    const last = this.#turn.at(-1);
    if (text.place === "next") this.#signature = text.signature;
    else if (last !== undefined && "part" in last && isUnsignedText(last.part)) {
      this.#signature = text.signature;
      this.#turn.pop();
      this.#addText(last.part);
    }
  }

  /** Begins a turn of the model, unless one is being read. */
  #beginTurn(): void {
    if (this.#results.length > 0) this.#flush();
  }

  /** Adds what an item of an earlier response was. What the model thought has no parts of its own. */
  #readReference({ id }: JsonObject, field: string): void {
    const responseId = typeof id === "string" ? responseOfItem(id) : undefined;
    const items = responseId === undefined ? undefined : this.#itemsOf(responseId);
    if (typeof id !== "string" || items === undefined) {
      throw invalidField(
        `${field}.id`,
        `Item with id ${
          typeof id === "string" ? quoted(id) : "null"
        } not found. Items are not kept when "store" is false: ` +
          "send the item itself",
      );
    }
    for (const { part: { thoughtSignature, ...part }, call } of items.get(id) ?? []) {
      const isSigned = typeof thoughtSignature === "string";
      const isParallel = call !== undefined && !isSigned && isGemini3(this.#options.model);
      if (this.#results.length > 0 && !isParallel) this.#flush();
      if (call !== undefined && isJsonObject(part.functionCall)) {
        this.#names.set(call, String(part.functionCall.name));
      }
      if (isSigned) this.#signature = thoughtSignature;
      const signature = this.#takeSignature();
      this.#turn.push({ part: { ...part, ...defined({ thoughtSignature: signature }) } });
    }
  }

  #itemsOf(responseId: string): ReadonlyMap<string, readonly ItemPart[]> | undefined {
    const known = this.#items.get(responseId);
    if (known !== undefined) return known;
    const contents = this.#options.context.keptContents?.(responseId);
    const items = contents && partsByItem(contents);
    if (items !== undefined) this.#items.set(responseId, items);
    return items;
  }

  /** Ends the model's turn. */
  #flush(): void {
    const calls = callParts(
      this.#turn.flatMap((entry) => "call" in entry ? entry.call : []),
      this.#scope,
    );
    let next = 0;
    this.#builder.model(
      this.#turn.flatMap((entry) => "part" in entry ? [entry.part] : calls.slice(next, ++next)),
    );
    this.#builder.results(this.#results);
    this.#turn = [];
    this.#results = [];
  }
}

/** The type of an item. Messages and references may have none. */
export function typeOf({ type, role, id }: JsonObject): string {
  if (typeof type === "string") return type;
  return role === undefined && typeof id === "string" ? "item_reference" : "message";
}

interface ItemPlace {
  readonly type: string;
  readonly field: string;
}

function refusedItem({ type, field }: ItemPlace) {
  const reason = REFUSED_ITEMS.get(type) ?? "its type is not known";
  return invalidField(
    `${field}.type`,
    `Cannot use an item of type ${quoted(type)}: ${reason}`,
  );
}

function isUnsignedText({ text, thoughtSignature }: JsonObject): boolean {
  return typeof text === "string" && thoughtSignature === undefined;
}

function textIn(value: unknown, field: string): string {
  if (typeof value === "string") return value;
  throw invalidField(field, `"${field}" has to be a text`);
}
