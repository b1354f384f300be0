/** The search for a project, over HTTP: onboarding, its operation, and what is kept of it. @module */
import assert from "node:assert/strict";
import { AuthorizedUserTokens } from "../../../src/accounts/tokens/authorized_user_tokens.ts";
import { parseCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../../src/emulator/emulator.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  CodeAssist,
  type CodeAssistOptions,
} from "../../../src/upstream/code_assist/code_assist.ts";
import { NotEligible } from "../../../src/upstream/code_assist/code_assist_project.ts";
import { findProject } from "../../../src/upstream/code_assist/find_project.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
import { timeLimit } from "../../../src/upstream/time_limit.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { startFakeUpstream } from "../../support/fake_upstream.ts";
import { callOf, faultOf, generateContent, HELLO, textOf } from "../../support/upstream_call.ts";

const NEVER = new AbortController().signal;

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly upstream: CodeAssist;
  /** What the upstream told, in order. */
  readonly told: string[];
  /** The calls of Code Assist, in order, without what is in the background of each. */
  calls(): { readonly method: string; readonly body: Record<string, unknown> }[];
}

/** An emulated Google with one user, and an upstream that does not know its project. */
async function place(
  user: UserOptions,
  changes: Partial<CodeAssistOptions> = {},
): Promise<Place> {
  const emulator = await startEmulator();
  const credentials = parseCredentialsFile(JSON.stringify(emulator.addUser("only", user)));
  const told: string[] = [];
  const upstream = new CodeAssist({
    baseUrls: [emulator.url],
    tokens: new AuthorizedUserTokens(credentials, { clock: Date }),
    clock: Date,
    outbound: outboundOf({}),
    onProject: (project) => void told.push(`project ${project}`),
    onNotEligible: (reason) => void told.push(`refused ${reason}`),
    onOnboarding: (tierId) => void told.push(`onboarding ${tierId}`),
    ...changes,
  });
  return {
    emulator,
    upstream,
    told,
    calls: () =>
      emulator.requests.filter(({ path }) => path !== "/token").map(({ path, rawBody }) => ({
        method: path.replace(/^\/v1internal[:/]/, "").replace(/\/.*/, ""),
        body: rawBody ? JSON.parse(rawBody) : {},
      })),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

const METADATA = {
  ideType: "IDE_UNSPECIFIED",
  platform: "PLATFORM_UNSPECIFIED",
  pluginType: "PLUGIN_UNSPECIFIED",
};

Deno.test("A new user of the free tier is onboarded without a project, and asked until it is done", async () => {
  await using at = await place({ tier: "free-tier", project: "managed", onboarded: 2 }, {
    hint: "mine",
  });
  assert.equal(await at.upstream.project(NEVER), "managed");
  assert.deepEqual(at.calls(), [
    {
      method: "loadCodeAssist",
      body: {
        cloudaicompanionProject: "mine",
        metadata: { ...METADATA, duetProject: "mine" },
      },
    },
    { method: "onboardUser", body: { tierId: "free-tier", metadata: METADATA } },
    { method: "operations", body: {} },
    { method: "operations", body: {} },
  ]);
  assert.deepEqual(at.told, ["onboarding free-tier", "project managed"]);
});

Deno.test("A new user of another tier is onboarded with the project that was named", async () => {
  await using at = await place({ project: null, onboarded: false }, { hint: "mine" });
  assert.equal(await at.upstream.project(NEVER), "mine");
  assert.deepEqual(at.calls()[1], {
    method: "onboardUser",
    body: {
      tierId: "standard-tier",
      cloudaicompanionProject: "mine",
      metadata: { ...METADATA, duetProject: "mine" },
    },
  });
  assert.ok(textOf(await generateContent(at.upstream, callOf(HELLO))));
});

Deno.test("Every request of a search goes through the account's proxy", async () => {
  await using proxy = startHttpProxy();
  const outbound = outboundOf({ proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`) });
  await using at = await place({ project: "managed", onboarded: 1 }, { outbound });
  assert.equal(await at.upstream.project(NEVER), "managed");
  at.upstream.close();
  const paths = proxy.asked.map((line) => new URL(line.split(" ")[1] ?? "").pathname);
  assert.deepEqual(
    paths.map((path) => path.replace(/^\/v1internal[:/]/, "").replace(/\/.*/, "")),
    ["loadCodeAssist", "onboardUser", "operations"],
  );
});

Deno.test("A VPC perimeter counts as a license; the project is the user's", async () => {
  await using at = await place({ project: null }, { hint: "mine" });
  at.emulator.script("only", ["403-perimeter"], { method: "loadCodeAssist" });
  assert.equal(await at.upstream.project(NEVER), "mine");
  assert.deepEqual(at.calls().map(({ method }) => method), ["loadCodeAssist"]);
});

Deno.test("An account that Google does not let in is asked about once, and told of once", async () => {
  await using at = await place({ ineligible: true });
  for (let call = 0; call < 3; call++) {
    const fault = await faultOf(generateContent(at.upstream, callOf(HELLO)));
    assert.ok(fault instanceof NotEligible);
    assert.match(
      fault.message,
      /^This client is no longer supported .*https:\/\/antigravity\.google$/,
    );
  }
  assert.deepEqual(at.calls().map(({ method }) => method), ["loadCodeAssist"]);
  assert.equal(at.told.length, 1);
});

Deno.test("A search that fails for a transient reason is made again, and nothing is told of it", async () => {
  await using at = await place({ project: "managed", onboarded: 1 });
  for (const method of ["loadCodeAssist", "onboardUser", "operation"]) {
    at.emulator.script("only", ["503"], { method });
    assert.equal((await faultOf(at.upstream.project(NEVER))).scope, "transient", method);
  }
  assert.deepEqual(at.told.filter((words) => !words.startsWith("onboarding")), []);
  assert.equal(await at.upstream.project(NEVER), "managed");
});

Deno.test("What Google refuses during the search is the account's affair, not the client's", async () => {
  for (const outcome of ["404", "429-bare", "403-disabled"] as const) {
    await using at = await place({ onboarded: false });
    at.emulator.script("only", [outcome], { method: "onboardUser" });
    assert.equal((await faultOf(generateContent(at.upstream, callOf(HELLO)))).scope, "account");
  }
  const refused = new UpstreamFault("request", new RpcError("FAILED_PRECONDITION", "Not so"));
  const search = findProject({
    post: () => Promise.reject(refused),
    operation: () => Promise.reject(refused),
    hint: undefined,
    signal: NEVER,
    onOnboarding: () => {},
  });
  const fault = await faultOf(search);
  assert.equal(fault.scope, "account");
  assert.equal(fault.message, "Not so");
});

Deno.test("A client that leaves during the search does not wait for it, and does not end it", async () => {
  await using at = await place({ project: "managed" });
  at.emulator.script("only", ["hang"], { method: "loadCodeAssist" });
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  const controller = new AbortController();
  const leaving = faultOf(
    generateContent(at.upstream, callOf(HELLO, { signal: controller.signal })),
  );
  const staying = at.upstream.project(NEVER);
  await at.emulator.waitForRequest(({ path }) => path.endsWith("loadCodeAssist"));
  controller.abort(gone);
  assert.equal(await leaving, gone);
  at.emulator.release();
  assert.equal(await staying, "managed");
  assert.deepEqual(at.calls().map(({ method }) => method), ["loadCodeAssist"]);
});

/** A search whose onboarding answers with these operations, one after the other. */
function searchOver(
  operations: readonly unknown[],
  signal = NEVER,
): { readonly found: Promise<string>; readonly names: string[] } {
  const names: string[] = [];
  const left = [...operations];
  const found = findProject({
    post: (method) =>
      Promise.resolve(method === "loadCodeAssist" ? { allowedTiers: [] } : left.shift()),
    operation(name) {
      names.push(name);
      return Promise.resolve(left.length > 1 ? left.shift() : left[0]);
    },
    hint: undefined,
    signal,
    onOnboarding: () => {},
  });
  return { found, names };
}

Deno.test("An operation's error ends the search, with Google's words", async () => {
  const cases = [
    [{ code: 7, message: "Not you" }, "account", "PERMISSION_DENIED", "Not you"],
    [{ code: 3, message: "Bad" }, "account", "INVALID_ARGUMENT", "Bad"],
    [{ code: 14, message: "Later" }, "transient", "UNAVAILABLE", "Later"],
    [{ code: 2 }, "transient", "UNKNOWN", /does not say why$/],
    ["?", "transient", "UNKNOWN", /does not say why$/],
  ] as const;
  for (const [error, scope, status, words] of cases) {
    const { found } = searchOver([{ name: "operations/1", done: true, error }]);
    const fault = await faultOf(found);
    assert.ok(!(fault instanceof NotEligible));
    assert.equal(fault.scope, scope);
    assert.equal(fault.rpc.status, status);
    assert.match(fault.message, typeof words === "string" ? new RegExp(`^${words}$`) : words);
  }
});

Deno.test("An operation is read under its own name only, and only if that is a name", async () => {
  const done = { done: true, response: { cloudaicompanionProject: { id: "new" } } };
  const { found, names } = searchOver([{ name: "operations/a/b-1" }, { done: false }, done]);
  assert.equal(await found, "new");
  assert.deepEqual(names, ["operations/a/b-1", "operations/a/b-1"]);
  const bad = [
    ...["", "operations/../x", "/operations/1", "operations", "operations/1?alt=media", 1, null],
    "https://example.com/x",
  ];
  for (const name of bad) {
    const { found, names } = searchOver([{ name, done: false }]);
    assert.match((await faultOf(found)).message, /an operation without a name/, String(name));
    assert.deepEqual(names, []);
  }
  assert.match((await faultOf(searchOver(["x"]).found)).message, /not a JSON object/);
});

Deno.test("A search ends at its limit, however long the operation goes on", async () => {
  const { signal, dispose } = timeLimit(700, "Too late");
  const running = { name: "operations/1", done: false };
  const { found, names } = searchOver([running, running], signal);
  const fault = await faultOf(found);
  dispose();
  assert.equal(fault.scope, "transient");
  assert.equal(fault.message, "Too late");
  assert.ok(names.length >= 1 && names.length <= 2, String(names.length));
});

Deno.test("The operation is read with the token, by GET, where onboarding was answered", async () => {
  await using broken = startFakeUpstream(() => new Response("<html>", { status: 503 }));
  const emulator = await startEmulator();
  try {
    const user = emulator.addUser("only", { project: "managed", onboarded: 1 });
    const credentials = parseCredentialsFile(JSON.stringify(user));
    const upstream = new CodeAssist({
      baseUrls: [broken.url, emulator.url],
      tokens: new AuthorizedUserTokens(credentials, { clock: Date }),
      clock: Date,
      outbound: outboundOf({}),
    });
    assert.equal(await upstream.project(NEVER), "managed");
    const read = emulator.requests.at(-1);
    assert.equal(read?.method, "GET");
    assert.match(read?.path ?? "", /^\/v1internal\/operations\/emulated-\d+$/);
    assert.match(read?.headers.get("authorization") ?? "", /^Bearer ya29\./);
  } finally {
    await emulator.close();
  }
});
