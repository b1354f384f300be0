/** `pollux serve` on accounts whose rests the user ends, while it runs or before it starts. @module */
import assert from "node:assert/strict";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { COOL_DOWNS } from "../../../src/pool/cool_downs/kept_cool_downs.ts";
import { openStore, type Store } from "../../../src/store/open_store.ts";
import { readKept, writeKept } from "../../support/kept.ts";
import { type Gateway, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call, errorOf, textOf } from "../../support/gemini_call.ts";
import { RESPONSE, startTestUpstream, type TestUpstream } from "../../support/test_upstream.ts";

/** How long a change may take to reach a running gateway, on a busy machine too, in ms. */
const LIMIT_MS = 30_000;

const HOUR_MS = 3_600_000;

/** How often it is looked for, in ms. */
const PAUSE_MS = 100;

/** Six days and a half, as Google named it for a weekly quota. */
const SPENT = {
  error: {
    code: 429,
    message: "Spent",
    status: "RESOURCE_EXHAUSTED",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "561635s" }],
  },
};

async function onStore<T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  using store = await openStore({ dataDir });
  return await work(store);
}

async function addKeyed(dataDir: string, name: string, baseUrl: string): Promise<void> {
  const credential = { type: "api_key", key: new Secret("planted-key") } as const;
  const account = { name, kind: "gemini-api", baseUrls: [baseUrl], credential } as const;
  await onStore(dataDir, (store) => new AccountBook(store.accounts, Date).add(account));
}

/** An upstream whose quota is spent until it is told that it came back. */
function startSpent(): TestUpstream & { comeBack(): void } {
  let isSpent = true;
  const upstream = startTestUpstream((request) => {
    if (request.method === "GET") return Response.json({ models: [{ name: "models/m" }] });
    return isSpent ? Response.json(SPENT, { status: 429 }) : Response.json(RESPONSE);
  });
  return Object.assign(upstream, { comeBack: () => void (isSpent = false) });
}

async function stop(gateway: Gateway): Promise<void> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
}

/** Calls until it is answered: a change is in force soon, and not at once. */
async function untilAnswered(url: string): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const response = await call(url);
    if (response.status === 200) return void await textOf(response);
    assert.equal(response.status, 429);
    await response.body?.cancel();
    assert.ok(performance.now() < endMs, "The account still rests");
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

for (const command of ["enable", "test"]) {
  Deno.test(`accounts ${command} ends a rest of days in a running gateway`, async () => {
    await using google = startSpent();
    using folder = tempFolder();
    const dataDir = `${folder.path}/data`;
    await addKeyed(dataDir, "a", google.url);
    await using gateway = await startGateway({ dataDir });
    for (let turn = 0; turn < 2; turn++) {
      assert.equal((await errorOf(await call(gateway.url))).code, 429);
    }
    assert.equal(google.seen.filter(({ method }) => method === "POST").length, 1);
    google.comeBack();
    assert.equal((await runPollux(["accounts", command, "a"], { dataDir })).code, 0);
    await untilAnswered(gateway.url);
  });

  Deno.test(`accounts ${command} ends a rest of days before the gateway starts`, async () => {
    await using google = startSpent();
    using folder = tempFolder();
    const dataDir = `${folder.path}/data`;
    await addKeyed(dataDir, "a", google.url);
    await addKeyed(dataDir, "b", google.url);
    {
      await using gateway = await startGateway({ dataDir });
      assert.equal((await errorOf(await call(gateway.url))).code, 429);
      await stop(gateway);
    }
    google.comeBack();
    assert.equal((await runPollux(["accounts", command, "a"], { dataDir })).code, 0);
    await using gateway = await startGateway({ dataDir });
    for (let turn = 0; turn < 3; turn++) {
      const response = await call(gateway.url, { text: `Call ${turn}` });
      await textOf(response);
      // The other one's rest goes on.
      assert.equal(response.headers.get("x-pollux-account"), "a");
    }
  });
}

Deno.test("accounts test of an account that does not work leaves its rest", async () => {
  await using google = startTestUpstream((request) =>
    request.method === "GET"
      ? Response.json({ error: { code: 403, message: "No", status: "PERMISSION_DENIED" } }, {
        status: 403,
      })
      : Response.json(SPENT, { status: 429 })
  );
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await addKeyed(dataDir, "a", google.url);
  {
    await using gateway = await startGateway({ dataDir });
    assert.equal((await errorOf(await call(gateway.url))).code, 429);
    await stop(gateway);
  }
  assert.equal((await runPollux(["accounts", "test", "a"], { dataDir })).code, 1);
  await onStore(dataDir, async (store) => {
    const rows = await readKept(store, COOL_DOWNS);
    assert.deepEqual(rows.map(({ value }) => Math.ceil(value.lengthMs / HOUR_MS)), [157]);
  });
});

Deno.test("An account that was refused is used at once after accounts enable, and start", async () => {
  let isRefused = true;
  await using google = startTestUpstream((request) => {
    if (!request.url.endsWith("/token")) return Response.json(RESPONSE);
    return isRefused
      ? Response.json({ error: "invalid_grant", error_description: "Gone." }, { status: 400 })
      : Response.json({ access_token: "planted-token", expires_in: 3600, token_type: "Bearer" });
  });
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const credential = {
    type: "authorized_user",
    clientId: "client",
    clientSecret: new Secret("planted-client-secret"),
    refreshToken: new Secret("planted-refresh-token"),
    tokenUri: `${google.url}/token`,
  } as const;
  const place = { baseUrls: [google.url], project: "project-1", location: "us-central1" };
  await onStore(dataDir, (store) => {
    const book = new AccountBook(store.accounts, Date);
    return book.add({ name: "only", kind: "vertex", ...place, credential });
  });
  {
    await using gateway = await startGateway({ dataDir });
    for (let turn = 0; turn < 2; turn++) {
      const response = await call(gateway.url);
      assert.equal(response.headers.get("retry-after"), null);
      const { code, message, details } = await errorOf(response);
      // The second call may find the account disabled already.
      if (code !== 400) assert.deepEqual([code, details], [401, undefined], message);
    }
    await stop(gateway);
  }
  isRefused = false;
  assert.equal((await runPollux(["accounts", "enable", "only"], { dataDir })).code, 0);
  await using gateway = await startGateway({ dataDir });
  await textOf(await call(gateway.url));
});

Deno.test("AccountBook ends the kept rests of one account in the transaction that enables it", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await addKeyed(dataDir, "a", "http://127.0.0.1:1");
  await addKeyed(dataDir, "b", "http://127.0.0.1:1");
  await onStore(dataDir, async (store) => {
    const book = new AccountBook(store.accounts, Date);
    const [a, b] = [await book.get("a"), await book.get("b")];
    const common = { kind: "quota", reason: "", step: 0 } as const;
    const value = { ...common, startMs: Date.now(), lengthMs: 1_000_000 };
    const rows = [a, b].flatMap(({ id }) =>
      ["", "m", "n"].map((model) => ({ key: [id, model], value }))
    );
    for (const work of [() => book.enable("a"), () => book.endRests(a.id)]) {
      await writeKept(store, COOL_DOWNS, rows);
      const revision = await book.revision();
      await work();
      const left = await readKept(store, COOL_DOWNS);
      assert.deepEqual(left.map(({ key: [id] }) => id), [b.id, b.id, b.id]);
      assert.ok(await book.revision() > revision);
    }
    assert.equal((await book.get("a")).restsEnded, 2);
    assert.equal((await book.get("b")).restsEnded, undefined);
  });
});
