/**
 * What the user says, as native parts.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { checkBlock } from "./block_fields.ts";
import { documentParts, imagePart, searchResultText } from "./media_blocks.ts";

/**
 * The parts for a block of the user, other than a tool's result.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a block that only the assistant has.
 */
export function userParts(block: RequestFields): JsonObject[] {
  switch (checkBlock(block)) {
    case "text":
      return [{ text: block.presentText("text") }];
    case "image":
      return [imagePart(block)];
    case "document":
      return documentParts(block);
    case "search_result":
      return [{ text: searchResultText(block) }];
    case "compaction":
      return [{ text: block.text("content") ?? "" }];
    default: {
      const field = block.path("type");
      throw invalidField(
        field,
        `"${field}" has to be text, image, document, search_result or tool_result in a message of the user`,
      );
    }
  }
}
