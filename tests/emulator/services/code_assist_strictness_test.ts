import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, callInternal, envelope, HELLO } from "../calls.ts";

const UNKNOWN = "Invalid JSON payload received. Unknown name";

Deno.test("v1internal refuses what Google refuses", async (t) => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a"));
  const cases: readonly [string, string, unknown, number, string][] = [
    [
      "a bare Gemini body",
      "generateContent",
      HELLO,
      400,
      `${UNKNOWN} "contents": Cannot find field.`,
    ],
    [
      "an unknown field inside",
      "generateContent",
      envelope({ ...HELLO, foo: 1 }),
      400,
      `${UNKNOWN} "foo" at 'request': Cannot find field.`,
    ],
    [
      "a model inside",
      "generateContent",
      envelope({ ...HELLO, model: "gemini-2.5-flash" }),
      400,
      `${UNKNOWN} "model" at 'request': Cannot find field.`,
    ],
    [
      "a field of generativelanguage only",
      "generateContent",
      envelope({ ...HELLO, toolConfig: { includeServerSideToolInvocations: true } }),
      400,
      `${UNKNOWN} "includeServerSideToolInvocations" at 'request.tool_config': Cannot find field.`,
    ],
    [
      "contents without a role",
      "generateContent",
      envelope({ contents: [{ parts: [{ text: "a" }] }] }),
      400,
      "Please use a valid role: user, model.",
    ],
    [
      "no request",
      "generateContent",
      { model: "gemini-2.5-flash", project: "emulated-project-1" },
      400,
      "Request contains an invalid argument.",
    ],
    [
      "a model with its prefix",
      "generateContent",
      { ...envelope(), model: "models/gemini-2.5-flash" },
      404,
      "Requested entity was not found.",
    ],
    [
      "no project",
      "generateContent",
      { ...envelope(), project: undefined },
      403,
      "Permission denied on resource project default.",
    ],
    [
      "somebody else's project",
      "generateContent",
      { ...envelope(), project: "other" },
      403,
      "Permission denied on resource project other.",
    ],
    [
      "countTokens with a model beside request",
      "countTokens",
      { model: "gemini-2.5-flash", request: { ...HELLO, model: "models/gemini-2.5-flash" } },
      400,
      `${UNKNOWN} "model": Cannot find field.`,
    ],
    [
      "countTokens with tools",
      "countTokens",
      { request: { ...HELLO, model: "models/gemini-2.5-flash", tools: [] } },
      400,
      `${UNKNOWN} "tools" at 'request': Cannot find field.`,
    ],
    [
      "loadCodeAssist with an unknown field",
      "loadCodeAssist",
      { metadata: { device: 1 } },
      400,
      `${UNKNOWN} "device" at 'metadata': Cannot find field.`,
    ],
  ];
  for (const [name, method, body, status, message] of cases) {
    await t.step(name, async () => {
      const response = await callInternal(emulator, token, { method, body });
      const { error } = await response.json();
      assert.equal(error.message, message);
      assert.equal(response.status, status);
    });
  }
});

Deno.test("v1internal accepts both spellings of its envelope", async (t) => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a"));
  const cases: Readonly<Record<string, Record<string, unknown>>> = {
    "snake_case": {
      ...envelope({ ...HELLO, session_id: "s", labels: { a: "b" } }),
      user_prompt_id: "p",
      enabled_credit_types: ["GOOGLE_ONE_AI"],
    },
    "camelCase": {
      ...envelope({ ...HELLO, sessionId: "s" }),
      requestId: "r",
      userAgent: "pollux",
      requestType: "agent",
      enabledCreditTypes: [],
    },
  };
  for (const [name, body] of Object.entries(cases)) {
    await t.step(name, async () => {
      const response = await callInternal(emulator, token, { method: "generateContent", body });
      assert.equal(response.status, 200, await response.text());
    });
  }
});
