import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { nativeTools } from "../../../../src/formats/shared/request/native_tools.ts";
import { ACCOUNT_KINDS } from "../../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../../support/emulated_gateway.ts";

const GEMINI_2 = "gemini-2.5-flash";
const GEMINI_3 = "gemini-3-flash-preview";

const F = { name: "f" };
const SEARCH = new Map<string, JsonObject>([["googleSearch", {}]]);

Deno.test("nativeTools() mixes functions and Google's tools where the model does", () => {
  const named = { functions: [F], builtIn: SEARCH, choice: undefined };
  const mixed = nativeTools(named, GEMINI_3);
  assert.deepEqual(mixed.members, {
    tools: [{ functionDeclarations: [F] }, { googleSearch: {} }],
    toolConfig: { includeServerSideToolInvocations: true },
  });
  assert.deepEqual([mixed.has("googleSearch"), mixed.warnings], [true, []]);
  const before = nativeTools(named, GEMINI_2);
  assert.deepEqual(before.members, { tools: [{ functionDeclarations: [F] }] });
  assert.equal(before.has("googleSearch"), false);
  assert.deepEqual(before.warnings, [
    `googleSearch dropped: ${GEMINI_2} does not mix it with functions`,
  ]);
});

Deno.test("nativeTools() declares each function once, as it was declared last", () => {
  const functions = [{ name: "f", description: "old" }, { name: "g" }, F];
  const { members } = nativeTools({ functions, builtIn: new Map(), choice: undefined }, GEMINI_2);
  assert.deepEqual(members, { tools: [{ functionDeclarations: [F, { name: "g" }] }] });
});

Deno.test("nativeTools() leaves Google's tools out where the client wants none used", () => {
  const choice = { mode: "none" } as const;
  for (const model of [GEMINI_2, GEMINI_3]) {
    const both = nativeTools({ functions: [F], builtIn: SEARCH, choice }, model);
    assert.deepEqual(both.members, {
      tools: [{ functionDeclarations: [F] }],
      toolConfig: { functionCallingConfig: { mode: "NONE" } },
    });
    assert.deepEqual(both.warnings, []);
    assert.deepEqual(nativeTools({ functions: [], builtIn: SEARCH, choice }, model).members, {});
  }
});

Deno.test("nativeTools() says nothing of a choice among functions if there are none", () => {
  const named = { functions: [], builtIn: SEARCH, choice: { mode: "any" } } as const;
  assert.deepEqual(nativeTools(named, GEMINI_3).members, { tools: [{ googleSearch: {} }] });
  assert.deepEqual(nativeTools({ ...named, builtIn: new Map() }, GEMINI_3).members, {});
});

const MESSAGES = [{ role: "user", content: "hi" }];
const CHAT = { type: "function", function: F };
const RESPONSES = { type: "function", ...F };
const ANTHROPIC = { input_schema: { type: "object" }, ...F };
const WEB_SEARCH = { type: "web_search_20250305", name: "web_search" };

/** Functions and a search in each format. */
const MIXED: readonly (readonly [path: string, body: JsonObject])[] = [
  ["chat/completions", { messages: MESSAGES, tools: [CHAT, { type: "web_search" }] }],
  ["responses", { input: "hi", tools: [RESPONSES, { type: "web_search" }] }],
  ["responses", { input: "hi", tools: [RESPONSES, { type: "web_search" }], store: true }],
  ["responses/input_tokens", { input: "hi", tools: [RESPONSES, { type: "web_search" }] }],
  ["messages", { max_tokens: 9, messages: MESSAGES, tools: [ANTHROPIC, WEB_SEARCH] }],
  ["messages/count_tokens", { messages: MESSAGES, tools: [ANTHROPIC, WEB_SEARCH] }],
];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Functions beside a search are refused in no format: ${kind}`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    for (const model of [GEMINI_2, GEMINI_3]) {
      for (const [path, body] of MIXED) {
        const response = await fetch(`${gateway.url}/v1/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model, ...body }),
        });
        const json: unknown = await response.json();
        assert.equal(response.status, 200, `${path} ${JSON.stringify(json)}`);
        assert.ok(isJsonObject(json));
        const dropped = response.headers.get("x-pollux-warning")?.includes("googleSearch") ?? false;
        assert.equal(dropped, model === GEMINI_2, `${path} ${model}`);
      }
    }
  });
}
