import assert from "node:assert/strict";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { within } from "../../support/deadline.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway, type TestAccount } from "../../support/gateway.ts";
import { closedUrl, RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { VirtualTime } from "../../support/virtual_time.ts";

const HOUR_MS = 3_600_000;
const LIMIT_MS = 30_000;

interface ListedModel {
  readonly name: string;
  readonly displayName: string;
  readonly [field: string]: unknown;
}

interface Page {
  readonly models: readonly ListedModel[];
  readonly nextPageToken?: string;
}

async function list(url: string, query = ""): Promise<Page> {
  const response = await fetch(`${url}/v1beta/models${query}`);
  assert.equal(response.status, 200);
  return await response.json();
}

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`GET models lists what a ${kind} account offers, as Google writes it`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const { models, nextPageToken } = await list(gateway.url);
    assert.equal(nextPageToken, undefined);
    const pro = models.find(({ name }) => name === "models/gemini-2.5-pro");
    assert.equal(pro?.displayName, "gemini-2.5-pro");
    // Vertex AI's list tells no limits.
    assert.equal(pro?.["inputTokenLimit"], kind === "vertex" ? undefined : 1_048_576);
    for (const { name, displayName } of models) {
      assert.match(name, /^models\/[\w.-]+$/);
      assert.equal(displayName, name.slice("models/".length));
    }
    for (const version of ["v1", "v1alpha"]) {
      const response = await fetch(`${gateway.url}/${version}/models`);
      assert.deepEqual(await response.json(), { models });
    }
    const one = await fetch(`${gateway.url}/v1/models/gemini-2.5-pro`);
    assert.deepEqual(await one.json(), pro);
  });
}

Deno.test("GET models gives pages that together hold each model once", async (t) => {
  await using gateway = await startEmulatedGateway();
  const { models: all } = await list(gateway.url, "?pageSize=1000");
  for (const size of [1, 5, all.length - 1, all.length, 999_999_999]) {
    await t.step(`pageSize=${size}`, async () => {
      const gathered: ListedModel[] = [];
      let token: string | undefined = "";
      while (token !== undefined) {
        const page: Page = await list(gateway.url, `?pageSize=${size}&pageToken=${token}`);
        assert.ok(page.models.length > 0 && page.models.length <= size);
        gathered.push(...page.models);
        token = page.nextPageToken;
      }
      assert.deepEqual(gathered, all);
    });
  }
});

const DEFAULT_PAGES:
  readonly (readonly [query: string, count: number, next: string | undefined])[] = [
    ["", 50, "50"],
    ["?pageSize=0", 50, "50"],
    ["?pageSize=", 50, "50"],
    ["?pageToken=50", 50, "100"],
    ["?pageSize=1000", 1000, "1000"],
    ["?pageSize=5000", 1000, "1000"],
    ["?pageSize=1000&pageToken=1000", 100, undefined],
    ["?pageToken=4000", 0, undefined],
  ];

Deno.test("GET models keeps to Google's page sizes: 50, at most 1000", async () => {
  const models = Array.from({ length: 1100 }, (_, index) => ({ name: `models/m${index}` }));
  await using upstream = startTestUpstream(() => Response.json({ models }));
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  for (const [query, count, next] of DEFAULT_PAGES) {
    const page = await list(gateway.url, query);
    assert.deepEqual([page.models.length, page.nextPageToken], [count, next], query);
  }
  assert.equal(upstream.seen.length, 1);
});

Deno.test("GET models says 400 to a page size or token that it cannot read", async () => {
  await using gateway = await startEmulatedGateway();
  const bad = [
    "pageSize=-1",
    "pageSize=ten",
    "pageSize=1.5",
    "pageToken=x",
    "pageSize=99999999999",
  ];
  for (const query of bad) {
    const error = await errorOf(await fetch(`${gateway.url}/v1beta/models?${query}`));
    assert.deepEqual([error.code, error.status], [400, "INVALID_ARGUMENT"]);
    assert.ok(error.message.includes(`"${query.split("=")[0]}"`));
  }
});

