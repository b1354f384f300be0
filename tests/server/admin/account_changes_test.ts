/** Changes of accounts through the admin API. @module */
import assert from "node:assert/strict";
import { accountSchema, probeSchema } from "../../../src/server/admin/schemas/account_schema.ts";
import { type AdminGateway, startAdminGateway } from "../../support/admin_gateway.ts";
import { call } from "../../support/gemini_call.ts";
import { planted } from "../../support/planted.ts";

/** The account that answers a call, or the status without one. */
async function answeredBy({ url }: AdminGateway, text = "hello"): Promise<string | number> {
  const response = await call(url, { text });
  await response.body?.cancel();
  return response.status === 200 ? response.headers.get("x-pollux-account") ?? "" : response.status;
}

Deno.test("POST /admin/v1/accounts adds an account with a key, which answers at once", async () => {
  await using gateway = await startAdminGateway({ accounts: [] });
  const { status, json } = await gateway.ask("POST", "/accounts", {
    kind: "gemini-api",
    name: "home",
    apiKey: gateway.emulator.addApiKey("home"),
    baseUrls: [gateway.emulator.url],
    labels: ["mine", "mine"],
    weight: 2,
    allow: ["models/gemini-*"],
    proxy: undefined,
  });
  assert.equal(status, 201, JSON.stringify(json));
  accountSchema.parse(json);
  assert.deepEqual(
    [json.name, json.labels, json.weight, json.models, json.credential, json.status.state],
    ["home", ["mine"], 2, { allow: ["gemini-*"], deny: [] }, "api_key", "available"],
  );
  assert.equal(await answeredBy(gateway), "home");
});

Deno.test("POST /admin/v1/accounts adds accounts with the content of credentials files", async () => {
  await using gateway = await startAdminGateway({ accounts: [] });
  const { emulator } = gateway;
  const service = emulator.addServiceAccount("cloud");
  const cloud = await gateway.ask("POST", "/accounts", {
    kind: "vertex",
    name: "cloud",
    credentials: service,
    location: "us-central1",
    baseUrls: [emulator.url],
  });
  assert.equal(cloud.status, 201, JSON.stringify(cloud.json));
  assert.deepEqual([cloud.json.project, cloud.json.location], [service.project_id, "us-central1"]);
  assert.equal(await answeredBy(gateway), "cloud");
  assert.equal((await gateway.ask("POST", "/accounts/cloud/disable")).json.enabled, false);
  const work = await gateway.ask("POST", "/accounts", {
    kind: "code-assist",
    name: "work",
    credentials: emulator.addUser("work"),
    baseUrls: [emulator.url],
    agreesToRisk: true,
  });
  assert.equal(work.status, 201, JSON.stringify(work.json));
  // Google named it.
  assert.ok(work.json.project.length > 0);
  assert.equal(await answeredBy(gateway, "else"), "work");
});

Deno.test("PATCH /admin/v1/accounts changes what is named, removes what is null, and keeps the rest", async () => {
  await using gateway = await startAdminGateway();
  const { status, json } = await gateway.ask("PATCH", "/accounts/one", {
    name: "first",
    labels: ["a"],
    priority: 3,
    deny: ["*-pro"],
    proxy: "http://user:planted-word@127.0.0.1:9",
  });
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual([json.name, json.labels, json.priority], ["first", ["a"], 3]);
  assert.equal(json.proxy, "http://***@127.0.0.1:9");
  const { json: after } = await gateway.ask("PATCH", "/accounts/first", {
    labels: null,
    proxy: null,
    deny: null,
    apiKey: gateway.emulator.addApiKey("another"),
  });
  assert.deepEqual([after.labels, after.proxy, after.models, after.priority], [
    undefined,
    undefined,
    undefined,
    3,
  ]);
  assert.equal(await answeredBy(gateway), "first");
});

