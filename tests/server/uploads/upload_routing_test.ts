/** Which account an upload goes to, and what of the client's request. @module */
import assert from "node:assert/strict";
import type { StrategyName } from "../../../src/pool/strategy.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { startRawUpstream } from "../../support/raw_upstream.ts";
import { startRawServer } from "../../support/raw_server.ts";
import { begun, errorIn, fileIn, goOn, send, start } from "./upload_calls.ts";

const ACCOUNTS = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;
const MINUTE_MS = 60_000;

/** Uploads a file; gives the account that has it. */
async function upload(gatewayUrl: string, headers: Record<string, string> = {}): Promise<string> {
  const url = `${gatewayUrl}/upload/v1beta/files?uploadType=media`;
  const response = await send(url, { "content-type": "text/plain", ...headers }, { body: "hello" });
  await fileIn(response);
  return response.headers.get("x-pollux-account") ?? "";
}

for (const strategy of ["balance", "performance_first"] satisfies StrategyName[]) {
  Deno.test(`Uploads within ten minutes of each other go to one account (${strategy})`, async () => {
    const clock = new FakeClock();
    await using gateway = await startEmulatedGateway({
      accounts: ACCOUNTS,
      clock,
      settings: { routing: { strategy } },
    });
    const found: string[] = [];
    for (let nth = 0; nth < 5; nth++) {
      found.push(await upload(gateway.url));
      clock.advance(9 * MINUTE_MS);
    }
    assert.deepEqual(new Set(found).size, 1, found.join());
    clock.advance(10 * MINUTE_MS);
    assert.notEqual(await upload(gateway.url), found[0]);
  });
}

Deno.test("Each client's uploads stay together, and clients are spread over the accounts", async () => {
  const ids = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);
  await using gateway = await startEmulatedGateway({
    accounts: ACCOUNTS,
    clientKeys: clientKeysOf(ids),
  });
  const accounts = { a: new Set<string>(), b: new Set<string>() };
  for (let nth = 0; nth < 4; nth++) {
    for (const id of ["a", "b"] as const) {
      accounts[id].add(await upload(gateway.url, { "x-goog-api-key": `planted-client-${id}` }));
    }
  }
  assert.equal(accounts.a.size, 1);
  assert.equal(accounts.b.size, 1);
  assert.notDeepEqual(accounts.a, accounts.b);
});

Deno.test("If an account is out of quota, an upload starts at another one, and later uploads go there too", async () => {
  await using gateway = await startEmulatedGateway({ accounts: ACCOUNTS });
  const first = await upload(gateway.url);
  gateway.emulator.script(first, ["429-daily"], { method: "files.create" });
  const next = await start(gateway.url);
  assert.equal(next.status, 200, await next.text());
  const second = next.headers.get("x-pollux-account");
  assert.notEqual(second, first);
  assert.equal(await upload(gateway.url), second);
});

Deno.test("A start that upstream may have processed is not retried, and a chunk never is", async () => {
  await using gateway = await startEmulatedGateway({ accounts: ACCOUNTS });
  const { emulator } = gateway;
  const address = await begun(gateway.url);
  const [first] = emulator.requests;
  const account = first?.account ?? "";
  for (const outcome of ["503", "reset-after-body", "429-bare"] as const) {
    const before = emulator.requests.length;
    emulator.script(account, [outcome], { method: "files.upload" });
    const chunk = await (outcome === "503"
      ? goOn(address, "finalize")
      : goOn(address, "upload", { body: "hello" }));
    assert.ok((await errorIn(chunk)).code >= 429, outcome);
    assert.equal(emulator.requests.length, before + 1, outcome);
  }
  const before = emulator.requests.length;
  for (const name of ["one", "two", "three"]) {
    emulator.script(name, ["500"], { method: "files.create" });
  }
  assert.equal((await errorIn(await start(gateway.url))).code, 500);
  assert.equal(emulator.requests.length, before + 1);
});