Deno.test("GET models keeps fields that Pollux does not know, and an upstream's own pages", async () => {
  await using upstream = startTestUpstream(({ url }) =>
    url.includes("pageToken=second")
      ? Response.json({ models: [{ name: "models/b", displayName: "B!", newField: [1] }] })
      : Response.json({ models: [{ name: "models/a" }], nextPageToken: "second" })
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  assert.deepEqual((await list(gateway.url)).models, [
    { displayName: "a", name: "models/a" },
    { displayName: "B!", name: "models/b", newField: [1] },
  ]);
});

const ALIASES = {
  "fast": "gemini-2.5-flash",
  "gpt-4": "gemini-2.5-pro",
  "gpt-*": "gemini-2.5-flash-lite",
  "gpt-4-*": "gemini-3.6-flash",
  "lost": "no-such-model",
};

Deno.test("Aliases: exact before the most specific wildcard; other names pass as they are", async () => {
  await using gateway = await startEmulatedGateway({ settings: { aliases: ALIASES } });
  const cases = [
    ["fast", "gemini-2.5-flash"],
    ["gpt-4", "gemini-2.5-pro"],
    ["gpt-4-turbo", "gemini-3.6-flash"],
    ["gpt-5", "gemini-2.5-flash-lite"],
    ["gemini-2.5-pro", "gemini-2.5-pro"],
    ["models%2Ffast", "gemini-2.5-flash"],
  ] as const;
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
    for (const [model, target] of cases) {
      gateway.emulator.clear();
      const response = await call(gateway.url, { model, method });
      await response.body?.cancel();
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("x-pollux-model"), target);
      const paths = gateway.emulator.requests.map(({ path }) => path);
      assert.deepEqual(paths, [`/v1beta/models/${target}:${method}`]);
    }
  }
});

Deno.test("Aliases of models that there are stand in the list, under their own names", async () => {
  await using gateway = await startEmulatedGateway({ settings: { aliases: ALIASES } });
  const { models } = await list(gateway.url);
  const named = (name: string) => models.find((model) => model.name === `models/${name}`);
  assert.equal(named("fast")?.["description"], named("gemini-2.5-flash")?.["description"]);
  assert.equal(named("lost"), undefined);
  assert.ok(models.every(({ name }) => !name.includes("*")));
  for (const id of ["fast", "gpt-5"]) {
    const model = await (await fetch(`${gateway.url}/v1beta/models/${id}`)).json();
    assert.equal(model.name, `models/${id}`);
  }
});

Deno.test("GET models shows what the accounts offer between them, though some of them fail", async () => {
  await using upstream = startTestUpstream(() =>
    Response.json({ models: [{ name: "models/own" }] })
  );
  await using gateway = await startEmulatedGateway();
  await gateway.setAccounts([
    { name: "closed", baseUrls: [closedUrl()], key: "planted-key" },
    { name: "own", baseUrls: [upstream.url], key: "planted-key" },
    emulatedAccount(gateway.emulator, "two"),
  ]);
  const names = (await list(gateway.url)).models.map(({ name }) => name);
  assert.equal(names[0], "models/own");
  assert.ok(names.includes("models/gemini-2.5-pro"));
});

Deno.test("GET models lists what only one of many accounts may answer for, and asks few of those alike", async () => {
  const listed = ["a", "b"].map((id) => ({ name: `models/${id}` }));
  await using upstream = startTestUpstream(() => Response.json({ models: listed }));
  function account(name: string, allow: readonly string[]): TestAccount {
    const settings = { models: { allow, deny: [] } };
    return { name, key: "planted-key", baseUrls: [upstream.url], settings };
  }
  const alike = Array.from({ length: 30 }, (_, index) => account(`alike-${index}`, ["a"]));
  await using gateway = await startTestGateway({
    accounts: [...alike, account("last", ["b"])],
    clock: new FakeClock(),
  });
  assert.deepEqual(
    (await list(gateway.url)).models.map(({ name }) => name).sort(),
    ["models/a", "models/b"],
  );
  assert.equal(upstream.seen.length, 16);

  const unlike = Array.from({ length: 20 }, (_, index) => account(`x-${index}`, [`x-${index}`]));
  await gateway.setAccounts([...unlike, ...alike, account("last", ["b"])]);
  const { models } = await list(gateway.url);
  assert.equal(models.length, 2);
  assert.equal(upstream.seen.length, 16, "what is known is not asked for again");
});

