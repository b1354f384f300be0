/**
 * Results of tools that Anthropic or Google ran in earlier messages, as text: the model shall know what it found.
 *
 * @module
 */
import { isJsonObject } from "../../../../base/json.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";

/**
 * The text of a result.
 *
 * @param type The kind of the block.
 */
export function serverResultText({ object: { content } }: RequestFields, type: string): string {
  if (typeof content === "string") return content;
  if (type === "web_search_tool_result" && Array.isArray(content)) {
    return content.map(pageText).filter((text) => text !== "").join("\n");
  }
  if (type === "web_fetch_tool_result" && isJsonObject(content)) return fetchedText(content);
  if (type === "mcp_tool_result" && Array.isArray(content)) {
    return content.map(textOf).join("\n");
  }
  return content === undefined || content === null ? "" : JSON.stringify(content);
}

/** A page that a search found: its title and address. Its text is encrypted. */
function pageText(page: unknown): string {
  if (!isJsonObject(page)) return "";
  return [page.title, page.url].filter((line) => typeof line === "string").join("\n");
}

/** A page that was read: its address and text. */
function fetchedText({ url, content, ...rest }: Readonly<Record<string, unknown>>): string {
  const source = isJsonObject(content) ? content.source : undefined;
  const data = isJsonObject(source) && source.type === "text" ? source.data : undefined;
  const lines = [url, data].filter((line) => typeof line === "string");
  return lines.length > 0 ? lines.join("\n") : JSON.stringify(rest);
}

function textOf(block: unknown): string {
  return isJsonObject(block) && typeof block.text === "string" ? block.text : "";
}
