/**
 * The tools of a request: what is declared to Gemini, and which tool of the client a call of the model is.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import {
  type DeclaredFunction,
  functionDeclaration,
  FunctionNames,
} from "../../../shared/request/function_tools.ts";
import { invalidField, quoted } from "../../../shared/fields/invalid_field.ts";
import type { NamedTools } from "../../../shared/request/native_tools.ts";
import { type ClientTool, customSchema, KNOWN_TOOLS, toolKey } from "./client_tools.ts";
import { imageConfigOf } from "./image_tool.ts";

/** Why a tool cannot be used, by its type. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["file_search", "OpenAI's vector stores are not at Google; send the files as input_file"],
  ["mcp", "OpenAI's servers would call the MCP server; let the client call it, as functions"],
  ["computer", "OpenAI defines its actions otherwise than Google; use a function"],
  ["computer_use_preview", "OpenAI defines its actions otherwise than Google; use a function"],
  ["programmatic_tool_calling", "Gemini has nothing like it; remove it"],
]);

const WEB_SEARCH = /^web_search(?:_preview)?(?:_\d{4}_\d{2}_\d{2})?$/;

/** Where a tool stands in the request. */
interface ToolPlace {
  readonly field: string;
  readonly namespace?: { readonly name: string; readonly description: string };
}

/** What is declared of a tool. */
type Declaration = Omit<DeclaredFunction, "name">;

/** The tools of one request. */
export class ToolSet {
  readonly names = new FunctionNames();
  readonly #declarations = new Map<string, JsonObject>();
  readonly #tools = new Map<string, ClientTool>();
  readonly #builtIn = new Set<"googleSearch" | "codeExecution">();
  #imageConfig: JsonObject | undefined;

  /** Adds tools. `field`: where the list stands. */
  addAll(tools: unknown, field: string): void {
    if (tools === undefined || tools === null) return;
    if (!Array.isArray(tools)) throw invalidField(field, `"${field}" has to be a list of tools`);
    for (const [index, tool] of tools.entries()) this.#add(tool, { field: `${field}[${index}]` });
  }

  /** The tool that a call of the model is about; a function, if none of that name was declared. */
  toolOf(native: string): ClientTool {
    const name = this.names.toClient(native);
    return this.#tools.get(name) ?? { kind: "function", key: name, name };
  }

  /** The kinds of a tool, by its key; undefined if it was not declared. */
  kindOf(key: string): ClientTool["kind"] | undefined {
    return this.#tools.get(key)?.kind;
  }

