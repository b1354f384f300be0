/** How a call ended, as `explain` tells it: refusals, errors, clients that left, and every kind of call. @module */
import assert from "node:assert/strict";
import { call, errorOf } from "../../support/gemini_call.ts";
import { within } from "../../support/deadline.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { LiveClient } from "../../support/live_client.ts";
import { begun, goOn, someBytes } from "../uploads/upload_calls.ts";
import { accountAt, startExplained, told, whyOf } from "./explain_testbed.ts";

const MODEL = "gemini-2.5-flash";

Deno.test("explain tells a refused key, a limit, a rule and a wrong request apart", async () => {
  await using gateway = await startExplained({
    clientKeys: limitedKeys({
      busy: { limits: { requestsPerMinute: 1 } },
      small: { limits: { tokensPerDay: 1 } },
      ruled: { deny: ["*-pro"] },
    }),
  });
  const { url } = gateway;
  const nobody = await gateway.explain(await call(url));
  assert.equal(nobody.outcome, "access");
  assert.equal(nobody.status, 401);
  assert.match(nobody.error ?? "", /asks for/);
  assert.deepEqual(nobody.attempts, []);
  assert.match(nobody.request ?? "", /^POST \/v1beta\/models\/gemini-2\.5-flash:generateContent$/);

  await (await call(url, { headers: withKey("busy") })).text();
  const limited = await gateway.explain(await call(url, { headers: withKey("busy") }));
  assert.equal(limited.outcome, "limit");
  assert.equal(limited.status, 429);
  assert.match(
    limited.error ?? "",
    /^The key "busy" has reached its limit of 1 requests per minute/,
  );
  assert.equal(limited.key.name, "busy");
  await (await call(url, { headers: withKey("small") })).text();
  const spent = await gateway.explain(await call(url, { headers: withKey("small") }));
  assert.equal(spent.outcome, "limit");

  const ruled = await gateway.explain(
    await call(url, { headers: withKey("ruled"), model: "gemini-2.5-pro" }),
  );
  assert.equal(ruled.outcome, "refused");
  assert.equal(ruled.status, 403);
  const wrong = await gateway.explain(await call(url, { headers: withKey("ruled"), body: "{" }));
  assert.equal(wrong.outcome, "refused");
  assert.deepEqual(wrong.waits.map(({ for: what }) => what), ["body"]);
  const path = await gateway.explain(
    await fetch(`${url}/v1beta/none`, { headers: withKey("ruled") }),
  );
  assert.deepEqual([path.outcome, path.status, path.request], ["refused", 404, "GET /v1beta/none"]);
});

Deno.test("explain tells an account's error, the end of all attempts and the lack of accounts apart", async () => {
  await using gateway = await startExplained({ settings: { routing: { maxAttempts: 2 } } });
  const { url, emulator } = gateway;
  const wrong = await gateway.explain(await call(url, { body: JSON.stringify({ nothing: 1 }) }));
  assert.equal(wrong.outcome, "account");
  assert.deepEqual([wrong.status, wrong.gaveUp], [400, undefined]);
  assert.equal(wrong.attempts[0]?.status, 400);

  for (const name of ["one", "two", "three"]) emulator.always(name, { type: "429-long", hours: 9 });
  const tried = await gateway.explain(await call(url, { text: "b" }));
  assert.equal(tried.outcome, "account");
  assert.equal(tried.gaveUp, "attempts");
  assert.deepEqual(tried.attempts.map(({ status }) => status), [429, 429]);
  await (await call(url, { text: "c" })).text();
  const none = await gateway.explain(await call(url, { text: "d" }));
  assert.equal(none.outcome, "no-account");
  assert.deepEqual([none.status, none.gaveUp], [429, "cooling"]);
  assert.deepEqual(none.attempts, []);
  assert.deepEqual(
    ["one", "two", "three"].map((name) => whyOf(none, name)),
    ["cooling", "cooling", "cooling"],
  );
  assert.ok(
    none.passedOver.every(({ until, error }) =>
      Date.parse(until ?? "") > Date.now() && /^You exceeded/.test(error ?? "")
    ),
  );
});

Deno.test("explain tells that the only accounts are disabled, or may not serve the model", async () => {
  await using gateway = await startExplained({ accounts: {} });
  const off = accountAt(gateway, "off", { enabled: false, disabledReason: "signed out" });
  await gateway.setAccounts([off]);
  const empty = await gateway.explain(await call(gateway.url));
  assert.deepEqual([empty.outcome, empty.gaveUp], ["no-account", "empty"]);
  assert.deepEqual(empty.passedOver, [{ account: "off", why: "disabled", error: "signed out" }]);
  await gateway.setAccounts([
    off,
    accountAt(gateway, "other", { models: { allow: ["other"], deny: [] } }),
  ]);
  const unserved = await gateway.explain(await call(gateway.url));
  assert.deepEqual([unserved.outcome, unserved.gaveUp], ["no-account", "unserved"]);
  assert.equal(whyOf(unserved, "other"), "model");
});

