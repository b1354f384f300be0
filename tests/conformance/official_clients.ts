/**
 * The clients of the matrix, in the order of its columns.
 *
 * @module
 */
import type { Client } from "./client_call.ts";
import { CurlClient } from "./curl_client.ts";
import { DriverProcess } from "./driver_process.ts";
import { GeminiCliClient } from "./gemini_cli_client.ts";
import { CLIENTS, type Clients, type JavaScriptClients, type PythonClients } from "./prepare.ts";

const ALL_OPS = ["generate", "tools", "count", "list", "get", "embed"] as const;

/** Starts every client that this machine has. The caller closes them. */
export function startClients({ python, javascript, go, curl }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : startPython(python)),
    ...(javascript === undefined ? [] : startJavaScript(javascript)),
    ...(go === undefined ? [] : [startGenaiGo(go)]),
    ...(curl ? [new CurlClient()] : []),
  ];
}

/**
 * Starts one client for each way of reading a response: SSE in Python, SSE in JavaScript, and a JSON
 * array. Needs both runtimes; the caller closes them.
 */
export function startReaders({ python, javascript }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : [startGenerativeai(python), startGenai3(python)]),
    ...(javascript === undefined ? [] : [startGenaiJs(javascript, "3.1.0")]),
  ];
}

function startPython(clients: PythonClients): Client[] {
  return [
    startGenerativeai(clients),
    startGenai3(clients),
    new DriverProcess({ name: "google-genai 1.75.0", command: clients.genai1, ...GENAI }),
    new DriverProcess({
      name: "langchain-google-genai 4.4.3",
      ops: ["embed"],
      command: clients.current,
      args: [`${CLIENTS}driver_langchain.py`],
    }),
  ];
}

const GENAI = { ops: ALL_OPS, args: [`${CLIENTS}driver_genai.py`] };

function startGenerativeai({ current }: PythonClients): Client {
  return new DriverProcess({
    name: "google-generativeai 0.8.6",
    ops: ALL_OPS,
    command: current,
    args: [`${CLIENTS}driver_generativeai.py`],
  });
}

function startGenai3({ current }: PythonClients): Client {
  return new DriverProcess({ name: "google-genai 3.4.0", command: current, ...GENAI });
}

function startJavaScript(clients: JavaScriptClients): Client[] {
  return [
    startGenaiJs(clients, "3.1.0"),
    startGenaiJs(clients, "2.32.0"),
    startGenaiJs(clients, "1.0.0"),
    new DriverProcess({
      name: "@google/generative-ai 0.24.1",
      ops: ["generate", "tools", "count", "embed"],
      command: clients.node,
      args: [`${clients.folder}/driver_generative_ai.mjs`],
    }),
    new DriverProcess({
      name: "@ai-sdk/google 4.0.121",
      ops: ["embed"],
      command: clients.node,
      args: [`${clients.folder}/driver_ai_sdk.mjs`],
    }),
    new DriverProcess({
      name: "@langchain/google-genai 2.3.2",
      ops: ["embed"],
      command: clients.node,
      args: [`${clients.folder}/driver_langchain.mjs`],
    }),
    new GeminiCliClient(clients),
  ];
}

function startGenaiGo(command: string): Client {
  return new DriverProcess({
    name: "google.golang.org/genai 1.77.0",
    ops: ["embed"],
    command,
    args: [],
  });
}

/** The driver knows a version by its first number. */
function startGenaiJs({ node, folder }: JavaScriptClients, version: string): Client {
  return new DriverProcess({
    name: `@google/genai ${version}`,
    ops: ALL_OPS,
    command: node,
    args: [`${folder}/driver_genai.mjs`, `genai${version[0]}`],
  });
}
