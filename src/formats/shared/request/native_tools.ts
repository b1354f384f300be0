/**
 * The tools of a native request: one rule for all formats, which every kind of account accepts.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/tool-combination}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { functionCallingConfig, type FunctionChoice } from "./function_tools.ts";
import { isGemini3 } from "./model_generation.ts";

/** The tools that a client named. */
export interface NamedTools {
  /** The declarations of its own functions. */
  readonly functions: readonly JsonObject[];
  /** The settings of the tools that Google runs, by their native names. */
  readonly builtIn: ReadonlyMap<string, JsonObject>;
  /** Undefined if the client left it to the model. */
  readonly choice: FunctionChoice | undefined;
}

/** The tools in Google's form. */
export interface NativeTools {
  /** The members of the native request. */
  readonly members: { readonly tools?: readonly JsonObject[]; readonly toolConfig?: JsonObject };
  /** Whether a tool that Google runs is among them, by its native name. */
  readonly has: (builtIn: string) => boolean;
  /** What the client should know. */
  readonly warnings: readonly string[];
}

/**
 * The tools of a request. Where the client wants no tool to be used, Google's own are left out: there is no other way
 * to say so. Models before Gemini 3 take either functions or Google's own tools, and functions win. The Gemini API
 * wants a permission for the mix; for other upstreams, which refuse it, it is removed when the request is sent.
 */
export function nativeTools(
  { functions: declared, builtIn, choice }: NamedTools,
  model: string,
): NativeTools {
  // Google refuses a function that is declared twice. The last declaration is the one that clients mean.
  const functions = [...new Map(declared.map((one) => [one.name, one])).values()];
  const hasFunctions = functions.length > 0;
  const mayRun = choice?.mode !== "none";
  const isRefused = hasFunctions && !isGemini3(model);
  const run = mayRun && !isRefused ? [...builtIn] : [];
  const tools = [
    ...(hasFunctions ? [{ functionDeclarations: functions }] : []),
    ...run.map(([name, settings]) => ({ [name]: settings })),
  ];
  // Google refuses a choice among functions if there are none.
  const toolConfig = {
    ...(hasFunctions && choice !== undefined
      ? { functionCallingConfig: functionCallingConfig(choice) }
      : {}),
    ...(hasFunctions && run.length > 0 ? { includeServerSideToolInvocations: true } : {}),
  };
  return {
    members: {
      ...(tools.length > 0 ? { tools } : {}),
      ...(Object.keys(toolConfig).length > 0 ? { toolConfig } : {}),
    },
    has: (name) => run.some(([native]) => native === name),
    warnings: mayRun && isRefused && builtIn.size > 0
      ? [`${[...builtIn.keys()].join(", ")} dropped: ${model} does not mix it with functions`]
      : [],
  };
}