Deno.test("explain tells of a stream whose client left, and of one that broke off", async () => {
  await using gateway = await startExplained();
  gateway.emulator.script("one", [{ type: "ok", chunks: ["a", "b", "c"], holdAfter: 1 }]);
  const abort = new AbortController();
  const response = await call(gateway.url, {
    method: "streamGenerateContent",
    query: "?alt=sse",
    signal: abort.signal,
  });
  const reader = response.body?.getReader() ?? assert.fail();
  await reader.read();
  const id = response.headers.get("x-request-id") ?? "";
  const running = await (await gateway.ask(id)).json();
  assert.equal(running.outcome, "running");
  assert.equal(running.durationMs, undefined);
  assert.equal(running.attempts[0].account, "one");
  abort.abort();
  await reader.read().catch(() => {});
  const ended = gateway.waitForCall(({ requestId }) => requestId === id);
  await within(30_000, ended, { what: "The call's end" });
  const left = await (await gateway.ask(id)).json();
  assert.equal(left.outcome, "client-left");
  assert.ok(left.firstByteMs >= 0 && left.durationMs >= left.firstByteMs);

  gateway.emulator.script("two", [{ type: "error-mid-stream", afterEvents: 1 }]);
  const broken = await gateway.explain(
    await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse", text: "two" }),
  );
  assert.equal(broken.outcome, "account");
  assert.deepEqual(told(broken)[0]?.account, "two");
});

Deno.test("explain tells of uploads, files, batches, interactions and lists", async () => {
  await using gateway = await startExplained();
  const { url } = gateway;
  const address = await begun(url);
  const uploaded = await goOn(address, "upload, finalize", { body: someBytes(2000) });
  const text = await uploaded.text();
  assert.equal(uploaded.status, 200, text);
  const { file } = JSON.parse(text);
  const ended = await gateway.explain(uploaded);
  assert.equal(ended.decision?.by, "resource");
  assert.equal(ended.attempts[0]?.status, 200);

  const read = await gateway.explain(await fetch(`${url}/v1beta/${file.name}`));
  const holder = read.account ?? "";
  assert.deepEqual(read.decision, {
    by: "resource",
    resource: file.name,
    account: holder,
    found: "recorded",
  });
  const others = ["one", "two", "three"].filter((name) => name !== holder);
  assert.deepEqual(others.map((name) => whyOf(read, name)), ["other-account", "other-account"]);
  assert.ok(read.waits.some(({ for: what }) => what === "owner"));

  const listed = await gateway.explain(await fetch(`${url}/v1beta/files`));
  assert.deepEqual(listed.decision, { by: "list" });
  assert.ok(listed.attempts.length >= 3);

  const made = await fetch(`${url}/v1beta/models/${MODEL}:batchGenerateContent`, {
    method: "POST",
    body: JSON.stringify({
      batch: {
        display_name: "b",
        input_config: {
          requests: {
            requests: [{ request: { contents: [{ role: "user", parts: [{ text: "x" }] }] } }],
          },
        },
      },
    }),
  });
  const batch = await gateway.explain(made);
  assert.deepEqual([batch.outcome, batch.method], ["ok", "batchGenerateContent"], batch.error);

  const interacted = await fetch(`${url}/v1beta/interactions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: MODEL, input: "hi" }),
  });
  const first = await gateway.explain(interacted);
  assert.deepEqual([first.outcome, first.model], ["ok", MODEL], first.error);
  assert.ok((first.tokens?.prompt ?? 0) > 0);
});

Deno.test("explain tells that accounts were asked who holds a file", async () => {
  await using gateway = await startExplained({ accounts: {} });
  const four = accountAt(gateway, "four");
  await gateway.setAccounts([accountAt(gateway, "three"), four]);
  const upload = await fetch(`${gateway.emulator.url}/upload/v1beta/files`, {
    method: "POST",
    headers: {
      "x-goog-api-key": "key" in four ? four.key : "",
      "x-goog-upload-protocol": "raw",
      "content-type": "text/plain",
    },
    body: "hello",
  });
  const text = await upload.text();
  assert.equal(upload.status, 200, text);
  const { file: { name } } = JSON.parse(text);
  const found = await gateway.explain(await fetch(`${gateway.url}/v1beta/${name}`));
  assert.deepEqual(found.decision, {
    by: "resource",
    resource: name,
    account: "four",
    found: "asked",
  });
  const again = await gateway.explain(await fetch(`${gateway.url}/v1beta/${name}`));
  assert.deepEqual(again.decision, { ...found.decision, found: "recorded" });
  const unknown = await gateway.explain(await fetch(`${gateway.url}/v1beta/files/none`));
  assert.deepEqual([unknown.outcome, unknown.status], ["refused", 403]);
  assert.ok(unknown.waits.some(({ for: what }) => what === "owner"));
});

Deno.test("explain tells of a Live session while it lasts, and after it", async () => {
  await using gateway = await startExplained();
  const path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
  await using client = new LiveClient(gateway.url + path);
  await client.setUp();
  client.close();
  const { requestId } = await within(30_000, gateway.waitForCall(), { what: "The end" });
  const explained = await (await gateway.ask(requestId)).json();
  assert.equal(explained.outcome, "ok", explained.error);
  assert.equal(explained.status, 101);
  assert.equal(explained.attempts[0].account, "one");
});

Deno.test("explain says what may be the reason where a call is not known, and asks for the admin key", async () => {
  await using gateway = await startExplained();
  const id = crypto.randomUUID();
  const { message } = await errorOf(await gateway.ask(id));
  assert.match(
    message,
    new RegExp(`^No call with the id "${id}" is known.*10,000.*another gateway`),
  );
  assert.equal((await errorOf(await fetch(`${gateway.url}/admin/explain/${id}`))).code, 401);
  const health = await fetch(`${gateway.url}/healthz`);
  await health.text();
  assert.equal(
    (await errorOf(await gateway.ask(health.headers.get("x-request-id") ?? id))).code,
    404,
  );
  for (const odd of ["", "..", "%00", "a/b", "x".repeat(5000)]) {
    const answer = await gateway.ask(odd);
    await answer.text();
    assert.equal(answer.status, 404, odd);
  }
});