Deno.test("PATCH /admin/v1/accounts warns of an address that is not encrypted", async () => {
  await using gateway = await startAdminGateway();
  const { json } = await gateway.ask("PATCH", "/accounts/one", {
    baseUrls: ["http://gemini.example.com/"],
  });
  assert.match(json.warnings[0], /not encrypted/);
  const { json: back } = await gateway.ask("PATCH", "/accounts/one", { baseUrls: null });
  assert.deepEqual(back.baseUrls, ["https://generativelanguage.googleapis.com"]);
  assert.equal(back.warnings, undefined);
});

Deno.test("Accounts are disabled, enabled and removed, and calls follow at once", async () => {
  await using gateway = await startAdminGateway();
  const disabled = await gateway.ask("POST", "/accounts/one/disable");
  assert.deepEqual([disabled.status, disabled.json.status.state], [200, "disabled"]);
  assert.equal(await answeredBy(gateway), 400);
  const enabled = await gateway.ask("POST", "/accounts/one/enable", {});
  assert.deepEqual([enabled.json.enabled, enabled.json.status.state], [true, "available"]);
  assert.equal(await answeredBy(gateway), "one");
  const removed = await gateway.ask("DELETE", "/accounts/one");
  assert.deepEqual([removed.status, removed.json], [204, undefined]);
  assert.equal(await answeredBy(gateway), 400);
  assert.deepEqual((await gateway.get("/accounts")).accounts, []);
});

Deno.test("POST /admin/v1/accounts/NAME/enable ends the account's cool-down", async () => {
  await using gateway = await startAdminGateway();
  gateway.emulator.script("one", [{ type: "429-long", hours: 9 }]);
  assert.equal(await answeredBy(gateway), 429);
  assert.equal((await gateway.get("/accounts/one")).status.models[0].state, "cooling");
  const { json } = await gateway.ask("POST", "/accounts/one/enable");
  assert.deepEqual(json.status.models, []);
  assert.equal(await answeredBy(gateway), "one");
});

Deno.test("POST /admin/v1/accounts/NAME/test says whether an account works, and why not", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one", "two"] });
  const works = await gateway.ask("POST", "/accounts/one/test");
  probeSchema.parse(works.json);
  assert.deepEqual([works.status, works.json.ok], [200, true]);
  assert.ok(works.json.models > 0);
  await gateway.ask("PATCH", "/accounts/two", { apiKey: planted("wrong-key") });
  const fails = await gateway.ask("POST", "/accounts/two/test");
  probeSchema.parse(fails.json);
  assert.deepEqual([fails.status, fails.json.ok], [200, false]);
  assert.match(fails.json.error, /API key/);
  assert.equal((await gateway.ask("POST", "/accounts/none/test")).status, 404);
});

/** What lets a gateway in a cloud read the token of its machine. */
const METADATA = {
  url: "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token",
  headers: { "Metadata-Flavor": "Google" },
};

