/** Why a call had the account that it had, and how it ended. @module */
import assert from "node:assert/strict";
import { call } from "../../support/gemini_call.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { accountAt, startExplained, told, whyOf } from "./explain_testbed.ts";

Deno.test("explain tells of a good call its key, its account's turn, its times, tokens and cost", async () => {
  await using gateway = await startExplained({
    clientKeys: limitedKeys({ team: {} }),
    costOf: (_model, { prompt }) => prompt * 1000,
  });
  const response = await call(gateway.url, { headers: withKey("team") });
  const explained = await gateway.explain(response);
  assert.equal(explained.id, response.headers.get("x-request-id"));
  assert.equal(explained.outcome, "ok");
  assert.equal(explained.status, 200);
  assert.deepEqual(explained.key, { id: "key_team", name: "team" });
  assert.equal(explained.method, "generateContent");
  assert.equal(explained.model, "gemini-2.5-flash");
  assert.equal(explained.account, "one");
  assert.deepEqual(explained.decision, { by: "strategy" });
  assert.equal(explained.conversation?.found, "content");
  assert.deepEqual(told(explained), [{ account: "one", by: "strategy", status: 200 }]);
  assert.deepEqual(explained.attempts[0]?.passedOver, [
    { account: "two", why: "turn" },
    { account: "three", why: "turn" },
  ]);
  assert.deepEqual(explained.waits.map(({ for: what }) => what), ["body", "account"]);
  assert.equal(explained.rotations, 0);
  assert.ok((explained.tokens?.prompt ?? 0) > 0);
  assert.equal(explained.costUsd, (explained.tokens?.prompt ?? 0) / 1000);
  assert.ok((explained.durationMs ?? -1) >= (explained.firstByteMs ?? Infinity));
  assert.ok(explained.bytesIn > 0 && explained.bytesOut > 0);
  assert.ok(Math.abs(Date.parse(explained.startedAt) - Date.now()) < 60_000);
});

Deno.test("explain tells how the conversation was recognized that decided", async () => {
  await using gateway = await startExplained();
  for (
    const [found, headers, body] of [
      ["header", { "x-session-id": "a" }, {}],
      ["body", {}, { sessionId: "b" }],
      ["content", {}, {}],
    ] as const
  ) {
    const request = {
      headers,
      body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: found }] }], ...body }),
    };
    const first = await gateway.explain(await call(gateway.url, request));
    const second = await gateway.explain(await call(gateway.url, request));
    assert.equal(first.decision?.by, "strategy");
    assert.deepEqual(second.decision, { by: "conversation", account: first.account });
    assert.equal(second.conversation?.found, found);
    assert.equal(second.conversation?.id, first.conversation?.id);
    const others = ["one", "two", "three"].filter((name) => name !== first.account);
    assert.deepEqual(others.map((name) => whyOf(second, name)), ["conversation", "conversation"]);
  }
});

Deno.test("explain tells of a rotated call what each account returned, and which ones cool down until when", async () => {
  await using gateway = await startExplained();
  gateway.emulator.always("one", { type: "429-long", hours: 9 });
  const first = await gateway.explain(await call(gateway.url, { text: "first" }));
  assert.equal(first.outcome, "ok");
  assert.equal(first.rotations, 1);
  const [failed, good] = first.attempts;
  assert.deepEqual([failed?.account, failed?.status], ["one", 429]);
  assert.match(failed?.error ?? "", /^RESOURCE_EXHAUSTED: You exceeded your current quota/);
  assert.ok((failed?.ms ?? -1) >= 0 && (good?.startMs ?? -1) >= (failed?.startMs ?? Infinity));
  assert.deepEqual([good?.account, good?.status], ["two", 200]);
  assert.equal(whyOf(first, "one"), "tried");
  assert.deepEqual(first.waits.filter(({ for: what }) => what === "account").length, 2);

  const second = await gateway.explain(await call(gateway.url, { text: "second" }));
  const passed = second.attempts[0]?.passedOver.find(({ account }) => account === "one");
  assert.equal(passed?.why, "cooling");
  assert.match(passed?.error ?? "", /^You exceeded your current quota/);
  const inMs = Date.parse(passed?.until ?? "") - Date.now();
  assert.ok(inMs > 8 * 3_600_000 && inMs <= 24 * 3_600_000, String(inMs));
});

Deno.test("explain tells which account a conversation left, since it was not available", async () => {
  await using gateway = await startExplained();
  const first = await gateway.explain(await call(gateway.url));
  assert.equal(first.account, "one");
  gateway.emulator.always("one", { type: "429-long", hours: 9 });
  await (await call(gateway.url, { headers: { "x-session-id": "other" }, text: "x" })).text();
  await (await call(gateway.url, { headers: { "x-session-id": "more" }, text: "y" })).text();
  await (await call(gateway.url, { headers: { "x-session-id": "most" }, text: "z" })).text();
  const moved = await gateway.explain(await call(gateway.url));
  assert.deepEqual(moved.decision, { by: "strategy", left: "one" });
  assert.equal(whyOf(moved, "one"), "cooling");
});

Deno.test("explain tells which accounts can never serve a call, and why", async () => {
  await using gateway = await startExplained({
    accounts: { key: "gemini-api", cloud: "vertex", assist: "code-assist" },
  });
  const embedded = await fetch(`${gateway.url}/v1beta/models/gemini-embedding-001:embedContent`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ content: { parts: [{ text: "x" }] } }),
  });
  assert.equal(embedded.status, 200, await embedded.clone().text());
  assert.equal(whyOf(await gateway.explain(embedded), "assist"), "method");
});

Deno.test("explain tells which accounts a key may not use, which are disabled, and of which priority", async () => {
  await using gateway = await startExplained({
    accounts: {},
    clientKeys: limitedKeys({ team: { accounts: ["two", "three", "four"] } }),
  });
  const of = (name: string, settings = {}) => accountAt(gateway, name, settings);
  await gateway.setAccounts([
    of("one"),
    of("two"),
    of("three", { priority: -1 }),
    of("four", { enabled: false, disabledReason: "signed out" }),
    of("five", { models: { allow: ["other-*"], deny: [] } }),
  ]);
  const explained = await gateway.explain(await call(gateway.url, { headers: withKey("team") }));
  assert.equal(explained.account, "two");
  assert.deepEqual(
    Object.fromEntries(
      ["one", "three", "four", "five"].map((name) => [name, whyOf(explained, name)]),
    ),
    { one: "not-allowed", three: "priority", four: "disabled", five: "not-allowed" },
  );
  const disabled = explained.attempts[0]?.passedOver.find(({ account }) => account === "four");
  assert.equal(disabled?.error, "signed out");
});

Deno.test("explain tells which accounts do not list the model, and which rules do not allow it", async () => {
  await using gateway = await startExplained({ accounts: {} });
  const of = (name: string, settings = {}) => accountAt(gateway, name, settings);
  await gateway.setAccounts([
    of("one"),
    of("five", { models: { allow: ["other-*"], deny: [] } }),
  ]);
  assert.equal(whyOf(await gateway.explain(await call(gateway.url)), "five"), "model");
});
