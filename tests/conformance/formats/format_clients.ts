/**
 * The clients of OpenAI's and Anthropic's APIs, in the order of the columns of their tables.
 *
 * @module
 */
import type { Client, ClientApi, ClientOp } from "../client_call.ts";
import { DriverProcess } from "../driver_process.ts";
import { CLIENTS, type Clients, type JavaScriptClients, type PythonClients } from "../prepare.ts";
import { OpenWebUiClient } from "./open_webui_client.ts";

/** What every library does. */
const COMMON_OPS = ["generate", "tools", "readDocument", "abort"] as const;
const MEDIA_OPS = ["embed", "makeImage", "transcribe", "speak"] as const;
/** What OpenAI's own libraries do beside chat. */
const OPENAI_OPS = [...MEDIA_OPS, "models", "complete", "editImage"] as const;
const RESPONSES_OPS = [...COMMON_OPS, "think"] as const;
const ANTHROPIC_OPS = [...COMMON_OPS, "think", "models", "count"] as const;
const AI_SDK = "driver_ai_sdk_formats";
const LANGCHAIN = "driver_langchain_formats";

/** A library, and how its driver is run. */
interface Library {
  readonly name: string;
  readonly api: ClientApi;
  readonly ops: readonly ClientOp[];
  /** The driver, without its ending. */
  readonly driver: string;
  /** The driver's argument. Default: the API. */
  readonly argument?: string;
}

const IN_PYTHON: readonly Library[] = [
  {
    name: "openai 3.57.0 (Python)",
    api: "chat",
    ops: [...COMMON_OPS, "think", ...OPENAI_OPS],
    driver: "driver_openai",
  },
  // LangChain drops what OpenAI's own chat completions do not have, such as thoughts.
  {
    name: "langchain-openai 1.7.4",
    api: "chat",
    ops: [...COMMON_OPS, "embed"],
    driver: LANGCHAIN,
  },
  // It has no way to give a stream up but to end.
  {
    name: "llm 0.36",
    api: "chat",
    ops: ["generate", "tools", "readDocument"],
    driver: "driver_llm",
  },
  {
    name: "openai 3.57.0 (Python)",
    api: "responses",
    ops: [...RESPONSES_OPS, "continueResponse"],
    driver: "driver_openai",
  },
  {
    name: "langchain-openai 1.7.4",
    api: "responses",
    ops: RESPONSES_OPS,
    driver: LANGCHAIN,
  },
  { name: "anthropic 2.14.0", api: "messages", ops: ANTHROPIC_OPS, driver: "driver_anthropic" },
  {
    name: "langchain-anthropic 1.7.10",
    api: "messages",
    ops: [...COMMON_OPS, "think"],
    driver: LANGCHAIN,
  },
];

const IN_JAVASCRIPT: readonly Library[] = [
  {
    name: "openai 7.59.0",
    api: "chat",
    ops: [...COMMON_OPS, "think", ...OPENAI_OPS],
    driver: "driver_openai",
  },
  {
    name: "@langchain/openai 1.6.0",
    api: "chat",
    ops: [...COMMON_OPS, "embed"],
    driver: LANGCHAIN,
  },
  {
    name: "@ai-sdk/openai 4.0.118",
    api: "chat",
    ops: [...COMMON_OPS, ...MEDIA_OPS],
    driver: AI_SDK,
  },
  {
    name: "@ai-sdk/openai-compatible 3.0.92",
    api: "chat",
    ops: [...COMMON_OPS, "think"],
    driver: AI_SDK,
    argument: "compatible",
  },
  {
    name: "openai 7.59.0",
    api: "responses",
    ops: [...RESPONSES_OPS, "continueResponse"],
    driver: "driver_openai",
  },
  {
    name: "@langchain/openai 1.6.0",
    api: "responses",
    ops: RESPONSES_OPS,
    driver: LANGCHAIN,
  },
  { name: "@ai-sdk/openai 4.0.118", api: "responses", ops: RESPONSES_OPS, driver: AI_SDK },
  {
    name: "@anthropic-ai/sdk 1.14.0",
    api: "messages",
    ops: ANTHROPIC_OPS,
    driver: "driver_anthropic",
  },
  {
    name: "@langchain/anthropic 1.5.11",
    api: "messages",
    ops: [...COMMON_OPS, "think"],
    driver: LANGCHAIN,
  },
  {
    name: "@ai-sdk/anthropic 4.0.105",
    api: "messages",
    ops: [...COMMON_OPS, "think"],
    driver: AI_SDK,
  },
];

/** Every such client that this machine has, each to be started by its first call. The caller closes them. */
export function startFormatClients({ python, javascript }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : startPython(python)),
    ...(javascript === undefined ? [] : startJavaScript(javascript)),
    new OpenWebUiClient(),
  ];
}

function startPython({ formats }: PythonClients): Client[] {
  return IN_PYTHON.map(({ driver, argument, ...library }) =>
    new DriverProcess({
      ...library,
      command: formats,
      args: [`${CLIENTS}formats/${driver}.py`, argument ?? library.api],
    })
  );
}

function startJavaScript({ node, folder }: JavaScriptClients): Client[] {
  return IN_JAVASCRIPT.map(({ driver, argument, ...library }) =>
    new DriverProcess({
      ...library,
      command: node,
      args: [`${folder}/formats/${driver}.mjs`, argument ?? library.api],
    })
  );
}
