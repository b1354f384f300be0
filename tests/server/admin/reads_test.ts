/** What the admin API shows. @module */
import assert from "node:assert/strict";
import { accountsSchema } from "../../../src/server/admin/schemas/account_schema.ts";
import * as z from "zod";
import { callRowSchema } from "../../../src/server/admin/schemas/call_schema.ts";
import { explanationSchema } from "../../../src/server/admin/schemas/explanation_schema.ts";
import { usageSchema } from "../../../src/server/admin/schemas/usage_schema.ts";
import { until } from "../../support/until.ts";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { call } from "../../support/gemini_call.ts";

Deno.test("GET /admin/v1/status shows accounts, keys, and what the gateway does now", async () => {
  await using gateway = await startAdminGateway();
  const { text } = await gateway.keyBook.create({
    name: "ada",
    labels: [],
    limits: { requestsPerDay: 10 },
    allow: [],
    deny: [],
    accounts: [],
  });
  await gateway.clientKeys.refresh();
  const response = await call(gateway.url, { headers: { "x-goog-api-key": text } });
  await response.text();
  await gateway.waitForCall(({ method }) => method === "generateContent");
  const status = await gateway.get("/status");
  assert.deepEqual(status.accounts.map((account: { name: string }) => account.name), ["one"]);
  assert.deepEqual(status.addresses, [gateway.url]);
  assert.equal(status.keyPolicy.asks, "always");
  assert.equal(status.callsInFlight, 0);
  assert.deepEqual([status.lastMinute.requests, status.lastMinute.errors], [1, 0]);
  assert.ok(status.lastMinute.tokens > 0);
  assert.equal(status.keys[0].limits[0].left, 9);
  assert.match(status.version, /^\d+\.\d+\.\d+/);
});

Deno.test("GET /admin/v1/accounts shows accounts with their status, and no secret", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one", "two"] });
  const json = await gateway.get("/accounts");
  accountsSchema.parse(json);
  assert.deepEqual(json.accounts.map((one: { name: string }) => one.name), ["one", "two"]);
  assert.equal(json.accounts[0].status.state, "available");
  assert.equal((await gateway.get("/accounts/two")).name, "two");
  const missing = await gateway.ask("GET", "/accounts/none");
  assert.equal(missing.status, 404);
  assert.match(missing.json.error.message, /no account "none"/);
});

Deno.test("GET /admin/v1/calls lists calls, the last one first, in pages and by filter", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one", "two"] });
  for (const text of ["a", "b", "c"]) {
    await (await call(gateway.url, { text })).text();
  }
  gateway.emulator.always("one", { type: "429-long", hours: 9 });
  gateway.emulator.always("two", { type: "429-long", hours: 9 });
  const failed = await call(gateway.url, { text: "d" });
  await failed.text();
  await gateway.waitForCall(({ status }) => status === 429);

  const { calls } = await gateway.get("/calls");
  z.array(callRowSchema).parse(calls);
  assert.equal(calls.length, 4);
  const [last, third] = calls;
  assert.equal(last.id, failed.headers.get("x-request-id"));
  assert.deepEqual([last.status, last.attempts], [429, 2]);
  assert.match(last.error, /quota/);
  assert.deepEqual([third.status, third.key, third.model], [200, "open", "gemini-2.5-flash"]);
  assert.ok(third.tokens.prompt > 0 && third.ms >= third.firstByteMs);

  const ids = calls.map(({ id }: { id: string }) => id);
  const first = await gateway.get("/calls?limit=2");
  assert.deepEqual(first.calls.map(({ id }: { id: string }) => id), ids.slice(0, 2));
  const second = await gateway.get(`/calls?limit=2&before=${ids[1]}`);
  assert.deepEqual(second.calls.map(({ id }: { id: string }) => id), ids.slice(2));
  assert.equal((await gateway.get("/calls?failed=true")).calls.length, 1);
  assert.equal((await gateway.get("/calls?failed=true&account=none")).calls.length, 0);
  const own = await gateway.get(`/calls?account=${third.account}&key=open`);
  const expected = calls.filter(({ account }: { account: string }) => account === third.account);
  assert.deepEqual(own.calls, expected);
  assert.equal((await gateway.get("/calls?model=gemini-9")).calls.length, 0);

  const explained = await gateway.get(`/calls/${last.id}`);
  explanationSchema.parse(explained);
  assert.equal(explained.outcome, "no-account");
  const gone = await gateway.ask("GET", "/calls?before=none");
  assert.deepEqual([gone.status, gone.json.error.status], [404, "NOT_FOUND"]);
});

