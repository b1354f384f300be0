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

const ALL_OPS = ["generate", "tools", "count", "list", "get"] as const;

/** Starts every client that this machine has. The caller closes them. */
export function startClients({ python, javascript, curl }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : startPython(python)),
    ...(javascript === undefined ? [] : startJavaScript(javascript)),
    ...(curl ? [new CurlClient()] : []),
  ];
}

function startPython({ current, genai1 }: PythonClients): Client[] {
  const genai = { ops: ALL_OPS, args: [`${CLIENTS}driver_genai.py`] };
  return [
    new DriverProcess({
      name: "google-generativeai 0.8.6",
      ops: ALL_OPS,
      command: current,
      args: [`${CLIENTS}driver_generativeai.py`],
    }),
    new DriverProcess({ name: "google-genai 3.4.0", command: current, ...genai }),
    new DriverProcess({ name: "google-genai 1.75.0", command: genai1, ...genai }),
  ];
}

function startJavaScript(clients: JavaScriptClients): Client[] {
  const driver = `${clients.folder}/driver_genai.mjs`;
  const genai = { ops: ALL_OPS, command: clients.node };
  return [
    new DriverProcess({ name: "@google/genai 3.1.0", args: [driver, "genai3"], ...genai }),
    new DriverProcess({ name: "@google/genai 2.32.0", args: [driver, "genai2"], ...genai }),
    new DriverProcess({ name: "@google/genai 1.0.0", args: [driver, "genai1"], ...genai }),
    new DriverProcess({
      name: "@google/generative-ai 0.24.1",
      ops: ["generate", "tools", "count"],
      command: clients.node,
      args: [`${clients.folder}/driver_generative_ai.mjs`],
    }),
    new GeminiCliClient(clients),
  ];
}