Deno.test("GET models passes on what upstream said when no account can list", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.emulator.script("one", ["403-disabled"], { method: "models" });
  const error = await errorOf(await fetch(`${gateway.url}/v1beta/models`));
  assert.deepEqual([error.code, error.status], [403, "PERMISSION_DENIED"]);
  assert.equal(error.details?.[0]?.["reason"], "SERVICE_DISABLED");
  assert.ok((await list(gateway.url)).models.length > 0, "a failure is not kept");
});

Deno.test("GET models asks upstream only while nothing is known, and shares what it asks", async () => {
  const clock = new FakeClock();
  await using gateway = await startEmulatedGateway({ clock });
  const asked = () => gateway.emulator.requests.map(({ account }) => account);
  await Promise.all(Array.from({ length: 20 }, () => list(gateway.url)));
  assert.deepEqual(asked(), ["one"]);
  clock.advance(24 * HOUR_MS);
  gateway.apply({ routing: { maxAttempts: 2 }, aliases: { fast: "gemini-2.5-flash" } });
  const { models } = await list(gateway.url);
  assert.ok(models.some(({ name }) => name === "models/fast"), "the new settings are in force");
  assert.deepEqual(asked(), ["one"]);
  await gateway.setAccounts([emulatedAccount(gateway.emulator, "two")]);
  await list(gateway.url);
  assert.deepEqual(asked(), ["one", "two"]);
});

Deno.test("Lists are refreshed in the background, and clients are answered meanwhile", async () => {
  const time = new VirtualTime();
  const arrived = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const late = Promise.withResolvers<void>();
  await using upstream = startTestUpstream(async (_request, index) => {
    arrived[index]?.resolve();
    if (index === 0) return Response.json({ models: [{ name: "models/a" }] });
    await late.promise;
    return Response.json({ models: [{ name: "models/b" }] });
  });
  const account = (name: string, settings: TestAccount["settings"] = {}): TestAccount => ({
    name,
    baseUrls: [upstream.url],
    key: `planted-${name}`,
    settings,
  });
  await using gateway = await startTestGateway({
    accounts: [account("one")],
    clock: time,
    timer: time,
  });
  const names = async () => (await list(gateway.url)).models.map(({ name }) => name);

  await time.pass(2000);
  await arrived[0]?.promise;
  assert.deepEqual(await names(), ["models/a"]);
  assert.equal(upstream.seen.length, 1, "it was asked before any client came");

  // Another priority is no other way to Google; an account that is added is asked at once.
  await gateway.setAccounts([account("one", { priority: 5 }), account("two")]);
  await time.pass(2000);
  await arrived[1]?.promise;
  assert.deepEqual(await names(), ["models/a"]);
  assert.equal(upstream.seen[1]?.headers.get("x-goog-api-key"), "planted-two");

  await time.pass(HOUR_MS);
  await arrived[2]?.promise;
  assert.deepEqual(await names(), ["models/a"]);
  assert.equal(upstream.seen[2]?.headers.get("x-goog-api-key"), "planted-one");
  late.resolve();
  const refreshed = (async () => {
    while (!(await names()).every((name) => name === "models/b"));
  })();
  await within(LIMIT_MS, refreshed, { what: "The new list" });
});

