/** Changes of client keys through the admin API. @module */
import assert from "node:assert/strict";
import { keySchema, shownKeySchema } from "../../../src/server/admin/schemas/key_schema.ts";
import { type AdminGateway, startAdminGateway } from "../../support/admin_gateway.ts";
import { call } from "../../support/gemini_call.ts";

/** The status that a call with this key gets. */
async function statusWith({ url }: AdminGateway, text: string): Promise<number> {
  const response = await call(url, { headers: { "x-goog-api-key": text } });
  await response.body?.cancel();
  return response.status;
}

Deno.test("POST /admin/v1/keys makes a key that opens the gateway at once, and shows it only there", async () => {
  await using gateway = await startAdminGateway();
  const asked = {
    name: "ada",
    labels: ["team"],
    limits: { requestsPerDay: 5, budget: { microUsd: 20_000_000, per: "month" } },
    allow: ["models/gemini-*"],
    deny: ["*-pro"],
    accounts: ["one"],
    may: ["calls", "metrics"],
    expiresAt: "2999-01-01T00:00:00+01:00",
  };
  const { status, json } = await gateway.ask("POST", "/keys", asked);
  assert.equal(status, 201);
  shownKeySchema.parse(json);
  assert.match(json.text, /^plx_/);
  assert.equal(await statusWith(gateway, json.text), 200);
  const shown = await gateway.get("/keys/ada");
  keySchema.parse(shown);
  const { name, labels, limits, allow, deny, accounts, may, expiresAt } = shown;
  assert.deepEqual({ name, labels, limits, allow, deny, accounts, may, expiresAt }, {
    ...asked,
    allow: ["gemini-*"],
    expiresAt: "2998-12-31T23:00:00Z",
  });
  assert.equal(shown.status.limits.length, 2);
  assert.ok(!JSON.stringify(await gateway.get("/keys")).includes(json.text));
});

Deno.test("POST /admin/v1/keys warns of accounts that do not exist", async () => {
  await using gateway = await startAdminGateway();
  const { json } = await gateway.ask("POST", "/keys", { name: "ada", accounts: ["one", "tow"] });
  assert.match(json.warnings[0], /no account has the name or label "tow"/);
  const { json: fine } = await gateway.ask("POST", "/keys", { name: "bob", accounts: ["one"] });
  assert.equal(fine.warnings, undefined);
});

Deno.test("PATCH /admin/v1/keys changes what is named, removes what is null, and keeps the rest", async () => {
  await using gateway = await startAdminGateway();
  await gateway.ask("POST", "/keys", {
    name: "ada",
    labels: ["team"],
    limits: { requestsPerDay: 5, tokensPerDay: 100 },
    expiresAt: "2999-01-01T00:00:00Z",
    may: ["metrics"],
  });
  const { status, json } = await gateway.ask("PATCH", "/keys/ada", {
    name: "bob",
    limits: { requestsPerDay: null, tokensPerMinute: 7 },
    expiresAt: null,
  });
  assert.equal(status, 200);
  assert.deepEqual([json.name, json.labels, json.may], ["bob", ["team"], ["metrics"]]);
  assert.deepEqual(json.limits, { tokensPerDay: 100, tokensPerMinute: 7 });
  assert.equal(json.expiresAt, undefined);
  const { json: emptied } = await gateway.ask("PATCH", "/keys/bob", { labels: null, may: null });
  assert.deepEqual([emptied.labels, emptied.may], [[], ["calls"]]);
  assert.equal((await gateway.ask("GET", "/keys/ada")).status, 404);
});

Deno.test("Keys are disabled, enabled, rotated with grace, and removed", async () => {
  await using gateway = await startAdminGateway();
  const { json: { text: first } } = await gateway.ask("POST", "/keys", { name: "ada" });
  const disabled = await gateway.ask("POST", "/keys/ada/disable");
  assert.deepEqual([disabled.status, disabled.json.state], [200, "disabled"]);
  assert.equal(await statusWith(gateway, first), 401);
  assert.equal((await gateway.ask("POST", "/keys/ada/enable", {})).json.state, "valid");
  const { json: second } = await gateway.ask("POST", "/keys/ada/rotate", { grace: "1h" });
  assert.ok(second.key.formerValidUntil !== undefined);
  assert.deepEqual(
    [await statusWith(gateway, first), await statusWith(gateway, second.text)],
    [200, 200],
  );
  const { json: third } = await gateway.ask("POST", "/keys/ada/rotate", { grace: "0" });
  assert.deepEqual(
    [await statusWith(gateway, second.text), await statusWith(gateway, third.text)],
    [401, 200],
  );
  const usual = await gateway.ask("POST", "/keys/ada/rotate");
  assert.ok(Date.parse(usual.json.key.formerValidUntil) > Date.now() + 20 * 3_600_000);
  const removed = await gateway.ask("DELETE", "/keys/ada");
  assert.deepEqual([removed.status, removed.json], [204, undefined]);
  assert.equal(await statusWith(gateway, usual.json.text), 401);
  assert.equal((await gateway.ask("DELETE", "/keys/ada")).status, 404);
});