Deno.test("A refused chunk starts no cool-down", async () => {
  let isStart = true;
  await using upstream = startRawServer(async (connection) => {
    while (await connection.request() !== undefined) {
      const url = "https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=x";
      await connection.write(
        isStart
          ? `HTTP/1.1 200 OK\r\nx-goog-upload-url: ${url}\r\ncontent-length: 0\r\n\r\n`
          : "HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nOver",
      );
      isStart = false;
    }
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  const address = await begun(gateway.url);
  assert.equal((await errorIn(await goOn(address, "upload", { body: "x" }))).code, 403);
  const [account] = gateway.gateway.snapshot();
  assert.equal(account?.state, "available");
  assert.deepEqual(account?.models, []);
});

Deno.test("Upstream gets what belongs to the upload, and nothing of the client's connection", async () => {
  await using gateway = await startEmulatedGateway();
  const { emulator, port } = gateway;
  const body = JSON.stringify({ file: {} });
  const name = new TextDecoder("latin1").decode(new TextEncoder().encode("bíld.png"));
  const { status, headers } = await rawRequest(
    port,
    Uint8Array.from(
      [
        "POST /upload/v1beta/files?key=planted-client-key&upload_protocol=resumable HTTP/1.1",
        `host: 127.0.0.1:${port}`,
        "authorization: Bearer planted-client-key",
        "cookie: a=b",
        "x-goog-api-client: genai",
        "x-goog-user-project: other",
        "x-goog-upload-protocol: resumable",
        "x-goog-upload-command: start",
        `x-goog-upload-file-name: ${name}`,
        "content-type: application/json",
        `content-length: ${body.length}`,
        "",
        body,
      ].join("\r\n"),
      (character) => character.charCodeAt(0),
    ),
  );
  assert.equal(status, 200);
  const address = headers.get("x-goog-upload-url") ?? "";
  await fileIn(await goOn(address, "upload, finalize", { body: "hello" }));
  const [first, second] = emulator.requests;
  assert.equal(first?.headers.get("x-goog-upload-file-name"), "b%C3%ADld.png");
  assert.equal(first?.rawBody, body);
  for (const request of [first, second]) {
    assert.equal(request?.account, "one");
    for (const header of ["authorization", "cookie", "x-goog-api-client", "x-goog-user-project"]) {
      assert.equal(request?.headers.get(header), null, header);
    }
    const wire = JSON.stringify([
      request?.path,
      request?.query.toString(),
      ...request?.headers ?? [],
    ]);
    assert.ok(!wire.includes("planted-client-key"), wire);
    assert.ok(!wire.includes(new URL(address).searchParams.get("upload_id") ?? "-"), wire);
  }
});

Deno.test("The rest of an upload goes to the account's own server, whatever address upstream names", async () => {
  const paths: string[] = [];
  await using upstream = startRawServer(async (connection) => {
    for (
      let text = await connection.request();
      text !== undefined;
      text = await connection.request()
    ) {
      paths.push(text.slice(0, text.indexOf(" HTTP/1.1")));
      const url = "http://127.0.0.1:1/upload/v1beta/files?upload_id=x";
      await connection.write(
        `HTTP/1.1 200 OK\r\nx-goog-upload-url: ${url}\r\ncontent-length: 0\r\n\r\n`,
      );
    }
  });
  const account = { name: "one", baseUrls: [upstream.url], key: "planted-key" };
  await using gateway = await startTestGateway({ accounts: [account] });
  const address = await begun(gateway.url);
  assert.ok(address.startsWith(gateway.url));
  const query = await goOn(address, "query");
  assert.equal(query.status, 200, await query.text());
  const { pathname } = new URL(upstream.url);
  assert.equal(paths.length, 2);
  assert.ok(paths[1]?.endsWith("/upload/v1beta/files?upload_id=x"), `${pathname} ${paths[1]}`);
  await gateway.setAccounts([{ ...account, baseUrls: ["http://127.0.0.1:2"] }]);
  assert.match((await errorIn(await goOn(address, "query"))).message, /base URL was changed/);
  assert.equal(paths.length, 2);
});

Deno.test("An upload address without a valid host is not used", async () => {
  await using upstream = startRawUpstream(() => ({
    headers: ["X-Goog-Upload-Url: data:@127.0.0.1:1/x", "Content-Length: 0"],
    body: "",
  }));
  const account = { name: "one", baseUrls: [upstream.url], key: "planted-key" };
  await using gateway = await startTestGateway({ accounts: [account] });
  const response = await start(gateway.url);
  assert.equal(await response.text(), "");
  assert.equal(response.headers.get("x-goog-upload-url"), null);
});

Deno.test("Upload addresses have the public URL, else the host that the client called", async () => {
  await using gateway = await startEmulatedGateway({
    settings: {
      server: { allowedHosts: ["gateway.example"] },
      auth: { apiKey: "planted-gateway-key" },
    },
  });
  const startAs = async (...headers: string[]) => {
    const head = [
      "POST /upload/v1beta/files HTTP/1.1",
      "x-goog-api-key: planted-gateway-key",
      "x-goog-upload-protocol: resumable",
      "x-goog-upload-command: start",
      "content-length: 2",
      ...headers,
    ].join("\r\n");
    const response = await rawRequest(gateway.port, `${head}\r\n\r\n{}`);
    return response.headers.get("x-goog-upload-url")?.split("/upload/")[0] ?? response.status;
  };
  assert.equal(await startAs("host: gateway.example:99"), "http://gateway.example:99");
  assert.equal(await startAs("host: LOCALHOST:8045"), "http://localhost:8045");
  const forged = [
    "x-forwarded-host: evil.example",
    "x-forwarded-proto: https",
    "forwarded: host=evil",
  ];
  assert.equal(await startAs("host: 127.0.0.1", ...forged), "http://127.0.0.1");
  for (const host of ["evil.example", "127.0.0.1/x", "127.0.0.1:8045@evil.example"]) {
    assert.ok(Number(await startAs(`host: ${host}`)) >= 400, host);
  }
  gateway.apply({
    server: { allowedHosts: ["gateway.example"], publicUrl: "https://gateway.example/gemini/" },
    auth: { apiKey: "planted-gateway-key" },
  });
  assert.equal(await startAs("host: 127.0.0.1"), "https://gateway.example/gemini");
});

Deno.test("A page of an allowed origin may read what an upload needs", async () => {
  const origin = "https://app.example";
  await using gateway = await startEmulatedGateway({
    settings: { server: { corsOrigins: [origin] } },
  });
  const asked = "x-goog-upload-command, x-goog-upload-offset";
  const preflight = await fetch(`${gateway.url}/upload/v1beta/files?upload_id=x`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": asked,
    },
  });
  assert.equal(preflight.headers.get("access-control-allow-headers"), asked);
  assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /\bPUT\b/);
  const started = await start(gateway.url, { origin });
  const exposed = started.headers.get("access-control-expose-headers") ?? "";
  for (const [name] of started.headers) {
    if (name.startsWith("x-goog-upload-")) assert.ok(exposed.split(", ").includes(name), name);
  }
  await started.body?.cancel();
});

