/** Caches through the gateway: made, used, changed and deleted at the account that holds them. @module */
import assert from "node:assert/strict";
import type { Clock } from "../../src/base/clock.ts";
import { defined } from "../../src/base/defined.ts";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import type { GatewaySettings } from "../../src/server/settings.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { startTestGateway } from "../support/gateway.ts";
import { errorOf } from "../support/gemini_call.ts";

const FLASH = "gemini-2.5-flash";
const PRO = "gemini-2.5-pro";
const PLACE = "projects/any-project/locations/us-central1";
const prompt = [{ role: "user", parts: [{ text: "Say something made up" }] }];
/** Enough tokens for a cache of any model. */
const LONG = [{ role: "user", parts: [{ text: "x".repeat(20_000) }] }];
const CACHE = { model: `models/${FLASH}`, contents: LONG, ttl: "600s" };

/** The words of each API for a cache that is not there. */
const GONE = {
  "gemini-api": [403, /^CachedContent not found \(or permission denied\)$/],
  "vertex": [404, /^Not found: cached content metadata for \d+\.$/],
} as const;

interface BedOptions {
  readonly accounts: Readonly<Record<string, AccountKind>>;
  readonly aliases?: GatewaySettings["aliases"];
  readonly clock?: Clock;
}

/** A gateway whose accounts belong to one project each, and what tests do with it. */
async function startBed({ accounts, aliases = {}, clock }: BedOptions) {
  const emulator = await startEmulator(defined({ clock }));
  const keys = new Map<string, string>();
  const gateway = await startTestGateway({
    ...defined({ clock }),
    settings: { aliases, routing: { strategy: "balance" } },
    accounts: Object.entries(accounts).map(([name, kind]) => {
      const account = emulatedAccount(emulator, name, kind);
      if ("key" in account) keys.set(name, account.key);
      return account;
    }),
  });
  function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${gateway.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  return {
    emulator,
    gateway,
    call,
    create: (body: unknown = CACHE) => call("POST", "/v1beta/cachedContents", body),
    generate: (cachedContent: string, { model = FLASH, method = "generateContent" } = {}) =>
      call("POST", `/v1beta/models/${model}:${method}`, { contents: prompt, cachedContent }),
    /** Sends a request to Google past the gateway, with an account's key. */
    direct(name: string, path: string, init: RequestInit = {}): Promise<Response> {
      const headers = { "x-goog-api-key": keys.get(name) ?? "" };
      return fetch(emulator.url + path, { ...init, headers: { ...headers, ...init.headers } });
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await gateway.close();
    },
  };
}

async function jsonOf(response: Response) {
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json;
}

/** The account that responded. */
async function accountOf(response: Response): Promise<string | null> {
  await jsonOf(response);
  return response.headers.get("x-pollux-account");
}

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`A cache of a ${kind} account is made, used, changed, counted and deleted`, async () => {
    await using bed = await startBed({ accounts: { one: kind }, aliases: { "my-model": FLASH } });
    const cache = await jsonOf(await bed.create({ ...CACHE, model: "models/my-model" }));
    assert.match(cache.model, /\/gemini-2\.5-flash$/);
    const path = `/v1beta/${cache.name}`;
    assert.deepEqual(await jsonOf(await bed.call("GET", path)), cache);
    const { totalTokenCount } = cache.usageMetadata;
    for (const model of [FLASH, "my-model", `models/${FLASH}`]) {
      const { usageMetadata } = await jsonOf(await bed.generate(cache.name, { model }));
      assert.equal(usageMetadata.cachedContentTokenCount, totalTokenCount);
    }
    const stream = await bed.generate(cache.name, { method: "streamGenerateContent" });
    assert.match(await stream.text(), new RegExp(`"cachedContentTokenCount":${totalTokenCount}`));
    const request = { contents: prompt, cachedContent: cache.name };
    const plain = await jsonOf(
      await bed.call("POST", `/v1beta/models/${FLASH}:countTokens`, { contents: prompt }),
    );
    const counted = await jsonOf(
      await bed.call("POST", `/v1beta/models/${FLASH}:countTokens`, {
        generateContentRequest: { model: `models/${FLASH}`, ...request },
      }),
    );
    assert.equal(counted.totalTokens, plain.totalTokens + totalTokenCount);
    assert.equal(counted.cachedContentTokenCount, totalTokenCount);
    const changed = await jsonOf(
      await bed.call("PATCH", `${path}?updateMask=ttl`, { ttl: "7200s" }),
    );
    assert.ok(Date.parse(changed.expireTime) > Date.parse(cache.expireTime));
    // As @google/generative-ai writes it.
    const again = await jsonOf(
      await bed.call("PATCH", `${path}?update_mask=ttl`, { ttl: "9000s" }),
    );
    assert.ok(Date.parse(again.expireTime) > Date.parse(changed.expireTime));
    const refused = await errorOf(await bed.call("PATCH", path, { displayName: "x" }));
    assert.match(refused.message, /Only ttl or expire_time/);
    assert.deepEqual(await jsonOf(await bed.call("DELETE", path)), {});
    const [code, message] = GONE[kind];
    for (const response of [await bed.call("GET", path), await bed.generate(cache.name)]) {
      const error = await errorOf(response);
      assert.equal(error.code, code);
      assert.match(error.message, message);
    }
    // The account does not rest because of that.
    assert.equal(await accountOf(await bed.create()), "one");
    assert.deepEqual(bed.gateway.problems, []);
  });
}

