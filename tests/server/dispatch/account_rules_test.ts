/** Accounts that response for some models only. @module */
import assert from "node:assert/strict";
import type { ModelRules } from "../../../src/accounts/account.ts";
import { closedUrl, startTestUpstream } from "../../support/test_upstream.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../../support/gateway.ts";

function account(name: string, baseUrl: string, rules: Partial<ModelRules> = {}): TestAccount {
  const models = { allow: [], deny: [], ...rules };
  return { name, key: `key-${name}`, baseUrls: [baseUrl], settings: { models } };
}

/** The accounts that response for a model over several conversations. */
async function answering(gateway: TestGateway, model: string): Promise<string[]> {
  const names = new Set<string>();
  for (const text of ["one", "two", "three", "four"]) {
    const response = await call(gateway.url, { model, text });
    await response.body?.cancel();
    names.add(response.headers.get("x-pollux-account") ?? "");
  }
  return [...names].sort();
}

Deno.test("An account answers only for the models that its rules allow", async () => {
  await using google = startTestUpstream();
  await using gateway = await startTestGateway({
    settings: { aliases: { quick: "gemini-2.5-flash" } },
    accounts: [
      account("all", google.url),
      account("flash", google.url, { allow: ["gemini-*-flash"] }),
      account("none", google.url, { deny: ["*"] }),
    ],
  });
  assert.deepEqual(await answering(gateway, "gemini-2.5-flash"), ["all", "flash"]);
  assert.deepEqual(await answering(gateway, "quick"), ["all", "flash"]);
  assert.deepEqual(await answering(gateway, "gemini-2.5-pro"), ["all"]);
});

Deno.test("A model that no account may answer for is not found, in words that name the command", async () => {
  await using google = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [account("flash", google.url, { allow: ["gemini-*-flash"], deny: ["gemini-1*"] })],
  });
  for (const model of ["gemini-2.5-pro", "gemini-1.5-flash"]) {
    const response = await call(gateway.url, { model });
    assert.equal(response.status, 404);
    assert.match((await errorOf(response)).message, /No account may be used .*accounts edit NAME/);
  }
  assert.deepEqual(google.seen, []);
});

Deno.test("A call fails over only to accounts whose rules allow the model", async () => {
  await using google = startTestUpstream();
  const forbidden = account("forbidden", google.url, { deny: ["gemini-2.5-*"] });
  await using gateway = await startTestGateway({
    accounts: [account("gone", closedUrl()), forbidden],
  });
  const response = await call(gateway.url);
  assert.equal(response.status, 503, await response.text());
  assert.deepEqual(google.seen, []);
});

Deno.test("While the accounts that may answer cool down, the client hears when they are back", async () => {
  await using google = startTestUpstream(() =>
    Response.json(
      { error: { code: 429, message: "Spent", status: "RESOURCE_EXHAUSTED" } },
      { status: 429, headers: { "retry-after": "60" } },
    )
  );
  await using gateway = await startTestGateway({
    accounts: [account("spent", google.url), account("denied", google.url, { deny: ["*"] })],
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    const response = await call(gateway.url);
    assert.match((await errorOf(response)).message, /the first one is back in/);
    assert.equal(response.status, 429);
  }
  assert.equal(google.seen.length, 1);
});

Deno.test("The list of models leaves out those that no account may answer for", async () => {
  const listed = ["gemini-2.5-pro", "gemini-2.5-flash"].map((id) => ({ name: `models/${id}` }));
  await using google = startTestUpstream(() => Response.json({ models: listed }));
  await using gateway = await startTestGateway({
    accounts: [account("flash", google.url, { allow: ["*-flash"] })],
  });
  const { models } = await (await fetch(`${gateway.url}/v1beta/models`)).json();
  assert.deepEqual(models.map(({ name }: { name: string }) => name), ["models/gemini-2.5-flash"]);
  await gateway.setAccounts([account("flash", google.url)]);
  const after = await (await fetch(`${gateway.url}/v1beta/models`)).json();
  assert.equal(after.models.length, 2);
});
