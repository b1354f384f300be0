/**
 * The system prompt, without the line that Claude Code adds for its accounts.
 *
 * @module
 */
import { invalidField } from "../../../shared/invalid_field.ts";
import { checkBlock } from "./block_fields.ts";
import { objectsMember, pathOf, type Place, requiredText } from "./members.ts";

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
export function systemTexts(place: Place, name: string): string[] {
  const value = place.object[name] ?? undefined;
  if (value === undefined) return [];
  if (typeof value === "string") return [withoutAttribution(value)];
  return objectsMember(place, name).map((block) => {
    if (checkBlock(block) === "text") return withoutAttribution(requiredText(block, "text"));
    const field = pathOf(block, "type");
    throw invalidField(field, `"${field}" has to be text`);
  });
}

function withoutAttribution(text: string): string {
  if (!text.startsWith(ATTRIBUTION)) return text;
  const end = text.indexOf("\n");
  return end < 0 ? "" : text.slice(end + 1);
}