Deno.test("Each cache stays with the account that made it, whatever its kind and however it is named", async () => {
  await using bed = await startBed({
    accounts: { one: "gemini-api", two: "gemini-api", three: "vertex" },
  });
  const names = new Map<string, string>();
  for (let nth = 0; nth < 12 && names.size < 3; nth++) {
    const response = await bed.create();
    const { name } = await jsonOf(response);
    names.set(response.headers.get("x-pollux-account") ?? "", name);
  }
  assert.deepEqual([...names.keys()].sort(), ["one", "three", "two"]);
  for (const [account, name] of names) {
    const id = name.slice(name.lastIndexOf("/") + 1);
    const forms = [name, `cachedContents/${id}`, `${PLACE}/cachedContents/${id}`];
    for (const form of forms) {
      for (const version of ["v1beta", "v1beta1", "v1"]) {
        const found = await bed.call("GET", `/${version}/${form}`);
        assert.equal(await accountOf(found), account, form);
      }
      assert.equal(await accountOf(await bed.generate(form)), account, form);
      const inVertexMode = await bed.call(
        "POST",
        `/v1beta1/${PLACE}/publishers/google/models/${FLASH}:generateContent`,
        { contents: prompt, cachedContent: form },
      );
      assert.equal(await accountOf(inVertexMode), account, form);
    }
    // As @google/generative-ai makes a path of a name.
    const path = `/v1beta/cachedContents/${name.replace(/^cachedContents\//, "")}`;
    assert.equal(await accountOf(await bed.call("GET", path)), account);
  }
  assert.deepEqual(bed.gateway.problems, []);
});

Deno.test("The caches of all accounts are one list, in pages, in both forms", async () => {
  await using bed = await startBed({
    accounts: { zero: "code-assist", one: "gemini-api", two: "gemini-api", three: "vertex" },
  });
  const made = new Set<string>();
  for (let nth = 0; nth < 7; nth++) made.add((await jsonOf(await bed.create())).name);
  for (const root of ["/v1beta", `/v1beta1/${PLACE}`]) {
    const listed: string[] = [];
    let token = "";
    do {
      const query = `pageSize=2&pageToken=${encodeURIComponent(token)}`;
      const page = await jsonOf(await bed.call("GET", `${root}/cachedContents?${query}`));
      assert.ok(page.cachedContents.length > 0);
      for (const { name } of page.cachedContents) listed.push(name);
      token = page.nextPageToken ?? "";
    } while (token !== "");
    assert.deepEqual(listed.toSorted(), [...made].sort());
  }
  await using empty = await startBed({ accounts: { one: "vertex" } });
  assert.deepEqual(await jsonOf(await empty.call("GET", "/v1beta/cachedContents")), {});
});

Deno.test("A cache is made in Vertex AI's form by every kind that has caches", async () => {
  for (const kind of ["gemini-api", "vertex"] as const) {
    await using bed = await startBed({ accounts: { zero: "code-assist", one: kind } });
    for (const root of [`/v1beta1/${PLACE}`, "/v1beta1"]) {
      const model = `${PLACE}/publishers/google/models/${FLASH}`;
      const response = await bed.call("POST", `${root}/cachedContents`, { ...CACHE, model });
      assert.equal(response.headers.get("x-pollux-model"), FLASH);
      assert.equal(await accountOf(response), "one");
    }
  }
});

