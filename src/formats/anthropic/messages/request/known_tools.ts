/**
 * Tools that a client runs, and whose input Anthropic defines by the tool's type. Gemini gets them as functions.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/bash-tool}
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/text-editor-tool}
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/memory-tool}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";

/** What is declared for a tool. */
export interface KnownTool {
  readonly description: string;
  readonly schema: JsonObject;
}

const TEXT = { type: "string" };
const INTEGER = { type: "integer" };

const PATH = { ...TEXT, description: "Absolute path of the file or directory." };
const FILE_TEXT = { ...TEXT, description: "For create: the content of the file." };
const OLD_STR = { ...TEXT, description: "For str_replace: the text to replace; it occurs once." };
const NEW_STR = { ...TEXT, description: "For str_replace: the new text." };
const INSERT_LINE = { ...INTEGER, description: "For insert: the line after which to insert." };
const INSERT_TEXT = { ...TEXT, description: "For insert: the text to insert." };
const VIEW_RANGE = {
  type: "array",
  items: INTEGER,
  description: "For view: the first and the last line; -1 for the end of the file.",
};

const BASH: KnownTool = {
  description: "Runs a command in a bash session that keeps its state between commands.",
  schema: {
    type: "object",
    properties: {
      command: { ...TEXT, description: "The command. Required unless restart is true." },
      restart: { type: "boolean", description: "Whether to restart the session." },
    },
  },
};

const MEMORY: KnownTool = {
  description: "Stores and reads files below /memories, which are kept between conversations.",
  schema: {
    type: "object",
    properties: {
      command: { ...TEXT, enum: ["view", "create", "str_replace", "insert", "delete", "rename"] },
      path: PATH,
      view_range: VIEW_RANGE,
      file_text: FILE_TEXT,
      old_str: OLD_STR,
      new_str: NEW_STR,
      insert_line: INSERT_LINE,
      insert_text: INSERT_TEXT,
      old_path: { ...TEXT, description: "For rename: the present path." },
      new_path: { ...TEXT, description: "For rename: the new path." },
    },
    required: ["command"],
  },
};

/** The editor before version 20250429 could undo, and its `insert` took `new_str`. */
function editor(isOld: boolean): KnownTool {
  const commands = ["view", "create", "str_replace", "insert"];
  return {
    description: "Views, creates and edits text files.",
    schema: {
      type: "object",
      properties: {
        command: { ...TEXT, enum: isOld ? [...commands, "undo_edit"] : commands },
        path: PATH,
        view_range: VIEW_RANGE,
        file_text: FILE_TEXT,
        old_str: OLD_STR,
        new_str: isOld ? { ...TEXT, description: "For str_replace and insert." } : NEW_STR,
        insert_line: INSERT_LINE,
        ...(isOld ? {} : { insert_text: INSERT_TEXT }),
      },
      required: ["command", "path"],
    },
  };
}

const LAST_OLD_EDITOR = 20250124;

/** The tool of a type such as `bash_20250124`; undefined if nothing is known of it. */
export function knownTool(type: string): KnownTool | undefined {
  const [, kind, version] = /^(bash|text_editor|memory)_(\d{8})$/.exec(type) ?? [];
  if (kind === "bash") return BASH;
  if (kind === "memory") return MEMORY;
  return kind === "text_editor" ? editor(Number(version) <= LAST_OLD_EDITOR) : undefined;
}
