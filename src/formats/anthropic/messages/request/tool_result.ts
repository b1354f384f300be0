/**
 * The result of a tool call, as native parts.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { type CallScope, nativeCallId, resultParts } from "../../../shared/function_calls.ts";
import { invalidField } from "../../../shared/invalid_field.ts";
import { checkBlock } from "./block_fields.ts";
import { documentParts, imagePart, searchResultText } from "./media_blocks.ts";
import { booleanMember, objectsMember, pathOf, type Place, requiredText } from "./members.ts";

/**
 * The parts of a result: the function's response, and media beside it where the model does not take them inside.
 *
 * @param functions The native names of the functions that the conversation has called, by the ids of the calls.
 * @throws {RpcError} INVALID_ARGUMENT if the result is of no call of the conversation.
 */
export function toolResultParts(
  block: Place,
  { scope, functions }: {
    readonly scope: CallScope;
    readonly functions: ReadonlyMap<string, string>;
  },
): JsonObject[] {
  const id = requiredText(block, "tool_use_id");
  const name = functions.get(id);
  if (name === undefined) {
    const field = pathOf(block, "tool_use_id");
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
    isError: booleanMember(block, "is_error"),
    media,
  }, scope);
}

function contentOf(block: Place): { texts: readonly string[]; media: readonly JsonObject[] } {
  const { content } = block.object;
  if (typeof content === "string") return { texts: [content], media: [] };
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const item of objectsMember(block, "content")) {
    for (const part of partsOf(item)) {
      if (typeof part.text === "string") texts.push(part.text);
      else media.push(part);
    }
  }
  return { texts, media };
}

function partsOf(item: Place): JsonObject[] {
  switch (checkBlock(item)) {
    case "text":
      return [{ text: requiredText(item, "text") }];
    case "image":
      return [imagePart(item)];
    case "document":
      return documentParts(item);
    case "search_result":
      return [{ text: searchResultText(item) }];
    case "tool_reference":
      return [{ text: requiredText(item, "tool_name") }];
    default: {
      const field = pathOf(item, "type");
      throw invalidField(
        field,
        `"${field}" has to be text, image, document, search_result or tool_reference`,
      );
    }
  }
}