Deno.test("A file and a cache of two projects are a 400 that says which is where", async () => {
  await using bed = await startBed({ accounts: { one: "gemini-api", two: "gemini-api" } });
  const upload = await bed.direct("two", "/upload/v1beta/files?uploadType=media", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "text",
  });
  const { file } = await jsonOf(upload);
  const fileData = { fileUri: file.uri, mimeType: "text/plain" };
  const contents = [...LONG, { role: "user", parts: [{ fileData }] }];
  // A cache that holds a file is made where the file is.
  for (let nth = 0; nth < 4; nth++) {
    assert.equal(await accountOf(await bed.create({ ...CACHE, contents })), "two");
  }
  const made = await bed.direct("one", "/v1beta/cachedContents", {
    method: "POST",
    body: JSON.stringify(CACHE),
  });
  const { name } = await jsonOf(made);
  const error = await errorOf(
    await bed.call("POST", `/v1beta/models/${FLASH}:generateContent`, {
      contents: [{ role: "user", parts: [{ fileData }] }],
      cachedContent: name,
    }),
  );
  assert.equal(error.status, "FAILED_PRECONDITION");
  assert.ok(error.message.includes(`"${name}" is with the account "one"`), error.message);
  assert.ok(error.message.includes(`"${file.name}" is with the account "two"`), error.message);
});

Deno.test("A cache of another account is found by a read, and only there", async () => {
  await using bed = await startBed({
    accounts: { zero: "code-assist", one: "gemini-api", two: "gemini-api", three: "vertex" },
  });
  const init = { method: "POST", body: JSON.stringify(CACHE) };
  const { name } = await jsonOf(await bed.direct("two", "/v1beta/cachedContents", init));
  for (let nth = 0; nth < 4; nth++) {
    assert.equal(await accountOf(await bed.generate(name)), "two");
  }
  const before = bed.emulator.requests.length;
  const unknown = await errorOf(await bed.generate("cachedContents/unknown"));
  assert.deepEqual([unknown.code, unknown.message], [
    403,
    "CachedContent not found (or permission denied)",
  ]);
  const asked = bed.emulator.requests.slice(before);
  assert.ok(asked.every(({ method }) => method === "GET"), "only reads look for a cache");
});

Deno.test("The owner of a cache is known as long as the cache lasts: a PATCH renews it, a DELETE forgets it", async () => {
  const clock = new FakeClock();
  await using bed = await startBed({
    accounts: { one: "gemini-api", two: "gemini-api", three: "vertex" },
    clock,
  });
  async function readsOf(name: string): Promise<number> {
    const before = bed.emulator.requests.length;
    await (await bed.call("GET", `/v1beta/${name}`)).body?.cancel();
    const id = name.slice(name.lastIndexOf("/") + 1);
    return bed.emulator.requests.slice(before).filter(({ path }) => path.includes(id)).length;
  }
  const names: string[] = [];
  for (let nth = 0; nth < 3; nth++) names.push((await jsonOf(await bed.create())).name);
  for (const name of names) {
    await jsonOf(await bed.call("PATCH", `/v1beta/${name}`, { ttl: "36000s" }));
  }
  // Much later than the first time of expiry.
  clock.advance(9 * 3_600_000);
  for (const name of names) {
    assert.equal(await readsOf(name), 1);
    await jsonOf(await bed.call("DELETE", `/v1beta/${name}`));
    assert.ok(await readsOf(name) > 1, "the accounts are asked again");
  }
});

Deno.test("A cache that vanished at Google is told in Google's words, and rests no account", async () => {
  await using bed = await startBed({ accounts: { one: "gemini-api", two: "gemini-api" } });
  const response = await bed.create();
  const { name } = await jsonOf(response);
  const owner = response.headers.get("x-pollux-account") ?? "";
  await jsonOf(await bed.direct(owner, `/v1beta/${name}`, { method: "DELETE" }));
  const refused = await bed.generate(name);
  assert.equal(refused.headers.get("x-pollux-attempts"), "1");
  assert.equal(refused.headers.get("x-pollux-account"), owner);
  const error = await errorOf(refused);
  const [code, message] = GONE["gemini-api"];
  assert.equal(error.code, code);
  assert.match(error.message, message);
  const again = await errorOf(await bed.call("GET", `/v1beta/${name}`));
  assert.equal(again.code, code);
  const seen = new Set<string | null>();
  for (let nth = 0; nth < 8; nth++) seen.add(await accountOf(await bed.create()));
  assert.deepEqual([...seen].sort(), ["one", "two"]);
});

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`A cache of a ${kind} account that expired is told in Google's words, and starts no cool-down`, async () => {
    const clock = new FakeClock();
    await using bed = await startBed({ accounts: { one: kind }, clock });
    const { name } = await jsonOf(await bed.create());
    await jsonOf(await bed.generate(name));
    clock.advance(601_000);
    const [code, message] = GONE[kind];
    const error = await errorOf(await bed.generate(name));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.equal(await accountOf(await bed.create()), "one");
  });
}