Deno.test("The token of an upload appears in no record, error or message", async () => {
  await using gateway = await startEmulatedGateway({ settings: { auth: { apiKey: "planted-k" } } });
  const address = await begun(gateway.url, { "x-goog-api-key": "planted-k" });
  const token = new URL(address).searchParams.get("upload_id") ?? "";
  const said: string[] = [];
  for (const path of ["files", "corpora", "models/x:generateContent"]) {
    const url = address.replace("/upload/v1beta/files", `/upload/v1beta/${path}`);
    for (
      const headers of [{}, { "x-goog-api-key": "planted-k" }, { "x-goog-api-key": "planted-x" }]
    ) {
      said.push(JSON.stringify(await errorIn(await goOn(url, "upload", { headers, body: "x" }))));
    }
  }
  // In a path that a client put together wrongly.
  for (const path of [`upload/v1beta/files/${token}`, `upload/v1beta/files%253Fu=${token}`]) {
    const headers = { "x-goog-api-key": "planted-k" };
    said.push(
      JSON.stringify(await errorIn(await goOn(`${gateway.url}/${path}`, "query", { headers }))),
    );
  }
  const read = await fetch(`${gateway.url}/v1beta/files/${token}?key=planted-k`);
  said.push(JSON.stringify(await errorIn(read)));
  gateway.emulator.script("one", ["500"]);
  said.push(JSON.stringify(await errorIn(await goOn(address, "upload", { body: "x" }))));
  said.push(JSON.stringify(gateway.calls), ...gateway.problems);
  for (const text of said) assert.ok(!text.includes(token.slice(30)), text);
});