Deno.test("A request about accounts that is wrong is refused, says where, and changes nothing", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one", "two"] });
  const { emulator } = gateway;
  const service = emulator.addServiceAccount("cloud");
  const user = emulator.addUser("user");
  const before = await gateway.get("/accounts");
  const key = { kind: "gemini-api", name: "x", apiKey: planted("key") };
  const vertex = { kind: "vertex", name: "x", credentials: service, location: "global" };
  const subject = {
    type: "external_account",
    audience: "//iam.googleapis.com/x",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: "/etc/hostname" },
  };
  for (
    const [verb, path, body, status, words] of [
      ["POST", "/accounts", undefined, 400, /needs a body/],
      ["POST", "/accounts", {}, 400, /"kind": /],
      ["POST", "/accounts", { ...key, kind: "openai" }, 400, /"kind": It must be "gemini-api"/],
      ["POST", "/accounts", { kind: "gemini-api", name: "x" }, 400, /"apiKey": It is missing/],
      ["POST", "/accounts", { ...key, apiKey: "planted key" }, 400, /"apiKey": It has spaces/],
      ["POST", "/accounts", { ...key, apikey: "x" }, 400, /"apikey": .*did you mean "apiKey"/],
      ["POST", "/accounts", { ...key, name: "ada@planted.example" }, 400, /e-mail address/],
      ["POST", "/accounts", { ...key, name: "one" }, 409, /already exists/],
      ["POST", "/accounts", { ...key, labels: ["a b"] }, 400, /"labels.0": It must consist/],
      ["POST", "/accounts", { ...key, weight: 0 }, 400, /"weight": It must be 1 or more/],
      ["POST", "/accounts", { ...key, project: "my-project" }, 400, /"project": An API key/],
      ["POST", "/accounts", { ...key, baseUrls: [] }, 400, /"baseUrls"/],
      ["POST", "/accounts", { ...key, baseUrls: ["ftp://x"] }, 400, /https:\/\//],
      ["POST", "/accounts", { ...key, proxy: "ftp://planted" }, 400, /proxy must be a URL/],
      ["POST", "/accounts", { kind: "vertex", name: "x" }, 400, /either "credentials" or/],
      ["POST", "/accounts", { ...vertex, apiKey: planted("key") }, 400, /either "credentials" or/],
      ["POST", "/accounts", { ...vertex, location: undefined }, 400, /"location": It is missing/],
      ["POST", "/accounts", { ...vertex, location: "mars" }, 400, /not a location/],
      ["POST", "/accounts", { ...vertex, project: "123" }, 400, /"project": It must be the id/],
      ["POST", "/accounts", { ...vertex, credentials: user }, 400, /"project": It is missing/],
      [
        "POST",
        "/accounts",
        { ...vertex, credentials: { type: "x" } },
        400,
        /no "type" that Pollux/,
      ],
      [
        "POST",
        "/accounts",
        { ...vertex, credentials: "{}" },
        400,
        /"credentials": It must be the JSON/,
      ],
      [
        "POST",
        "/accounts",
        { ...vertex, credentials: { ...service, private_key: planted("pem") } },
        400,
        /"credentials": .*not an RSA key/,
      ],
      [
        "POST",
        "/accounts",
        { ...vertex, credentials: subject, project: "p-1" },
        400,
        /names a file/,
      ],
      [
        "POST",
        "/accounts",
        {
          ...vertex,
          credentials: { ...subject, credential_source: METADATA },
          project: "p-1",
        },
        400,
        /an address that the machine reads.*pollux accounts add vertex/,
      ],
      [
        "POST",
        "/accounts",
        { kind: "code-assist", name: "x", credentials: user },
        400,
        /"agreesToRisk": /,
      ],
      [
        "POST",
        "/accounts",
        { kind: "code-assist", name: "x", credentials: user, agreesToRisk: false },
        400,
        /"agreesToRisk": It must be true: Google may/,
      ],
      [
        "POST",
        "/accounts",
        { kind: "code-assist", name: "x", credentials: service, agreesToRisk: true },
        400,
        /service account's key/,
      ],
      ["PATCH", "/accounts/none", { labels: null }, 404, /no account "none"/],
      ["PATCH", "/accounts/one", { labels: ["x"], name: "two" }, 409, /already exists/],
      [
        "PATCH",
        "/accounts/one",
        { labels: ["x"], enabled: false },
        400,
        /"enabled": .*no such member/,
      ],
      [
        "PATCH",
        "/accounts/one",
        { labels: ["x"], project: "my-project" },
        400,
        /belongs to a project/,
      ],
      [
        "PATCH",
        "/accounts/one",
        { labels: ["x"], location: "global" },
        400,
        /belongs to a project/,
      ],
      ["PATCH", "/accounts/one", { labels: ["x"], baseUrls: ["x"] }, 400, /https:\/\//],
      ["POST", "/accounts/none/enable", undefined, 404, /no account "none"/],
      ["POST", "/accounts/one/disable", { for: "1h" }, 400, /"for"/],
      ["DELETE", "/accounts/none", undefined, 404, /no account "none"/],
    ] as const
  ) {
    const response = await gateway.ask(verb, path, body);
    const what = `${verb} ${path} ${words}: ${JSON.stringify(response.json)}`;
    assert.equal(response.status, status, what);
    assert.match(response.json.error.message, words, what);
    assert.doesNotMatch(JSON.stringify(response.json), /planted/, what);
  }
  assert.deepEqual(await gateway.get("/accounts"), before);
});

