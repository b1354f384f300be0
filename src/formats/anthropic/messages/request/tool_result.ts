/**
 * The result of a tool call, as native parts.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import {
  type CallScope,
  nativeCallId,
  resultParts,
} from "../../../shared/request/function_calls.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { checkBlock, TEXT_OR_BLOCKS } from "./block_fields.ts";
import { documentParts, imagePart, searchResultText } from "./media_blocks.ts";

/**
 * The parts of a result: the function's response, and media beside it where the model does not take them inside.
 *
 * @param functions The native names of the functions that the conversation has called, by the ids of the calls.
 * @throws {RpcError} INVALID_ARGUMENT if the result is of no call of the conversation.
 */
export function toolResultParts(
  block: RequestFields,
  { scope, functions }: {
    readonly scope: CallScope;
    readonly functions: ReadonlyMap<string, string>;
  },
): JsonObject[] {
  const id = block.requiredText("tool_use_id");
  const name = functions.get(id);
  if (name === undefined) {
    const field = block.path("tool_use_id");
    throw invalidField(
      field,
      `"${field}" is the id of no tool_use block before it: send the message that called the tool, too`,
    );
  }
  const { texts, media } = contentOf(block);
  return resultParts({
    name,
    id: nativeCallId(id, scope),
    value: texts.join("\n"),
    isError: block.flag("is_error"),
    media,
  }, scope);
}

function contentOf(
  block: RequestFields,
): { texts: readonly string[]; media: readonly JsonObject[] } {
  const { content } = block.object;
  if (typeof content === "string") return { texts: [content], media: [] };
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const item of block.objects("content", TEXT_OR_BLOCKS)) {
    for (const part of partsOf(item)) {
      if (typeof part.text === "string") texts.push(part.text);
      else media.push(part);
    }
  }
  return { texts, media };
}

function partsOf(item: RequestFields): JsonObject[] {
  switch (checkBlock(item)) {
    case "text":
      return [{ text: item.presentText("text") }];
    case "image":
      return [imagePart(item)];
    case "document":
      return documentParts(item);
    case "search_result":
      return [{ text: searchResultText(item) }];
    case "tool_reference":
      return [{ text: item.requiredText("tool_name") }];
    default: {
      const field = item.path("type");
      throw invalidField(
        field,
        `"${field}" has to be text, image, document, search_result or tool_reference`,
      );
    }
  }
}