Deno.test("The models of a disabled account are gone at once; those of one that cools down stay", async () => {
  await using upstream = startTestUpstream(({ method }) =>
    method === "GET" ? Response.json({ models: [{ name: "models/own" }] }) : Response.json(
      { error: { code: 429, message: "Spent", status: "RESOURCE_EXHAUSTED" } },
      { status: 429, headers: { "retry-after": "600" } },
    )
  );
  await using gateway = await startEmulatedGateway();
  const own = { name: "own", baseUrls: [upstream.url], key: "planted-key" };
  const two = emulatedAccount(gateway.emulator, "two");
  const isListed = async () =>
    (await list(gateway.url)).models.some(({ name }) => name === "models/own");
  await gateway.setAccounts([own]);
  const refused = await call(gateway.url, { model: "own" });
  await refused.body?.cancel();
  assert.equal(refused.status, 429);
  assert.ok(await isListed());
  await gateway.setAccounts([{ ...own, settings: { enabled: false } }, two]);
  assert.equal(await isListed(), false);
});

Deno.test("A model that only the third account lists is answered by it in one attempt", async () => {
  function upstreamWith(model: string) {
    return startTestUpstream(({ method, url }) => {
      if (method === "GET") return Response.json({ models: [{ name: `models/${model}` }] });
      if (url.includes(`/models/${model}:`)) return Response.json(RESPONSE);
      const error = { code: 404, status: "NOT_FOUND", message: "models/m is not found" };
      return Response.json({ error }, { status: 404 });
    });
  }
  await using one = upstreamWith("other");
  await using two = upstreamWith("other");
  await using three = upstreamWith("m");
  await using gateway = await startTestGateway({
    accounts: Object.entries({ one, two, three }).map(([name, { url }]) => (
      { name, baseUrls: [url], key: "planted-key" }
    )),
  });
  await list(gateway.url);
  for (let nth = 0; nth < 3; nth++) {
    const response = await call(gateway.url, { model: "m", text: `Call ${nth}` });
    assert.equal(response.status, 200, await response.text());
    assert.equal(response.headers.get("x-pollux-account"), "three");
    assert.equal(response.headers.get("x-pollux-attempts"), "1");
  }
  const unknown = await call(gateway.url, { model: "nobody-has-it" });
  assert.equal(unknown.status, 404);
  assert.equal(unknown.headers.get("x-pollux-attempts"), "2");
  await unknown.body?.cancel();
});

Deno.test("A method of a model goes to the account that lists it with the method", async () => {
  function upstreamWith(...methods: readonly string[]) {
    const models = [{ name: "models/m", supportedGenerationMethods: methods }];
    return startTestUpstream(({ method, url }) =>
      method === "GET"
        ? Response.json({ models })
        : Response.json(url.endsWith(":countTokens") ? { totalTokens: 1 } : RESPONSE)
    );
  }
  await using generates = upstreamWith("generateContent");
  await using counts = upstreamWith("countTokens");
  await using gateway = await startTestGateway({
    accounts: Object.entries({ generates, counts }).map(([name, { url }]) => (
      { name, baseUrls: [url], key: "planted-key" }
    )),
  });
  await list(gateway.url);
  for (let nth = 0; nth < 3; nth++) {
    for (
      const [method, name] of [["generateContent", "generates"], ["countTokens", "counts"]] as const
    ) {
      const response = await call(gateway.url, { model: "m", method, text: `Call ${nth}` });
      assert.equal(response.status, 200, await response.text());
      assert.equal(response.headers.get("x-pollux-account"), name);
    }
  }
});

Deno.test("Changed rules of an account count for the list at once, without asking it", async () => {
  const models = ["a", "b"].map((id) => ({ name: `models/${id}` }));
  await using upstream = startTestUpstream(() => Response.json({ models }));
  const account = (allow: readonly string[]): TestAccount => ({
    name: "one",
    baseUrls: [upstream.url],
    key: "planted-key",
    settings: { models: { allow, deny: [] } },
  });
  await using gateway = await startTestGateway({ accounts: [account(["a"])] });
  assert.deepEqual((await list(gateway.url)).models.map(({ name }) => name), ["models/a"]);
  await gateway.setAccounts([account(["b"])]);
  assert.deepEqual((await list(gateway.url)).models.map(({ name }) => name), ["models/b"]);
  assert.equal(upstream.seen.length, 1);
});