Deno.test("Credentials files are taken as gcloud and editors leave them, and their quota project is named", async () => {
  await using gateway = await startAdminGateway({ accounts: [] });
  const { emulator } = gateway;
  const { private_key_id: _, ...service } = emulator.addServiceAccount("cloud");
  const body = {
    kind: "vertex",
    name: "cloud",
    credentials: {
      ...service,
      private_key: service.private_key.replaceAll("\n", "\\n"),
      quota_project_id: "billed-1",
    },
    location: "us-central1",
    baseUrls: [emulator.url],
  };
  // Clients on Windows put a byte order mark in front.
  const { status, json } = await gateway.ask("POST", "/accounts", `\ufeff${JSON.stringify(body)}`);
  assert.equal(status, 201, JSON.stringify(json));
  assert.equal(json.quotaProject, "billed-1");
  assert.equal(await answeredBy(gateway), "cloud");
  const named = emulator.requests.map(({ headers }) => headers.get("x-goog-user-project"));
  assert.ok(named.includes("billed-1"), String(named));
});

Deno.test("A name that is longer than any can be is nobody's", async () => {
  await using gateway = await startAdminGateway();
  const name = "n".repeat(5000);
  for (
    const [verb, path] of [
      ["GET", `/accounts/${name}`],
      ["POST", `/accounts/${name}/enable`],
      ["DELETE", `/keys/${name}`],
    ] as const
  ) {
    const { status, json } = await gateway.ask(verb, path);
    assert.equal(status, 404, JSON.stringify(json));
    assert.match(json.error.message, /^There is no (account|key)/);
  }
  assert.deepEqual(gateway.problems, []);
});

Deno.test("Changes of accounts are entered in the audit log by the door of the admin API", async () => {
  await using gateway = await startAdminGateway();
  await gateway.ask("PATCH", "/accounts/one", { labels: ["a"] });
  await gateway.ask("POST", "/accounts/one/disable");
  await gateway.ask("DELETE", "/accounts/one");
  const entries = await gateway.store.audit.list({ limit: 10 });
  assert.deepEqual(
    entries.filter(({ door }) => door === "admin-api").map(({ action }) => action),
    ["accounts.remove", "accounts.disable", "accounts.edit"],
  );
});

Deno.test("An account that is too large to be stored is the request's fault, and changes nothing", async () => {
  await using gateway = await startAdminGateway();
  const account = { kind: "gemini-api", name: "huge", apiKey: "planted-key-of-no-account" };
  const before = (await gateway.get("/audit")).entries;
  for (
    const large of [
      { apiKey: "A".repeat(60_000) },
      { baseUrls: [`https://${"a".repeat(70_000)}.example`] },
      { proxy: `http://127.0.0.1:1/${"a".repeat(70_000)}` },
    ]
  ) {
    for (
      const answer of [
        await gateway.ask("POST", "/accounts", { ...account, ...large }),
        await gateway.ask("PATCH", "/accounts/one", large),
      ]
    ) assert.equal(answer.status, 400, JSON.stringify(answer.json));
  }
  const { json } = await gateway.ask("PATCH", "/accounts/one", { apiKey: "A".repeat(60_000) });
  assert.match(json.error.message, /^This is too large to be stored: .* of at most 65536$/);
  assert.deepEqual((await gateway.get("/audit")).entries, before);
  assert.equal(await answeredBy(gateway), "one");
});
