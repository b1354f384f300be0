/**
 * The tools that the client runs itself. Gemini knows only functions, so each kind of tool is declared as one, and a
 * call of it becomes an item of that kind again.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";

/** The kinds of tools that a client runs. */
export type ClientToolKind =
  | "function"
  | "custom"
  | "local_shell"
  | "shell"
  | "apply_patch"
  | "tool_search";

/** A tool of the client. */
export interface ClientTool {
  readonly kind: ClientToolKind;
  /** The name by which it is told apart: with its namespace, if it has one. */
  readonly key: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A call of a tool, as the function's arguments. */
export type Arguments = JsonObject;

/** The name of a tool with its namespace: names have no dots. */
export function toolKey(name: string, namespace?: string): string {
  return namespace === undefined ? name : `${namespace}.${name}`;
}

const TEXT = { type: "string" };
const NUMBER = { type: "integer" };
const TEXTS = { type: "array", items: TEXT };

/** What is declared for the tools whose arguments OpenAI defines. */
export const KNOWN_TOOLS: Readonly<
  Record<"local_shell" | "shell" | "apply_patch", { description: string; schema: JsonObject }>
> = {
  local_shell: {
    description: "Runs a command in a shell on the user's machine, and returns its output.",
    schema: {
      type: "object",
      properties: {
        command: { ...TEXTS, description: "The command and its arguments." },
        env: { type: "object", description: "Environment variables, as strings." },
        timeout_ms: NUMBER,
        user: TEXT,
        working_directory: TEXT,
      },
      required: ["command"],
    },
  },
  shell: {
    description: "Runs shell commands on the user's machine, and returns their output.",
    schema: {
      type: "object",
      properties: {
        commands: { ...TEXTS, description: "The commands, in the order to run them." },
        timeout_ms: NUMBER,
        max_output_length: NUMBER,
      },
      required: ["commands"],
    },
  },
  apply_patch: {
    description: "Creates, updates or deletes one file.",
    schema: {
      type: "object",
      properties: {
        type: { type: "string", enum: ["create_file", "update_file", "delete_file"] },
        path: { ...TEXT, description: "The path of the file, from the workspace's root." },
        diff: { ...TEXT, description: "The change, as a V4A diff; none to delete the file." },
      },
      required: ["type", "path"],
    },
  },
};

/** The schema of a custom tool's function: its one argument is the text. */
export function customSchema(description: string | undefined): JsonObject {
  const input = description === undefined ? TEXT : { ...TEXT, description };
  return { type: "object", properties: { input }, required: ["input"] };
}

/** How a kind of tool looks in items. */
interface CallForm {
  /** The type of the item that calls it. */
  readonly type: string;
  /** The prefix of the item's id. */
  readonly prefix: string;
  /** The members of the item for a call. */
  readonly members: (args: Arguments) => JsonObject;
  /** The arguments of the call in an item. */
  readonly args: (item: JsonObject) => string;
}

/** How each kind looks. */
export const CALL_FORMS: Readonly<Record<ClientToolKind, CallForm>> = {
  function: {
    type: "function_call",
    prefix: "fc_",
    members: (args) => ({ arguments: JSON.stringify(args) }),
    args: ({ arguments: args }) => typeof args === "string" ? args : JSON.stringify(args ?? {}),
  },
  custom: {
    type: "custom_tool_call",
    prefix: "ctc_",
    members: (args) => ({ input: customInput(args) }),
    args: ({ input }) => JSON.stringify({ input: typeof input === "string" ? input : "" }),
  },
  local_shell: {
    type: "local_shell_call",
    prefix: "lsh_",
    members: ({ command, env, ...rest }) => ({
      action: {
        type: "exec",
        command: textsOf(command),
        env: isJsonObject(env) ? env : {},
        ...rest,
      },
    }),
    args: ({ action }) => withoutType(action),
  },
  shell: {
    type: "shell_call",
    prefix: "sh_",
    members: ({ commands, timeout_ms = null, max_output_length = null }) => ({
      action: { commands: textsOf(commands), timeout_ms, max_output_length },
    }),
    args: ({ action }) => JSON.stringify(action ?? {}),
  },
  apply_patch: {
    type: "apply_patch_call",
    prefix: "apc_",
    members: (args) => ({ operation: args }),
    args: ({ operation }) => JSON.stringify(operation ?? {}),
  },
  tool_search: {
    type: "tool_search_call",
    prefix: "tsc_",
    members: (args) => ({ execution: "client", arguments: args }),
    args: ({ arguments: args }) => typeof args === "string" ? args : JSON.stringify(args ?? {}),
  },
};

/** The kind of tool that an item calls; undefined if the item is no call. */
export const KIND_OF_CALL: ReadonlyMap<string, ClientToolKind> = new Map([
  ["function_call", "function"],
  ["custom_tool_call", "custom"],
  ["local_shell_call", "local_shell"],
  ["shell_call", "shell"],
  ["apply_patch_call", "apply_patch"],
  ["tool_search_call", "tool_search"],
]);

/** The types of items that have the result of a call. */
export const RESULT_TYPES: ReadonlySet<string> = new Set([
  "function_call_output",
  "custom_tool_call_output",
  "local_shell_call_output",
  "shell_call_output",
  "apply_patch_call_output",
  "tool_search_output",
]);

/** The text for a custom tool; the arguments as they are if the model did not write the one that was declared. */
function customInput(args: Arguments): string {
  return typeof args.input === "string" ? args.input : JSON.stringify(args);
}

function textsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function withoutType(action: unknown): string {
  if (!isJsonObject(action)) return "{}";
  const { type: _, ...args } = action;
  return JSON.stringify(args);
}