Deno.test("The model of a cache has to be the request's, and the settings stay in the cache", async () => {
  await using bed = await startBed({
    accounts: { one: "gemini-api", two: "gemini-api" },
    aliases: { "my-pro": PRO },
  });
  const response = await bed.create();
  const { name } = await jsonOf(response);
  for (const model of [PRO, "my-pro"]) {
    const other = await bed.generate(name, { model });
    assert.equal(other.headers.get("x-pollux-attempts"), "1");
    const error = await errorOf(other);
    assert.match(
      error.message,
      /^Model used by GenerateContent request \(models\/gemini-2\.5-pro\)/,
    );
  }
  const twice = await bed.call("POST", `/v1beta/models/${FLASH}:generateContent`, {
    contents: prompt,
    cachedContent: name,
    systemInstruction: { parts: [{ text: "s" }] },
  });
  assert.match((await errorOf(twice)).message, /can not be used with GenerateContent request/);
});

Deno.test("cachedContents.create moves to another account only if nothing was done, and spares generate", async () => {
  await using bed = await startBed({ accounts: { one: "gemini-api", two: "gemini-api" } });
  const method = "cachedContents.create";
  for (const name of ["one", "two"]) bed.emulator.script(name, ["429-daily"], { method });
  const refused = await bed.create();
  assert.equal(refused.headers.get("x-pollux-attempts"), "2");
  assert.equal((await errorOf(refused)).code, 429);
  // The quota of caches is not that of their model.
  const seen = new Set<string | null>();
  for (let nth = 0; nth < 4; nth++) {
    const body = { contents: [{ role: "user", parts: [{ text: `Conversation ${nth}` }] }] };
    seen.add(
      await accountOf(await bed.call("POST", `/v1beta/models/${FLASH}:generateContent`, body)),
    );
  }
  assert.deepEqual([...seen].sort(), ["one", "two"]);
});

Deno.test("cachedContents.create is not sent again after a failure that may have made a cache", async () => {
  await using bed = await startBed({ accounts: { one: "gemini-api", two: "gemini-api" } });
  const method = "cachedContents.create";
  for (const name of ["one", "two"]) bed.emulator.script(name, ["503"], { method });
  const refused = await bed.create();
  assert.equal(refused.headers.get("x-pollux-attempts"), "1");
  assert.equal((await errorOf(refused)).code, 503);
});

Deno.test("Without an account that has caches, the error says which kinds do", async () => {
  await using bed = await startBed({ accounts: { one: "code-assist" } });
  const error = await errorOf(await bed.create());
  assert.equal(error.status, "FAILED_PRECONDITION");
  assert.match(error.message, /gemini-api.*vertex/);
});

Deno.test("A body that names no model gets Google's own error", async () => {
  await using bed = await startBed({ accounts: { one: "gemini-api" } });
  const { model: _model, ...body } = CACHE;
  assert.match((await errorOf(await bed.create(body))).message, /model is not specified/);
});

Deno.test("A cache is not made where its model rests, unless it rests everywhere", async () => {
  const accounts = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;
  await using bed = await startBed({ accounts });
  const names = Object.keys(accounts);
  const exhaust = async (name: string) => {
    bed.emulator.script(name, [{ type: "429-long", hours: 5 }], {
      model: FLASH,
      method: "generateContent",
    });
    const text = `A conversation of its own, with ${name}`;
    const contents = [{ role: "user", parts: [{ text }] }];
    // Turns go round, so that each account gets one.
    for (const nth of names.keys()) {
      await (await bed.call("POST", `/v1beta/models/${FLASH}:generateContent`, {
        contents,
        systemInstruction: { parts: [{ text: String(nth) }] },
      })).body?.cancel();
    }
  };
  await exhaust("one");
  const made = new Set<string | null>();
  for (let nth = 0; nth < 4; nth++) made.add(await accountOf(await bed.create()));
  assert.deepEqual([...made].sort(), ["three", "two"]);
  await exhaust("two");
  await exhaust("three");
  assert.ok(names.includes(await accountOf(await bed.create()) ?? ""));
});
