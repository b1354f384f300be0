/**
 * The clients of the matrix, in the order of its columns.
 *
 * @module
 */
import type { Client, ClientOp } from "./client_call.ts";
import { CurlClient } from "./curl_client.ts";
import { DriverProcess } from "./driver_process.ts";
import { GeminiCliClient } from "./gemini_cli_client.ts";
import { CLIENTS, type Clients, type JavaScriptClients, type PythonClients } from "./prepare.ts";

const FILE_OPS = ["upload", "listFiles", "getFile", "deleteFile"] as const;
const CACHE_OPS = ["createCache", "listCaches", "getCache", "updateCache", "deleteCache"] as const;
const INTERACTION_OPS = [
  "interact",
  "readInteraction",
  "cancelInteraction",
  "deleteInteraction",
] as const;
const MODEL_OPS = ["generate", "tools", "count", "list", "get", "embed"] as const;
const ALL_OPS = [...MODEL_OPS, ...FILE_OPS, ...CACHE_OPS] as const;
/** What clients could do with batches at first. */
const FIRST_BATCH_OPS = [
  "createBatch",
  "getBatch",
  "listBatches",
  "cancelBatch",
  "downloadFile",
] as const;
const BATCH_OPS = [...FIRST_BATCH_OPS, "deleteBatch", "createEmbeddingsBatch"] as const;
const LIVE_OPS = ["live", "createToken"] as const;
const STORE_OPS = [
  "createStore",
  "getStore",
  "listStores",
  "deleteStore",
  "uploadDocument",
  "importDocument",
  "listDocuments",
  "deleteDocument",
] as const;
const VIDEO_OPS = ["makeVideo", "extendVideo"] as const;
/** Of the clients that Google still accepts interactions of: since 2.0 in Python and JavaScript. */
const FIRST_INTERACTION_OPS = [...ALL_OPS, ...INTERACTION_OPS, ...BATCH_OPS, ...STORE_OPS] as const;
const NEW_OPS = [...FIRST_INTERACTION_OPS, ...LIVE_OPS, "continueInteraction"] as const;
/** What is asked of clients that do more than call the API. */
const FRAMEWORK_OPS = ["generate", "tools", "embed"] as const;

/** Every client that this machine has, each to be started by its first call. The caller closes them. */
export function startClients({ python, javascript, go, java, curl }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : startPython(python)),
    ...(javascript === undefined ? [] : startJavaScript(javascript)),
    ...(go === undefined ? [] : [startGenaiGo(go)]),
    ...(java === undefined ? [] : [startGenaiJava(java)]),
    ...(curl ? [new CurlClient()] : []),
  ];
}

/**
 * One client for each way of reading a response: SSE in Python, SSE in JavaScript, and a JSON
 * array. Needs both runtimes; the caller closes them.
 */
export function startReaders({ python, javascript }: Clients): Client[] {
  return [
    ...(python === undefined ? [] : [startGenerativeai(python), startGenai3(python)]),
    ...(javascript === undefined ? [] : [startGenaiJs(javascript, "3.3.0")]),
  ];
}

function startPython(clients: PythonClients): Client[] {
  return [
    startGenerativeai(clients),
    startGenai3(clients),
    new DriverProcess({
      name: "google-genai 3.6.1, aiohttp",
      ops: NEW_OPS,
      needsTls: true,
      command: clients.current,
      args: [...GENAI.args, "async"],
    }),
    new DriverProcess({
      ...GENAI,
      name: "google-genai 1.75.0",
      ops: [...GENAI.ops, ...VIDEO_OPS],
      command: clients.genai1,
    }),
    new DriverProcess({
      name: "langchain-google-genai 4.4.3",
      ops: FRAMEWORK_OPS,
      command: clients.current,
      args: [`${CLIENTS}driver_langchain.py`],
    }),
    new DriverProcess({
      name: "litellm 1.110.2",
      ops: FRAMEWORK_OPS,
      command: clients.frameworks,
      args: [`${CLIENTS}driver_litellm.py`],
    }),
    new DriverProcess({
      name: "pydantic-ai 2.68.0",
      ops: FRAMEWORK_OPS,
      command: clients.frameworks,
      args: [`${CLIENTS}driver_pydantic_ai.py`],
    }),
  ];
}

const GENAI = {
  ops: [...ALL_OPS, ...BATCH_OPS, ...STORE_OPS],
  needsTls: true,
  args: [`${CLIENTS}driver_genai.py`],
};

function startGenerativeai({ current }: PythonClients): Client {
  return new DriverProcess({
    name: "google-generativeai 0.8.6",
    ops: MODEL_OPS,
    command: current,
    args: [`${CLIENTS}driver_generativeai.py`],
  });
}

function startGenai3({ current }: PythonClients): Client {
  return new DriverProcess({
    name: "google-genai 3.6.1",
    command: current,
    ...GENAI,
    ops: NEW_OPS,
  });
}

function startJavaScript(clients: JavaScriptClients): Client[] {
  return [
    startGenaiJs(clients, "3.3.0"),
    // The newest that makes videos with an API key.
    startGenaiJs(clients, "2.32.0", [...NEW_OPS, ...VIDEO_OPS]),
    // The oldest with interactions that Google still accepts.
    startGenaiJs(clients, "2.0.0", FIRST_INTERACTION_OPS),
    // The oldest that has batches.
    startGenaiJs(clients, "1.7.0", [...ALL_OPS, ...FIRST_BATCH_OPS, "makeVideo"]),
    // The oldest that has Live sessions; it has no ephemeral tokens.
    startGenaiJs(clients, "1.0.0", [...ALL_OPS, "live", "makeVideo"]),
    new DriverProcess({
      name: "@google/generative-ai 0.24.1",
      ops: ["generate", "tools", "count", "embed", ...FILE_OPS, ...CACHE_OPS],
      command: clients.node,
      args: [`${clients.folder}/driver_generative_ai.mjs`],
    }),
    new DriverProcess({
      name: "@ai-sdk/google 4.0.121",
      ops: ["embed", "interact"],
      command: clients.node,
      args: [`${clients.folder}/driver_ai_sdk.mjs`],
    }),
    new DriverProcess({
      name: "@langchain/google-genai 2.3.2",
      ops: FRAMEWORK_OPS,
      command: clients.node,
      args: [`${clients.folder}/driver_langchain.mjs`],
    }),
    new GeminiCliClient(clients),
  ];
}

function startGenaiGo(command: string): Client {
  return new DriverProcess({
    name: "google.golang.org/genai 1.77.0",
    ops: [...NEW_OPS, ...VIDEO_OPS],
    needsTls: true,
    command,
    args: [],
  });
}

function startGenaiJava(classPath: string): Client {
  return new DriverProcess({
    name: "com.google.genai 2.3.0",
    ops: ALL_OPS,
    command: "java",
    // It lives shortly: what the first compiler makes is fast enough.
    args: ["-XX:TieredStopAtLevel=1", "-cp", classPath, "Driver"],
  });
}

/** The driver knows a version by the alias of its package: its first number, or more where that is taken. */
function startGenaiJs(
  { node, folder }: JavaScriptClients,
  version: keyof typeof ALIASES,
  ops: readonly ClientOp[] = NEW_OPS,
): Client {
  return new DriverProcess({
    name: `@google/genai ${version}`,
    ops,
    command: node,
    args: [`${folder}/driver_genai.mjs`, ALIASES[version]],
  });
}

const ALIASES = {
  "3.3.0": "genai3",
  "2.32.0": "genai2",
  "2.0.0": "genai20",
  "1.7.0": "genai17",
  "1.0.0": "genai1",
} as const;
