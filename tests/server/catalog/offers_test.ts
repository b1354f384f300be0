/** What the catalogue says that Pollux can do with a model, and through whom. @module */
import assert from "node:assert/strict";
import type { Account } from "../../../src/accounts/account.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import { modelsOffered } from "../../../src/server/catalog/offers.ts";
import { createUpstream } from "../../../src/upstream/create_upstream.ts";
import { listedName } from "../../../src/gemini/api/methods.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call } from "../../support/gemini_call.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../../support/gateway.ts";
import { planted } from "../../support/planted.ts";
import { closedUrl, RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";

const ADMIN_KEY = planted("admin-key");

/** A Google that lists these models: their methods by id. */
function listing(models: Readonly<Record<string, readonly unknown[] | undefined>>) {
  const listed = Object.entries(models).map(([id, methods]) => ({
    name: `models/${id}`,
    displayName: `The ${id}`,
    ...(methods && { supportedGenerationMethods: methods }),
  }));
  return startTestUpstream(({ method }) =>
    Response.json(method === "GET" ? { models: listed } : RESPONSE)
  );
}

function account(name: string, url: string, changes: Partial<TestAccount> = {}): TestAccount {
  return { name, baseUrls: [url], key: planted("key"), ...changes };
}

async function methodsOf({ url }: TestGateway): Promise<Record<string, unknown>> {
  const { models } = await (await fetch(`${url}/v1beta/models`)).json();
  return Object.fromEntries(
    models.map(({ name, supportedGenerationMethods }: Record<string, unknown>) => [
      name,
      supportedGenerationMethods,
    ]),
  );
}

async function reportOf({ url }: TestGateway) {
  const response = await fetch(`${url}/admin/models`, { headers: { "x-api-key": ADMIN_KEY } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "no-store");
  return await response.json();
}

Deno.test("The list tells the methods that Pollux serves, of all accounts together", async () => {
  await using first = listing({
    chat: ["generateContent", "countTokens", "batchGenerateContent"],
    image: ["generateMessage"],
    embedding: ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"],
    plain: undefined,
  });
  await using second = listing({
    chat: ["countTokens", "bidiGenerateContent", "constructor", 7, "models.list"],
    image: ["generateContent"],
    plain: ["generateContent"],
    odd: [],
  });
  await using gateway = await startTestGateway({
    accounts: [account("one", first.url), account("two", second.url)],
  });
  assert.deepEqual(await methodsOf(gateway), {
    "models/chat": [
      "generateContent",
      "countTokens",
      "batchGenerateContent",
      "bidiGenerateContent",
    ],
    "models/image": ["generateContent"],
    "models/embedding": ["embedContent", "countTokens", "asyncBatchEmbedContent"],
    "models/plain": ["generateContent"],
    "models/odd": [],
  });
});

Deno.test("The list leaves out what the account's kind does not serve, and models that its rules deny", async () => {
  await using emulator = await startEmulator();
  await using google = listing({ "gemini-2.5-pro": ["embedContent"], denied: ["generateContent"] });
  const rules = { models: { allow: [], deny: ["denied"] } };
  await using gateway = await startTestGateway({
    accounts: [
      { ...emulatedAccount(emulator, "code", "code-assist"), settings: rules },
      account("api", google.url, { settings: rules }),
    ],
    adminKey: ADMIN_KEY,
  });
  const { "models/gemini-2.5-pro": pro, "models/denied": denied } = await methodsOf(gateway);
  assert.deepEqual(pro, ["generateContent", "countTokens", "embedContent"]);
  assert.equal(denied, undefined);
  const { models } = await reportOf(gateway);
  const { offers } = models.find(({ model }: { model: string }) => model === "gemini-2.5-pro");
  assert.deepEqual(offers, [
    { accounts: ["code"], methods: ["generateContent", "countTokens"] },
    { accounts: ["api"], methods: ["embedContent"] },
  ]);
});

Deno.test("modelsOffered() leaves out a listed method that the account's kind does not serve", () => {
  const lists = new ModelLists();
  const supportedGenerationMethods = ["generateContent", "embedContent"];
  lists.set("id", [{ name: "models/m", supportedGenerationMethods }]);
  const account: Account = {
    id: "id",
    name: "code",
    kind: "code-assist",
    enabled: true,
    baseUrls: [closedUrl()],
    credential: {
      type: "authorized_user",
      clientId: "client",
      clientSecret: new Secret(planted("secret")),
      refreshToken: new Secret(planted("token")),
      tokenUri: closedUrl(),
    },
    createdAt: "",
  };
  const upstream = createUpstream(account, { clock: Date });
  const [offer] = modelsOffered([{ account, upstream }], lists).get("m")?.offers ?? [];
  upstream.close();
  assert.deepEqual(offer?.methods, ["generateContent"]);
});

Deno.test("What the emulator lists is told for every kind as the table has it", async () => {
  for (const kind of ["gemini-api", "vertex", "code-assist"] as const) {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const methods = await methodsOf(gateway);
    const flash = methods["models/gemini-2.5-flash"];
    assert.ok(Array.isArray(flash));
    for (const name of ["generateContent", "streamGenerateContent", "countTokens"]) {
      assert.ok(flash.includes(listedName(name)), `${kind} ${name}`);
    }
  }
});

Deno.test("GET /admin/models tells who offers what, and the age of each list or why there is none", async () => {
  const nowMs = Date.parse("2026-07-04T12:00:00Z");
  await using google = listing({ m: ["generateContent", "generateMessage"], plain: undefined });
  await using gateway = await startTestGateway({
    accounts: [
      account("one", google.url),
      account("two", google.url),
      account("closed", closedUrl()),
      account("off", google.url, { settings: { enabled: false } }),
    ],
    adminKey: ADMIN_KEY,
    clock: { now: () => nowMs },
    settings: { aliases: { fast: "m", nowhere: "unknown" } },
  });
  const { models, lists } = await reportOf(gateway);
  const offer = { accounts: ["one", "two"], methods: ["generateContent"] };
  const m = { displayName: "The m", methods: ["generateContent"], offers: [offer] };
  assert.deepEqual(models, [
    { model: "m", ...m },
    { model: "plain", displayName: "The plain", offers: [{ accounts: ["one", "two"] }] },
    { model: "fast", ...m, aliasOf: "m" },
  ]);
  const listed = "2026-07-04T12:00:00.000Z";
  const [one, two, closed, ...more] = lists;
  assert.deepEqual(one, { account: "one", kind: "gemini-api", models: 2, listed });
  assert.deepEqual(two, { account: "two", kind: "gemini-api", models: 2, listed });
  assert.match(closed.why, /^The connection to .* failed/);
  assert.deepEqual({ ...closed, why: "" }, { account: "closed", kind: "gemini-api", why: "" });
  assert.deepEqual(more, []);
  const record = await gateway.waitForCall();
  assert.equal(record.method, "admin.models");
});

Deno.test("GET /admin/models asks for the admin key, and shows an empty catalogue without accounts", async () => {
  await using gateway = await startTestGateway({ accounts: [], adminKey: ADMIN_KEY });
  assert.deepEqual(await reportOf(gateway), { models: [], lists: [] });
  const refused = await fetch(`${gateway.url}/admin/models`);
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
});

Deno.test("A display name of the list is a name of its model, and an ambiguous one is not", async () => {
  await using google = listing({ a: undefined, "The c": undefined, c: undefined });
  await using other = startTestUpstream(() =>
    Response.json({ models: [{ name: "models/b", displayName: "The a b" }] })
  );
  await using gateway = await startTestGateway({
    accounts: [account("one", google.url), account("two", other.url)],
    settings: { aliases: { quick: "The a" } },
  });
  const names = async () => Object.keys(await methodsOf(gateway));
  const listed = await names();
  for (
    const [name, id] of [
      ["The%20a", "a"],
      ["models/The%20a", "a"],
      ["quick", "a"],
      ["a", "a"],
      ["The%20c", "The%20c"],
      ["the%20a", "the%20a"],
    ] as const
  ) {
    const response = await call(gateway.url, { model: name });
    await response.body?.cancel();
    const sent = google.seen.at(-1)?.target;
    assert.equal(sent, `/v1beta/models/${id}:generateContent`, name);
    assert.equal(response.headers.get("x-pollux-model"), id, name);
  }
  assert.deepEqual(await names(), listed);
  const got = await fetch(`${gateway.url}/v1beta/models/The%20a`);
  assert.equal(got.status, 404);
  await got.body?.cancel();
});
