/**
 * The tools of a request: functions of the client, and tools that Google runs.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { checkFields } from "../../../shared/fields/field_check.ts";
import {
  type FunctionChoice,
  functionDeclaration,
  type FunctionNames,
} from "../../../shared/request/function_tools.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { nativeTools } from "../../../shared/request/native_tools.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { knownTool } from "./known_tools.ts";
import { CLIENT_TOOL_FIELDS, SERVER_TOOL_FIELDS } from "./tool_fields.ts";

/** Google's tool for each kind of server tool, without the version of its type. */
const SERVER_TOOLS: Readonly<Record<string, string>> = {
  web_search: "googleSearch",
  web_fetch: "urlContext",
  code_execution: "codeExecution",
};

/** The tools of a request, in Google's form. */
export interface RequestTools {
  /** The members of the native request. */
  readonly members: { readonly tools?: readonly JsonObject[]; readonly toolConfig?: JsonObject };
  /** Whether the model may search the web. */
  readonly searches: boolean;
  /** What the client should know. */
  readonly warnings: readonly string[];
}

/** Reads `tools` and `tool_choice`. */
export function toolsOf(
  body: RequestFields,
  { names, model }: { readonly names: FunctionNames; readonly model: string },
): RequestTools {
  const tools = new ToolReader(names);
  for (const tool of body.objects("tools")) tools.add(tool);
  for (const message of body.objects("messages")) tools.change(message);
  return tools.read(body, model);
}

class ToolReader {
  readonly #names: FunctionNames;
  /** The declarations by the client's names of the functions. */
  readonly #functions = new Map<string, JsonObject>();
  /** Google's tools, and the client's names of them. */
  readonly #server = new Set<string>();
  readonly #serverNames = new Set<string>();
  readonly #warnings = new Set<string>();

  constructor(names: FunctionNames) {
    this.#names = names;
  }

  add(tool: RequestFields): void {
    const type = tool.text("type") ?? "custom";
    const [, kind = type] = /^(.+)_\d{8}$/.exec(type) ?? [];
    const native = Object.hasOwn(SERVER_TOOLS, kind) ? SERVER_TOOLS[kind] : undefined;
    if (type === "custom") this.#function(tool);
    else if (native !== undefined) this.#serverTool(tool, native);
    else if (/^tool_search_tool_(bm25|regex)$/.test(kind)) {
      // All tools are declared from the start, so there is nothing to search.
      checkFields(tool.object, SERVER_TOOL_FIELDS, { path: tool.place });
    } else this.#knownTool(tool, type);
  }

  /** Adds and removes the tools that a message of the system adds and removes. */
  change(message: RequestFields): void {
    const { role, content } = message.object;
    if (role !== "system" || !Array.isArray(content)) return;
    for (const block of message.objects("content")) {
      const { type } = block.object;
      if (type !== "tool_addition" && type !== "tool_removal") continue;
      const tool = block.requiredFields("tool");
      const definition = tool.fields("definition");
      // A reference names a tool that is declared already.
      if (type === "tool_removal") this.#functions.delete(tool.requiredText("name"));
      else if (definition !== undefined) this.add(definition);
    }
  }

  read(body: RequestFields, model: string): RequestTools {
    const functions = [...this.#functions.values()];
    const fields = body.fields("tool_choice");
    const choice = fields && this.#choice(fields);
    const builtIn = new Map([...this.#server].map((native) => [native, {}]));
    const { members, has, warnings } = nativeTools({ functions, builtIn, choice }, model);
    if (fields?.flag("disable_parallel_tool_use") && functions.length > 0) {
      this.#warnings.add(
        "disable_parallel_tool_use is ignored: Gemini may call several functions at once",
      );
    }
    return {
      members,
      searches: has("googleSearch"),
      warnings: [...warnings, ...this.#warnings],
    };
  }

  #function(tool: RequestFields): void {
    checkFields(tool.object, CLIENT_TOOL_FIELDS, { path: tool.place });
    const { object: schema, place: field } = tool.requiredFields("input_schema");
    const name = tool.requiredText("name");
    const description = tool.text("description");
    this.#declare(name, { description, schema, field });
  }

  #knownTool(tool: RequestFields, type: string): void {
    const known = knownTool(type);
    if (known === undefined) {
      const field = tool.path("type");
      throw invalidField(
        field,
        `Gemini has no tool ${
          JSON.stringify(type.slice(0, 60))
        } ("${field}"): declare a custom tool ` +
          "with an input_schema instead, or leave it out",
      );
    }
    checkFields(tool.object, CLIENT_TOOL_FIELDS, { path: tool.place });
    this.#declare(tool.requiredText("name"), known);
  }

  #declare(name: string, declared: {
    readonly description?: string | undefined;
    readonly schema: JsonObject;
    readonly field?: string;
  }): void {
    const native = this.#names.toNative(name);
    this.#functions.set(name, functionDeclaration({ name: native, ...declared }));
  }

  #serverTool(tool: RequestFields, native: string): void {
    checkFields(tool.object, SERVER_TOOL_FIELDS, { path: tool.place });
    this.#server.add(native);
    this.#serverNames.add(tool.text("name") ?? "");
    for (const name of ["allowed_domains", "blocked_domains"]) {
      const domains = tool.object[name];
      if (Array.isArray(domains) && domains.length > 0) {
        this.#warnings.add(`${native} has no limit of domains: ${name} is ignored`);
      }
    }
  }

  /** Undefined for the choice of a tool that Google runs: it decides when to. */
  #choice(choice: RequestFields): FunctionChoice | undefined {
    switch (choice.requiredText("type")) {
      case "auto":
        return { mode: "auto" };
      case "any":
        return { mode: "any" };
      case "none":
        return { mode: "none" };
      case "tool": {
        const name = choice.requiredText("name");
        if (this.#functions.has(name)) {
          return { mode: "any", names: [this.#names.toNative(name)] };
        }
        if (this.#serverNames.has(name)) return undefined;
        const field = choice.path("name");
        throw invalidField(field, `"${field}" is the name of no tool in "tools"`);
      }
      default: {
        const field = choice.path("type");
        throw invalidField(field, `"${field}" has to be auto, any, tool or none`);
      }
    }
  }
}