  /** The keys of all tools of the client. */
  get keys(): readonly string[] {
    return [...this.#tools.keys()];
  }

  /** The options of images; undefined if no images are to be made. */
  get imageConfig(): JsonObject | undefined {
    return this.#imageConfig;
  }

  /** The functions and Google's own tools, for the native request. */
  get named(): Omit<NamedTools, "choice"> {
    const builtIn = new Map([...this.#builtIn].map((name) => [name, {}]));
    return { functions: [...this.#declarations.values()], builtIn };
  }

  #add(tool: unknown, place: ToolPlace): void {
    const { field } = place;
    if (!isJsonObject(tool) || typeof tool.type !== "string") {
      throw invalidField(field, `"${field}" has to be an object with a "type"`);
    }
    const { type } = tool;
    if (WEB_SEARCH.test(type)) this.#addSearch(tool, field);
    else if (type === "code_interpreter") this.#addCode(tool, field);
    else if (type === "image_generation") this.#imageConfig = imageConfigOf(tool, field);
    else if (type === "namespace") this.#addNamespace(tool, field);
    else if (type === "function" || type === "custom") this.#addNamed(tool, { ...place, type });
    else if (type === "tool_search") this.#addToolSearch(tool, field);
    else if (type === "local_shell" || type === "shell" || type === "apply_patch") {
      checkEnvironment(tool, field);
      this.#declare({ kind: type, key: type, name: type }, KNOWN_TOOLS[type]);
    } else {
      const reason = REFUSED.get(type) ?? "its type is not known; use a function";
      throw invalidField(`${field}.type`, `Cannot use the tool ${quoted(type)}: ${reason}`);
    }
  }

  #addNamed(
    tool: JsonObject,
    { field, namespace, type }: ToolPlace & { type: "function" | "custom" },
  ) {
    const { name, description, parameters } = tool;
    if (typeof name !== "string" || name === "") {
      throw invalidField(`${field}.name`, `"${field}.name" has to be the tool's name`);
    }
    const about = [namespace?.description, description].filter((text) =>
      typeof text === "string" && text !== ""
    ).join("\n\n");
    const schema = type === "custom" ? customSchema(grammarOf(tool.format, field)) : parameters;
    if (schema !== undefined && schema !== null && !isJsonObject(schema)) {
      throw invalidField(`${field}.parameters`, `"${field}.parameters" has to be a JSON schema`);
    }
    const key = toolKey(name, namespace?.name);
    const known: ClientTool = { kind: type, key, name };
    this.#declare(
      namespace === undefined ? known : { ...known, namespace: namespace.name },
      {
        description: about,
        ...(isJsonObject(schema) ? { schema } : {}),
        field: `${field}.parameters`,
      },
    );
  }

  #addNamespace({ name, description, tools }: JsonObject, field: string): void {
    if (typeof name !== "string" || name === "" || !Array.isArray(tools)) {
      throw invalidField(field, `"${field}" has to have a "name" and a list of "tools"`);
    }
    const namespace = { name, description: typeof description === "string" ? description : "" };
    for (const [index, tool] of tools.entries()) {
      const place = { field: `${field}.tools[${index}]`, namespace };
      const type = isJsonObject(tool) ? tool.type : undefined;
      if (!isJsonObject(tool) || (type !== "function" && type !== "custom")) {
        throw invalidField(
          `${place.field}.type`,
          "A namespace takes functions and custom tools only",
        );
      }
      this.#addNamed(tool, { ...place, type });
    }
  }

  /** OpenAI's own search of tools is not needed: Gemini gets all tools. */
  #addToolSearch({ execution, description, parameters }: JsonObject, field: string): void {
    if (execution !== "client") return;
    const about = typeof description === "string" ? description : "";
    const schema = isJsonObject(parameters) ? { schema: parameters } : {};
    const tool = { kind: "tool_search", key: "tool_search", name: "tool_search" } as const;
    this.#declare(tool, { description: about, ...schema, field: `${field}.parameters` });
  }

  #addSearch({ filters }: JsonObject, field: string): void {
    const domains = isJsonObject(filters) ? filters.allowed_domains : undefined;
    if (Array.isArray(domains) && domains.length > 0) {
      const place = `${field}.filters.allowed_domains`;
      throw invalidField(place, `Cannot use "${place}": Google Search takes no list of domains`);
    }
    this.#builtIn.add("googleSearch");
  }

  #addCode({ container }: JsonObject, field: string): void {
    const files = isJsonObject(container) ? container.file_ids : undefined;
    if (typeof container === "string" || (Array.isArray(files) && files.length > 0)) {
      const place = `${field}.container`;
      throw invalidField(
        place,
        `Cannot use "${place}": Google runs code without OpenAI's containers`,
      );
    }
    this.#builtIn.add("codeExecution");
  }

  /** Declares a function. One that comes twice, as from a search of tools, is declared once: as it was last. */
  #declare(tool: ClientTool, about: Declaration): void {
    this.#tools.set(tool.key, tool);
    const name = this.names.toNative(tool.key);
    this.#declarations.set(name, functionDeclaration({ name, ...about }));
  }
}

function checkEnvironment({ environment }: JsonObject, field: string): void {
  if (!isJsonObject(environment) || environment.type === "local") return;
  const place = `${field}.environment`;
  throw invalidField(place, `Cannot use "${place}": only the client's own shell, type "local"`);
}

/** What the model has to know of a custom tool's text. */
function grammarOf(format: unknown, field: string): string | undefined {
  if (!isJsonObject(format) || format.type !== "grammar") return undefined;
  const { definition, syntax } = format;
  if (typeof definition !== "string") {
    throw invalidField(
      `${field}.format.definition`,
      `"${field}.format.definition" has to be a text`,
    );
  }
  return `The text follows this grammar (${syntax === "regex" ? "regex" : "lark"}):\n${definition}`;
}
