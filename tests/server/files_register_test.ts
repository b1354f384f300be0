/** Registers objects in buckets as files, which only accounts with OAuth can do. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";
import { outboundOf } from "../../src/upstream/outbound.ts";
import { Vertex } from "../../src/upstream/vertex/vertex.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../support/gateway.ts";
import { startHttpProxy } from "../support/proxy_server.ts";
import { GOOGLE_AUTHORITY, GOOGLE_CERTIFICATE } from "../support/test_certificate.ts";

const BODY = JSON.stringify({ uris: ["gs://bucket/a.mp4", "gs://bucket/b.mp4"] });

function register({ url }: TestGateway): Promise<Response> {
  return fetch(`${url}/v1beta/files:register`, { method: "POST", body: BODY });
}

/** A Vertex AI account and one of the Gemini API, in one project of Google's, which the gateway may know. */
async function startPair(projectGroup?: string) {
  const emulator = await startEmulator();
  const settings = projectGroup === undefined ? {} : { projectGroup };
  const common = { baseUrls: [emulator.url], settings };
  const vertex: TestAccount = {
    ...common,
    name: "cloud",
    serviceAccount: emulator.addServiceAccount("cloud", { project: "shared" }),
  };
  const studio: TestAccount = {
    ...common,
    name: "studio",
    key: emulator.addApiKey("studio", { project: "shared" }),
  };
  const other: TestAccount = {
    name: "other",
    baseUrls: [emulator.url],
    key: emulator.addApiKey("other"),
  };
  const gateway = await startTestGateway({ accounts: [other, studio, vertex] });
  return {
    emulator,
    gateway,
    accounts: { other, studio, vertex },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await gateway.close();
    },
  };
}

Deno.test("files:register goes to the account with OAuth, and its files to accounts of its project", async () => {
  await using at = await startPair("g");
  const response = await register(at.gateway);
  const { files } = await response.json();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-pollux-account"), "cloud");
  assert.equal(files.length, 2);
  const before = at.emulator.requests.length;
  for (const { name, uri } of files) {
    const got = await fetch(`${at.gateway.url}/v1beta/${name}`);
    assert.equal(got.headers.get("x-pollux-account"), "studio");
    assert.equal((await got.json()).source, "REGISTERED");
    // Vertex AI cannot use a file of the Gemini API, although its account made it.
    const prompt = await fetch(`${at.gateway.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: "POST",
      body: JSON.stringify({
        contents: [{ role: "user", parts: [{ text: "?" }, { fileData: { fileUri: uri } }] }],
      }),
    });
    assert.equal(prompt.headers.get("x-pollux-account"), "studio");
    await prompt.body?.cancel();
  }
  // Both were remembered: nobody was asked where they are.
  assert.equal(at.emulator.requests.length, before + 4);
});

Deno.test("files:register sends the client's body, to the Gemini API's path", async () => {
  await using at = await startPair();
  await (await register(at.gateway)).body?.cancel();
  const sent = at.emulator.requests.find(({ path }) => path.includes("register"));
  assert.equal(sent?.path, "/v1beta/files:register");
  assert.equal(sent.rawBody, BODY);
  assert.equal(sent.account, "cloud");
});

Deno.test("files:register without such an account is a 400 that names it", async () => {
  await using at = await startPair();
  const { other, studio } = at.accounts;
  await at.gateway.setAccounts([other, studio]);
  const response = await register(at.gateway);
  const { error } = await response.json();
  assert.deepEqual([response.status, error.status], [400, "FAILED_PRECONDITION"]);
  assert.match(error.message, /kind vertex, with an OAuth credential.*pollux accounts add vertex/);
});

Deno.test("A refused files:register starts no cool-down", async () => {
  await using at = await startPair();
  at.emulator.script("cloud", [{ type: "403-disabled" }], { method: "files.register" });
  const response = await register(at.gateway);
  assert.equal(response.status, 403);
  await response.body?.cancel();
  const snapshot = at.gateway.gateway.snapshot();
  assert.deepEqual(snapshot.map(({ state }) => state), snapshot.map(() => "available"));
  const again = await register(at.gateway);
  assert.equal(again.status, 200);
  await again.body?.cancel();
});

for (
  const [base, host] of [
    ["https://aiplatform.googleapis.com", "generativelanguage.googleapis.com"],
    ["https://us-central1-aiplatform.googleapis.com", "generativelanguage.googleapis.com"],
    ["https://my-proxy.googleapis.com", "my-proxy.googleapis.com"],
  ] as const
) {
  Deno.test(`files:register of an account at ${base} goes to ${host}`, async () => {
    const hosts: (string | null)[] = [];
    const google = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {}, ...GOOGLE_CERTIFICATE },
      async (request) => {
        const { host, pathname } = new URL(request.url);
        await request.body?.cancel();
        hosts.push(`${host}${pathname} ${request.headers.get("authorization")}`);
        return Response.json({ files: [] });
      },
    );
    await using proxy = startHttpProxy({
      target: { hostname: "127.0.0.1", port: google.addr.port },
    });
    const connections = new DirectConnections({
      idleTimeoutMs: 0,
      caCerts: [GOOGLE_AUTHORITY],
      proxyFor: () => ({ url: `http://127.0.0.1:${proxy.port}` }),
    });
    const upstream = new Vertex({
      baseUrls: [base],
      access: {
        tokens: { token: () => Promise.resolve("planted-token"), invalidate() {} },
        place: { project: "p", location: "us-central1" },
      },
      clock: Date,
      outbound: outboundOf({}, connections),
    });
    try {
      await upstream.call({
        method: "files.register",
        retry: "before_sent",
        version: "v1beta",
        model: "",
        resource: "",
        query: "",
        request: parseNativeRequest(new TextEncoder().encode(BODY)),
        requestId: "r",
        signal: new AbortController().signal,
        budget: new AttemptBudget(1),
      });
      assert.deepEqual(hosts, [`${host}/v1beta/files:register Bearer planted-token`]);
    } finally {
      connections.close();
      await google.shutdown();
    }
  });
}