Deno.test("A request about keys that is wrong is refused, says where, and changes nothing", async () => {
  await using gateway = await startAdminGateway();
  await gateway.ask("POST", "/keys", { name: "ada", labels: ["team"] });
  await gateway.ask("POST", "/keys", { name: "bob" });
  const before = await gateway.get("/keys");
  const deep = "[".repeat(30_000) + "]".repeat(30_000);
  for (
    const [verb, path, body, status, words] of [
      ["POST", "/keys", undefined, 400, /needs a body/],
      ["POST", "/keys", "{", 400, /not JSON/],
      ["POST", "/keys", deep, 413, /values/],
      ["POST", "/keys", `{"name":"${"x".repeat(1024 * 1024)}"}`, 413, /1048576 bytes/],
      ["POST", "/keys", "[]", 400, /object/],
      ["POST", "/keys", {}, 400, /"name": It is missing/],
      ["POST", "/keys", { name: 5 }, 400, /"name": It must be a text/],
      ["POST", "/keys", { name: "a@b.example" }, 400, /e-mail address/],
      ["POST", "/keys", { name: "open" }, 400, /must not be "open"/],
      ["POST", "/keys", { name: "ada" }, 409, /already exists/],
      ["POST", "/keys", { name: "x", lables: [] }, 400, /"lables": .*did you mean "labels"/],
      ["POST", "/keys", { name: "x", limits: { perDay: 1 } }, 400, /"limits.perDay": .*no such/],
      [
        "POST",
        "/keys",
        { name: "x", limits: { requestsPerDay: 0 } },
        400,
        /"limits.requestsPerDay"/,
      ],
      ["POST", "/keys", { name: "x", limits: { requestsPerDay: 1.5 } }, 400, /whole number/],
      [
        "POST",
        "/keys",
        { name: "x", limits: { budget: { microUsd: 5, per: "week" } } },
        400,
        /day or month/,
      ],
      ["POST", "/keys", { name: "x", allow: ["a b"] }, 400, /"allow.0": .*must be a model/],
      ["POST", "/keys", { name: "x", labels: Array(101).fill("a") }, 400, /at most 100/],
      ["POST", "/keys", { name: "x", may: [] }, 400, /"may"/],
      ["POST", "/keys", { name: "x", may: ["all"] }, 400, /one of calls, metrics/],
      ["POST", "/keys", { name: "x", expiresAt: "tomorrow" }, 400, /RFC 3339/],
      ["POST", "/keys", { name: "x", expiresAt: "2001-01-01T00:00:00Z" }, 400, /in the future/],
      ["PATCH", "/keys/none", { labels: [] }, 404, /no key "none"/],
      ["PATCH", "/keys/ada", { name: "bob" }, 409, /already exists/],
      ["PATCH", "/keys/ada", { labels: [], name: "b b" }, 400, /letters, digits/],
      ["PATCH", "/keys/ada", { labels: [], id: "x" }, 400, /"id": There is no such member/],
      ["POST", "/keys/ada/rotate", { grace: "long" }, 400, /"grace": .*as in 30m/],
      ["POST", "/keys/none/rotate", { grace: "1h" }, 404, /no key "none"/],
      ["POST", "/keys/none/disable", undefined, 404, /no key "none"/],
      ["POST", "/keys/ada/disable", { now: true }, 400, /"now"/],
      ["DELETE", "/keys/none", undefined, 404, /no key "none"/],
    ] as const
  ) {
    const response = await gateway.ask(verb, path, body);
    const what = `${verb} ${path} ${JSON.stringify(body)?.slice(0, 60)}`;
    assert.equal(response.status, status, what);
    assert.equal(response.json.error.code, status, what);
    assert.match(response.json.error.message, words, what);
  }
  assert.deepEqual(await gateway.get("/keys"), before);
});

Deno.test("Changes of keys are entered in the audit log by the door of the admin API", async () => {
  await using gateway = await startAdminGateway();
  await gateway.ask("POST", "/keys", { name: "ada" });
  await gateway.ask("POST", "/keys/ada/rotate");
  await gateway.ask("DELETE", "/keys/ada");
  const entries = await gateway.store.audit.list({ limit: 10 });
  assert.deepEqual(
    entries.filter(({ door }) => door === "admin-api").map((
      { action, subject },
    ) => [action, subject]),
    [["keys.remove", "ada"], ["keys.rotate", "ada"], ["keys.create", "ada"]],
  );
});

Deno.test("A key whose rules are too large to be stored together is the request's fault", async () => {
  await using gateway = await startAdminGateway();
  const labels = Array.from({ length: 100 }, (_, nth) => `${"𠀀".repeat(60)}${nth}`);
  const patterns = Array.from({ length: 100 }, (_, nth) => `${"m".repeat(120)}${nth}`);
  const rules = { labels, accounts: labels, allow: patterns, deny: patterns };
  const made = await gateway.ask("POST", "/keys", { name: "ada", ...rules });
  assert.equal(made.status, 400, JSON.stringify(made.json));
  assert.equal((await gateway.ask("POST", "/keys", { name: "ada" })).status, 201);
  assert.equal((await gateway.ask("PATCH", "/keys/ada", rules)).status, 400);
  assert.deepEqual((await gateway.get("/keys/ada")).labels, []);
});
