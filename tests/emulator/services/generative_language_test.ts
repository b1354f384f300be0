import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, callWithKey, HELLO } from "../calls.ts";

Deno.test("models.list pages, and leaves nextPageToken out on the last page", async () => {
  await using emulator = await startEmulator();
  const headers = { "x-goog-api-key": emulator.addApiKey("a") };
  const names: string[] = [];
  let pageToken: string | undefined = "";
  let pages = 0;
  while (pageToken !== undefined) {
    const query: string = `?pageSize=5${pageToken === "" ? "" : `&pageToken=${pageToken}`}`;
    const response = await fetch(`${emulator.url}/v1beta/models${query}`, { headers });
    const page: { models: { name: string }[]; nextPageToken?: string } = await response.json();
    for (const model of page.models) names.push(model.name);
    pageToken = page.nextPageToken;
    pages += 1;
  }
  const all = await (await fetch(`${emulator.url}/v1beta/models`, { headers })).json();
  assert.deepEqual(all.models.map((model: { name: string }) => model.name), names);
  assert.equal("nextPageToken" in all, false);
  assert.equal(pages, Math.ceil(names.length / 5));
  assert.ok(names.includes("models/gemini-3.8-flash"));
});

Deno.test("models.get gives the whole resource", async () => {
  await using emulator = await startEmulator();
  const url = `${emulator.url}/v1/models/gemini-2.5-pro?key=${emulator.addApiKey("a")}`;
  assert.deepEqual(await (await fetch(url)).json(), {
    name: "models/gemini-2.5-pro",
    version: "001",
    displayName: "gemini-2.5-pro",
    description: "An emulated gemini-2.5-pro: its answers are made up",
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: [
      "generateContent",
      "countTokens",
      "createCachedContent",
      "batchGenerateContent",
    ],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    thinking: true,
  });
});

Deno.test("an unknown model is 404 in Google's words", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const response = await callWithKey(emulator, key, { model: "gemini-9" });
  assert.equal(response.status, 404);
  const { error } = await response.json();
  assert.equal(error.status, "NOT_FOUND");
  assert.equal(
    error.message,
    "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent. " +
      "Call ModelService.ListModels to see the list of available models and their supported methods.",
  );
});

Deno.test("paths and methods that Google does not have are refused in HTML", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const generate = "/v1beta/models/gemini-2.5-flash:generateContent";
  const cases: readonly [string, string, number][] = [
    ["POST", "/nothing", 404],
    ["POST", `/${generate}`, 404],
    ["POST", `${generate}/`, 404],
    ["POST", "/v2/models/gemini-2.5-flash:generateContent", 404],
    ["POST", "/v1beta/models/gemini-2.5-flash:doSomething", 404],
    ["POST", "/v1internal:doSomething", 404],
    ["GET", generate, 405],
    ["POST", "/v1beta/models", 405],
  ];
  for (const [method, path, status] of cases) {
    await t.step(`${method} ${path}`, async () => {
      const response = await fetch(`${emulator.url}${path}?key=${key}`, { method });
      assert.equal(response.status, status);
      assert.match(await response.text(), /^<!DOCTYPE html>/);
    });
  }
});

Deno.test("generativelanguage takes a key in header or query, or a token, but not both", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("key");
  const token = await accessToken(emulator.addUser("user"));
  const bearer = { authorization: `Bearer ${token}` };
  const cases: readonly [string, string, Record<string, string>, number, string][] = [
    ["header", "", { "x-goog-api-key": key }, 200, ""],
    ["query", `?key=${key}`, {}, 200, ""],
    ["token", "", bearer, 200, ""],
    ["none", "", {}, 403, "Method doesn't allow unregistered callers"],
    ["unknown key", "?key=no", {}, 400, "API key not valid. Please pass a valid API key."],
    ["both", `?key=${key}`, bearer, 400, "Multiple authentication credentials received"],
    ["stale token", "", { authorization: "Bearer no" }, 401, "Request had invalid authentication"],
  ];
  for (const [name, query, headers, status, message] of cases) {
    await t.step(name, async () => {
      const url = `${emulator.url}/v1beta/models/gemini-2.5-flash:generateContent${query}`;
      const body = JSON.stringify(HELLO);
      const response = await fetch(url, { method: "POST", headers, body });
      const answer = await response.json();
      assert.equal(response.status, status);
      assert.ok((answer.error?.message ?? "").startsWith(message));
    });
  }
});

Deno.test("an unknown query parameter is refused", async () => {
  await using emulator = await startEmulator();
  const response = await callWithKey(emulator, emulator.addApiKey("a"), { query: "?foo=1" });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /Unknown name "foo": Cannot bind query/);
});
