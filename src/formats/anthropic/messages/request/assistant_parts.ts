/**
 * A message of the assistant, as native parts: in the order of its blocks, with the thought signatures that belong to
 * them.
 *
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import {
  callParts,
  type CallScope,
  type RepeatedCall,
  unusedSignature,
} from "../../../shared/request/function_calls.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { codePart, codeResultPart } from "../response/code_blocks.ts";
import { keptIdOf } from "../server_tool_id.ts";
import { signatureFromClient } from "../thinking_signature.ts";
import { checkBlock } from "./block_fields.ts";
import { documentParts, imagePart } from "./media_blocks.ts";
import { serverResultText } from "./server_results.ts";

/** The parts of a message of the assistant. */
export function assistantParts(blocks: readonly RequestFields[], scope: CallScope): JsonObject[] {
  const reader = new AssistantReader(scope);
  for (const block of blocks) reader.read(block);
  return reader.parts();
}

/** A part, or the number of the call whose part it becomes. */
type Slot = JsonObject | number;

class AssistantReader {
  readonly #scope: CallScope;
  readonly #slots: Slot[] = [];
  readonly #calls: RepeatedCall[] = [];
  /** The signature of the next text. */
  #textSignature: string | undefined;
  /** Whether the last block was code that becomes a native part: its result becomes one, too. */
  #hasCode = false;

  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  read(block: RequestFields): void {
    const type = checkBlock(block);
    if (type !== "text" && type !== "thinking") this.#placeSignature();
    switch (type) {
      case "text":
        this.#text(block.presentText("text"));
        break;
      case "thinking":
        this.#thinking(block);
        break;
      case "tool_use":
        this.#call(block);
        break;
      case "image":
        this.#slots.push(imagePart(block));
        break;
      case "document":
        this.#slots.push(...documentParts(block));
        break;
      case "server_tool_use":
        this.#code(block);
        break;
      case "code_execution_tool_result":
        this.#codeResult(block);
        break;
      case "compaction":
        this.#text(block.text("content") ?? "");
        break;
      case "web_search_tool_result":
      case "web_fetch_tool_result":
      case "bash_code_execution_tool_result":
      case "text_editor_code_execution_tool_result":
      case "advisor_tool_result":
      case "mcp_tool_result":
        this.#text(serverResultText(block, type));
        break;
      case "redacted_thinking":
      case "tool_search_tool_result":
      case "mcp_tool_use":
      case "mcp_tool_listing":
      case "fallback":
        break;
      default: {
        const field = block.path("type");
        throw invalidField(field, `"${field}": a message of the assistant has no ${type} blocks`);
      }
    }
  }

  parts(): JsonObject[] {
    this.#placeSignature();
    const calls = callParts(this.#calls, this.#scope);
    const partAt = (slot: Slot) => typeof slot === "number" ? calls[slot] : slot;
    return this.#slots.map(partAt).filter((part) => part !== undefined);
  }

  #text(text: string): void {
    const signature = this.#textSignature;
    this.#textSignature = undefined;
    this.#slots.push(
      signature === undefined ? { text } : { text, thoughtSignature: signature },
    );
  }

  #thinking(block: RequestFields): void {
    const thinking = block.text("thinking") ?? "";
    const placed = signatureFromClient(block.text("signature") ?? "");
    const signature = unusedSignature(placed?.signature, this.#scope);
    if (placed === undefined || signature === undefined) return;
    if (placed.on === "text") this.#textSignature = signature;
    else this.#slots.push({ text: thinking, thought: true, thoughtSignature: signature });
  }

  /** Puts the signature of a text that is not there on an empty one, as Google sends it in streams. */
  #placeSignature(): void {
    if (this.#textSignature !== undefined) this.#text("");
  }

  #call(block: RequestFields): void {
    const input = block.object.input ?? {};
    const field = block.path("input");
    if (!isJsonObject(input)) throw invalidField(field, `"${field}" has to be an object`);
    const id = block.requiredText("id");
    const name = block.requiredText("name");
    this.#slots.push(this.#calls.length);
    this.#calls.push({ id, name, args: input, field });
  }

  #code(block: RequestFields): void {
    const input = block.fields("input");
    const code = block.object.name === "code_execution" ? input?.object.code : undefined;
    if (typeof code !== "string") return;
    const signature = this.#keptSignature(block.text("id") ?? "");
    this.#slots.push({ ...codePart(code), ...defined({ thoughtSignature: signature }) });
    this.#hasCode = true;
  }

  /** The signature of code that Google ran, unless the request has it already. */
  #keptSignature(id: string): string | undefined {
    const keptId = keptIdOf(id);
    const kept = keptId === undefined ? undefined : this.#scope.context.keptCall(keptId);
    return unusedSignature(kept?.signature, this.#scope);
  }

  #codeResult(block: RequestFields): void {
    const { content } = block.object;
    const isResult = isJsonObject(content) && content.type === "code_execution_result";
    if (this.#hasCode && isResult) this.#slots.push(codeResultPart(content));
    else this.#text(serverResultText(block, "code_execution_tool_result"));
    this.#hasCode = false;
  }
}
