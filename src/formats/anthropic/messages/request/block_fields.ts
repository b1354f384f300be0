/**
 * The content blocks of a request: their fields, and what becomes of them.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-messages-content}
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../../field_rule.ts";
import { checkFields } from "../../../shared/fields/field_check.ts";
import { invalidField, quoted } from "../../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";

const TYPE = mapped("type", "the kind of block");

const CACHE_CONTROL = ignored(
  "cache_control",
  "Gemini caches prompts by itself; the conversation stays on its account",
);

const CALLER = ignored("caller", "who called the tool, which Gemini does not ask");

const CITATIONS = ignored("citations", "Gemini does not cite from blocks");

const TOOL_USE_ID = mapped("tool_use_id", "tells whose result it is");

const NOT_REPEATED = "a call of a server tool is not repeated: its result is";

/** A result of a server tool, which becomes text of the model. */
const SERVER_RESULT: readonly FieldRule[] = [
  TYPE,
  mapped("content", "text of the model"),
  ignored("tool_use_id", NOT_REPEATED),
  CACHE_CONTROL,
  CALLER,
];

/** What a content may be, for errors. */
export const TEXT_OR_BLOCKS = "a text or a list of blocks";

/** The fields of each kind of block. */
export const BLOCK_FIELDS: Readonly<Record<string, readonly FieldRule[]>> = {
  text: [TYPE, mapped("text", "`text`"), CACHE_CONTROL, CITATIONS],
  image: [
    TYPE,
    mapped("source", "`inlineData` for base64; `fileData` for an https: address and for files"),
    ignored("transformations", "Google scales images itself"),
    CACHE_CONTROL,
  ],
  document: [
    TYPE,
    mapped("source", "as for images; the kinds `text` and `content` become their parts"),
    mapped("title", "a text before the document"),
    mapped("context", "a text before the document"),
    CITATIONS,
    CACHE_CONTROL,
  ],
  search_result: [
    TYPE,
    mapped("title", "first line of a text"),
    mapped("source", "second line of that text"),
    mapped("content", "the rest of that text"),
    CITATIONS,
    CACHE_CONTROL,
  ],
  thinking: [
    TYPE,
    mapped(
      "signature",
      "`thoughtSignature` if it came from Gemini; otherwise the block is dropped",
    ),
    mapped("thinking", "a `thought` part, if its signature belongs to it"),
  ],
  redacted_thinking: [TYPE, ignored("data", "only Claude can read it: the block is dropped")],
  tool_use: [
    TYPE,
    mapped("id", "the key of the call's thought signature"),
    mapped("name", "`functionCall.name`"),
    mapped("input", "`functionCall.args`"),
    ignored("toolset_name", "Gemini has no sets of tools"),
    CACHE_CONTROL,
    CALLER,
  ],
  tool_result: [
    TYPE,
    TOOL_USE_ID,
    mapped("content", "`functionResponse.response`; images and documents are its `parts`"),
    mapped("is_error", 'the response is `{"error": …}`'),
    ignored("toolset_name", "Gemini has no sets of tools"),
    CACHE_CONTROL,
  ],
  tool_reference: [TYPE, mapped("tool_name", "text of the result"), CACHE_CONTROL],
  server_tool_use: [
    TYPE,
    mapped("id", "the key of the code's thought signature"),
    mapped("name", "`code_execution` becomes `executableCode`; other calls are not repeated"),
    mapped("input", "its `code`"),
    CACHE_CONTROL,
    CALLER,
  ],
  code_execution_tool_result: [
    TYPE,
    mapped("content", "`codeExecutionResult`; text of the model where Google did not run the code"),
    ignored("tool_use_id", "a result follows its code"),
    CACHE_CONTROL,
  ],
  web_search_tool_result: SERVER_RESULT,
  web_fetch_tool_result: SERVER_RESULT,
  bash_code_execution_tool_result: SERVER_RESULT,
  text_editor_code_execution_tool_result: SERVER_RESULT,
  advisor_tool_result: SERVER_RESULT,
  tool_search_tool_result: [
    TYPE,
    ignored("content", "all tools are declared from the start"),
    ignored("tool_use_id", NOT_REPEATED),
    CACHE_CONTROL,
  ],
  mcp_tool_use: [
    TYPE,
    ignored("id", NOT_REPEATED),
    ignored("name", NOT_REPEATED),
    ignored("input", NOT_REPEATED),
    ignored("server_name", NOT_REPEATED),
    CACHE_CONTROL,
  ],
  mcp_tool_result: [
    TYPE,
    mapped("content", "text of the model"),
    ignored("tool_use_id", NOT_REPEATED),
    ignored("is_error", NOT_REPEATED),
    CACHE_CONTROL,
  ],
  mcp_tool_listing: [
    TYPE,
    ignored("mcp_server_name", "Google opens no MCP servers here"),
    ignored("tools", "Google opens no MCP servers here"),
  ],
  compaction: [
    TYPE,
    mapped("content", "text"),
    ignored("encrypted_content", "only Claude can read it"),
    ignored("signature", "only Claude can read it"),
    ignored("tool_changes", "all tools are declared from the start"),
    CACHE_CONTROL,
  ],
  tool_addition: [
    TYPE,
    mapped("tool", "a definition is declared; a reference is, already"),
    CACHE_CONTROL,
  ],
  tool_removal: [TYPE, mapped("tool", "the tool is not declared"), CACHE_CONTROL],
  fallback: [
    TYPE,
    ignored("from", "tells which model wrote the message"),
    ignored("to", "tells which model wrote the message"),
    ignored("trigger", "tells which model wrote the message"),
  ],
  container_upload: [
    TYPE,
    refused("file_id", "Google's code has no such files; send the file as a `document`"),
    CACHE_CONTROL,
  ],
};

/**
 * The kind of a block, after a check of its fields.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a kind or a field that is not known.
 */
export function checkBlock(block: RequestFields): string {
  const type = block.requiredText("type");
  const rules = Object.hasOwn(BLOCK_FIELDS, type) ? BLOCK_FIELDS[type] : undefined;
  if (rules === undefined) {
    const field = block.path("type");
    throw invalidField(
      field,
      `Unknown kind of block ${quoted(type)} in "${field}": correct it, or leave the block out`,
    );
  }
  checkFields(block.object, rules, { path: block.place });
  return type;
}
