/**
 * The system prompt, without the line that Claude Code adds for its accounts.
 *
 * @module
 */
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { checkBlock, TEXT_OR_BLOCKS } from "./block_fields.ts";

/**
 * The beginning of that line. It has a number that differs in each request, so no cache of prompts would ever match,
 * and it says nothing to a model.
 */
const ATTRIBUTION = "x-anthropic-billing-header:";

/**
 * The texts of a system prompt, in order.
 *
 * @param place The object with the member `name`: a text, or a list of blocks of text.
 */
export function systemTexts(place: RequestFields, name: string): string[] {
  const value = place.object[name] ?? undefined;
  if (value === undefined) return [];
  if (typeof value === "string") return [withoutAttribution(value)];
  return place.objects(name, TEXT_OR_BLOCKS).map((block) => {
    if (checkBlock(block) === "text") return withoutAttribution(block.presentText("text"));
    const field = block.path("type");
    throw invalidField(field, `"${field}" has to be text`);
  });
}

function withoutAttribution(text: string): string {
  if (!text.startsWith(ATTRIBUTION)) return text;
  const end = text.indexOf("\n");
  return end < 0 ? "" : text.slice(end + 1);
}
