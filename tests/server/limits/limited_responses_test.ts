/** Every response to a key with limits says what is left, and frees the call that it occupied. @module */
import assert from "node:assert/strict";
import { METHOD_NAMES, type MethodRow, METHODS } from "../../../src/gemini/api/methods.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { said } from "../../support/gemini_call.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { LIVE_PATH } from "../../support/live_client.ts";
import { stay } from "../../support/stay.ts";
import { until } from "../../support/until.ts";

const LIMIT = 1_000_000;

const FLASH = "/v1beta/models/gemini-2.5-flash";
const STREAM = `${FLASH}:streamGenerateContent`;
const BODY = JSON.stringify(said("Hi"));

/** A request with headers besides its key. */
type Sent = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

/** A gateway whose only key may have one call in flight. */
async function startLimited() {
  const gateway = await startEmulatedGateway({
    settings: { server: { maxBodyBytes: 4096 }, routing: { maxWaitMs: 0, maxAttempts: 1 } },
    clientKeys: limitedKeys({
      anna: { limits: { requestsPerMinute: LIMIT, maxConcurrent: 1 }, deny: ["*-pro"] },
    }),
  });
  const { url, emulator } = gateway;
  let left = LIMIT;

  /** Resolves when the calls so far are over: only then is the next one admitted. */
  async function rest(): Promise<void> {
    await until(() => gateway.calls.length >= LIMIT - left, { what: "The end of the call" });
  }

  /** Checks that a response was counted, and that nothing was in flight before. */
  function check(headers: Headers, what: string): void {
    assert.equal(headers.get("x-ratelimit-limit-requests"), String(LIMIT), what);
    assert.equal(headers.get("x-ratelimit-remaining-requests"), String(--left), what);
    assert.equal(headers.get("x-ratelimit-limit-concurrent"), "1", what);
    assert.match(headers.get("x-ratelimit-reset-requests") ?? "", /^\d+(\.\d+)?s$/, what);
  }

  /** Sends a request and reads the response; it must have the headers. */
  async function ask(path: string, init: Sent = {}): Promise<Response> {
    const address = path.startsWith("http") ? path : url + path;
    const response = await fetch(address, {
      redirect: "manual",
      ...init,
      headers: { ...withKey("anna"), ...init.headers },
    });
    const what = `${init.method ?? "GET"} ${path}: ${response.status}`;
    const bytes = await response.arrayBuffer();
    check(response.headers, what);
    await rest();
    return new Response(response.status === 204 ? null : bytes, response);
  }

  /** Counts a request that has no response. */
  async function unanswered(): Promise<void> {
    left--;
    await rest();
  }

  const post = (path: string, body: BodyInit = BODY) => ask(path, { method: "POST", body });
  return {
    ...{ gateway, emulator, url, ask, post, unanswered },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

Deno.test("Every method's response has the headers, and frees its call", async () => {
  await using limited = await startLimited();
  for (const name of METHOD_NAMES) {
    const row: MethodRow = METHODS[name];
    const model = row.path.includes("predict") ? "imagen-4.0-generate-001" : "gemini-2.5-flash";
    const path = row.path.replace("{model}", model).replace(/\{[\w.]+\}/g, "abc");
    const prefix = row.prefix === undefined ? "" : `/${row.prefix}`;
    const body = row.verb === "GET" || row.verb === "DELETE" ? null : BODY;
    await limited.ask(`${prefix}/v1beta/${path}`, { method: row.verb, body });
  }
});

Deno.test("Every kind of response has the headers, and frees its call", async () => {
  await using limited = await startLimited();
  const { ask, post, emulator, url } = limited;
  const statuses: number[] = [];
  async function see(response: Promise<Response>): Promise<void> {
    statuses.push((await response).status);
  }
  await see(post(`${FLASH}:generateContent`));
  await see(post(`${STREAM}?alt=sse`));
  await see(post(STREAM));
  await see(post("/v1beta/interactions", '{"model":"gemini-2.5-flash","input":"Hi"}'));
  await see(post(
    "/v1beta/interactions",
    '{"model":"gemini-2.5-flash","input":"Hi","stream":true}',
  ));
  await see(ask("/v1beta/models", { method: "HEAD" }));
  assert.deepEqual(statuses.splice(0), [200, 200, 200, 200, 200, 200]);
  await see(post(`${FLASH}:generateContent`, "{"));
  await see(post(`${FLASH}:generateContent?alt=atom`));
  await see(post(`${STREAM}?alt=atom`));
  await see(post("/v1beta/models/gemini-2.5-pro:generateContent"));
  await see(post("/v1beta/models/none:generateContent"));
  await see(post(`${FLASH}:generateContent`, "x".repeat(5000)));
  await see(ask("/nowhere"));
  await see(ask(`${FLASH}:generateContent`));
  await see(ask(LIVE_PATH));
  assert.deepEqual(statuses.splice(0), [400, 200, 400, 403, 404, 413, 404, 404, 426]);
  for (const fault of ["500", "503", "429-daily"] as const) {
    emulator.always("one", fault);
    await see(post(`${FLASH}:generateContent`));
    await see(post(`${STREAM}?alt=sse`));
  }
  assert.ok(statuses.every((status) => status >= 400), String(statuses));
  // Neither is limited.
  for (const [path, method] of [["/healthz", "GET"], [STREAM, "OPTIONS"]]) {
    const { headers, body } = await fetch(`${url}${path}`, {
      method: method ?? "",
      headers: withKey("anna"),
    });
    await body?.cancel();
    assert.equal(headers.get("x-ratelimit-limit-requests"), null);
  }
});

Deno.test("Uploads and downloads have the headers, with a key and with an address alone", async (t) => {
  for (const keyed of [true, false]) {
    await t.step(keyed ? "with a key" : "with an address", async () => {
      await using limited = await startLimited();
      const { ask } = limited;
      const command = (name: string, headers: Record<string, string> = {}) => ({
        method: "POST",
        headers: {
          "x-goog-upload-command": name,
          ...(keyed ? {} : { "x-goog-api-key": "" }),
          ...headers,
        },
      });
      const started = await ask("/upload/v1beta/files", {
        ...command("start", {
          "x-goog-upload-protocol": "resumable",
          "x-goog-upload-header-content-type": "text/plain",
          ...withKey("anna"),
        }),
        body: "{}",
      });
      const address = started.headers.get("x-goog-upload-url") ?? "";
      await ask(address, command("query"));
      await ask(address, { ...command("upload", { "x-goog-upload-offset": "7" }), body: "x" });
      const finish = command("upload, finalize", { "x-goog-upload-offset": "0" });
      const line = JSON.stringify({ request: said("Hi") });
      const done = await ask(address, { ...finish, body: line });
      const { file } = await done.json();
      assert.ok(file.name, JSON.stringify(file));
      const inputConfig = { fileName: file.name };
      const batch = await limited.post(
        `${FLASH}:batchGenerateContent`,
        JSON.stringify({ batch: { inputConfig } }),
      );
      const { name } = await batch.json();
      const { emulator } = limited;
      emulator.batches(emulator.projectOf("one")).end(name, "SUCCEEDED");
      const { response: { responsesFile } } = await (await ask(`/v1beta/${name}`)).json();
      const results = await ask(`/download/v1beta/${responsesFile}:download?alt=media`);
      assert.equal(results.status, 200);
      await ask(`/v1beta/${file.name}`);
      await ask(`/v1beta/${file.name}`, { method: "DELETE" });
      // Whoever sends a wrong address is nobody's client.
      const { headers, body } = await fetch(`${limited.url}/upload/v1beta/files?upload_id=x`, {
        method: "POST",
      });
      await body?.cancel();
      assert.equal(headers.get("x-ratelimit-limit-requests"), null);
    });
  }
});

Deno.test("A client that leaves frees its call, at every stage", async () => {
  await using limited = await startLimited();
  const { gateway, emulator, url, unanswered } = limited;
  const arrivals = () => emulator.requests.length;
  // Before the response begins.
  emulator.script("one", ["hang"]);
  let before = arrivals();
  let client = new AbortController();
  const init = { method: "POST", headers: withKey("anna"), body: BODY };
  const hanging = fetch(`${url}${FLASH}:generateContent`, { ...init, signal: client.signal });
  await until(() => arrivals() > before, { what: "The upstream request" });
  await stay();
  client.abort();
  await assert.rejects(hanging);
  await unanswered();
  // In the middle of a stream.
  emulator.script("one", [{ type: "ok", chunks: ["One", "Two"], holdAfter: 1 }]);
  before = arrivals();
  client = new AbortController();
  const { body } = await fetch(`${url}${STREAM}?alt=sse`, { ...init, signal: client.signal });
  const reader = body?.getReader();
  await reader?.read();
  client.abort();
  await reader?.read().catch(() => {});
  await unanswered();
  // While it sends its body.
  const head = [
    `POST ${FLASH}:generateContent HTTP/1.1`,
    `Host: 127.0.0.1:${gateway.port}`,
    `x-goog-api-key: ${withKey("anna")["x-goog-api-key"]}`,
    "Content-Length: 100",
  ];
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n{"con`));
  const listing = async () => {
    const response = await fetch(`${url}/v1beta/models`, { headers: withKey("anna") });
    await response.body?.cancel();
    return response.status;
  };
  await until(async () => await listing() === 429, { what: "The call that sends its body" });
  connection.close();
  await until(async () => await listing() === 200, { what: "The end of that call" });
});