Deno.test("GET /admin/v1/calls shows a call in flight, once, with status 0", async () => {
  await using gateway = await startAdminGateway();
  gateway.emulator.always("one", { type: "hang" });
  const abort = new AbortController();
  const calling = call(gateway.url, { signal: abort.signal }).catch(() => {});
  await until(async () => (await gateway.get("/calls?account=one")).calls.length > 0, {
    what: "The call in flight",
  });
  const [running] = (await gateway.get("/calls")).calls;
  assert.deepEqual([running.status, running.ms], [0, undefined]);
  assert.equal((await gateway.get("/status")).callsInFlight, 1);
  assert.equal((await gateway.get(`/calls/${running.id}`)).outcome, "running");
  abort.abort();
  await calling;
  await gateway.waitForCall(({ requestId }) => requestId === running.id);
  const { calls } = await gateway.get("/calls");
  assert.deepEqual(calls.map(({ id }: { id: string }) => id), [running.id]);
  assert.notEqual(calls[0].status, 0);
});

Deno.test("GET /admin/v1/usage sums up what pollux usage does, up to the last call", async () => {
  await using gateway = await startAdminGateway();
  await (await call(gateway.url, {})).text();
  await gateway.waitForCall();
  const path = "/usage?by=key,model&since=7d";
  await until(async () => (await gateway.get(path)).total.calls === 1, { what: "The call" });
  const usage = await gateway.get(path);
  usageSchema.parse(usage);
  assert.deepEqual([usage.lines[0].key, usage.lines[0].model], ["open", "gemini-2.5-flash"]);
  assert.equal(usage.lines[0].prompt, usage.total.prompt);
  assert.equal((await gateway.get("/usage?key=open&until=2999-01-01")).total.calls, 1);
  const unknown = await gateway.ask("GET", "/usage?key=nobody");
  assert.equal(unknown.status, 404);
});

Deno.test("Parameters that the admin API does not know, or cannot read, are a 400 that names them", async () => {
  await using gateway = await startAdminGateway();
  for (
    const [path, field, words] of [
      ["/calls?limt=5", "limt", /no such parameter; did you mean "limit"/],
      ["/calls?limit=0", "limit", /whole number from 1 to 500/],
      ["/calls?limit=1.5", "limit", /whole number/],
      ["/calls?limit=", "limit", /whole number/],
      ["/calls?limit=5&limit=6", "limit", /whole number/],
      ["/calls?failed=yes", "failed", /true/],
      ["/status?verbose=1", "verbose", /no such parameter; there is none here/],
      ["/usage?by=colour", "by", /one or more of key/],
      ["/usage?by=", "by", /one or more of key/],
      ["/usage?since=yesterday", "since", /as in "7d"/],
      ["/usage?since=2026-02-30", "since", /as in "7d"/],
      ["/usage?since=2999-01-01", "since", /before now/],
      ["/usage?since=2d&until=3d", "until", /after "since"/],
    ] as const
  ) {
    const { status, json: { error } } = await gateway.ask("GET", path);
    assert.deepEqual([status, error.code, error.status], [400, 400, "INVALID_ARGUMENT"], path);
    assert.match(error.message, words, path);
    assert.equal(error.details[0].fieldViolations[0].field, field, path);
  }
});

Deno.test("Paths that the admin API does not serve are a 404 that says what there is", async () => {
  await using gateway = await startAdminGateway();
  for (
    const [verb, path, words] of [
      ["GET", "/nothing", /GET \/admin\/v1\/openapi.json/],
      ["GET", "", /openapi.json/],
      ["POST", "/status", /It takes GET/],
      ["PUT", "/accounts/one", /It takes GET/],
    ] as const
  ) {
    const { status, json } = await gateway.ask(verb, path);
    assert.equal(status, 404, path);
    assert.match(json.error.message, words);
  }
});

Deno.test("Every response of the admin API says that it must not be stored", async () => {
  await using gateway = await startAdminGateway();
  for (
    const path of ["/status", "/models", "/calls", "/accounts", "/keys", "/openapi.json", "/x"]
  ) {
    const { headers } = await gateway.ask("GET", path);
    assert.match(headers.get("cache-control") ?? "", /no-store/, path);
    assert.equal(headers.get("content-type"), "application/json");
  }
});
