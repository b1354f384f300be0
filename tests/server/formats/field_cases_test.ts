/** Faults of upstream that users report, as the official clients of other APIs see them. @module */
import Anthropic from "@anthropic-ai/sdk";
import assert from "node:assert/strict";
import OpenAI from "openai";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";

const MODEL = "gemini-2.5-flash";
const MESSAGES = [{ role: "user" as const, content: "Hello" }];

/** The clients of a gateway. */
interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

function clientsOf({ url }: EmulatedGateway, maxRetries = 0): Clients {
  const common = { apiKey: "planted-any", maxRetries };
  return {
    openai: new OpenAI({ ...common, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ ...common, baseURL: url }),
  };
}

/** What the clients call. Each returns the text of the response. */
const CALLS: Readonly<Record<string, (clients: Clients) => Promise<string>>> = {
  async chat({ openai }) {
    const { choices } = await openai.chat.completions.create({ model: MODEL, messages: MESSAGES });
    return choices[0]?.message.content ?? "";
  },
  async chatStream({ openai }) {
    const params = { model: MODEL, messages: MESSAGES, stream: true } as const;
    let text = "";
    for await (const { choices } of await openai.chat.completions.create(params)) {
      text += choices[0]?.delta.content ?? "";
    }
    return text;
  },
  async responses({ openai }) {
    const params = { model: MODEL, input: "Hello", store: false };
    return (await openai.responses.create(params)).output_text;
  },
  async responsesStream({ openai }) {
    const params = { model: MODEL, input: "Hello", store: false, stream: true } as const;
    let text = "";
    for await (const event of await openai.responses.create(params)) {
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    return text;
  },
  async messages({ anthropic }) {
    const params = { model: MODEL, max_tokens: 500, messages: MESSAGES };
    const { content } = await anthropic.messages.create(params);
    return content.map((block) => block.type === "text" ? block.text : "").join("");
  },
  async messagesStream({ anthropic }) {
    const params = { model: MODEL, max_tokens: 500, messages: MESSAGES };
    return await anthropic.messages.stream(params).finalText();
  },
};

function isAnthropics(call: string): boolean {
  return call.startsWith("messages");
}

/** A gateway with two accounts. The first so many calls of both together have an outcome. */
async function startWith(
  outcome: Outcome,
  { kind, calls = Infinity, maxAttempts = 2 }: {
    readonly kind: AccountKind;
    readonly calls?: number;
    readonly maxAttempts?: number;
  },
): Promise<EmulatedGateway> {
  const gateway = await startEmulatedGateway({
    accounts: { one: kind, two: kind },
    settings: { routing: { maxAttempts } },
  });
  let count = 0;
  const rule = () => count++ < calls ? outcome : "ok";
  for (const name of ["one", "two"]) gateway.emulator.always(name, rule);
  return gateway;
}

const UNSEEN: readonly Outcome[] = [
  "503",
  "empty-body",
  "empty-answer",
  "403-disabled",
  "429-daily",
  { type: "429-short", delayMs: 20_000 },
];

for (const kind of ACCOUNT_KINDS) {
  for (const outcome of UNSEEN) {
    const name = typeof outcome === "string" ? outcome : outcome.type;
    Deno.test(`No client of another API sees ${name} of one ${kind} account of two`, async () => {
      for (const [call, run] of Object.entries(CALLS)) {
        await using gateway = await startWith(outcome, { kind, calls: 1 });
        assert.ok((await run(clientsOf(gateway))).length > 0, call);
        const { attempts, failure, usage } = await gateway.waitForCall();
        assert.deepEqual([attempts, failure], [2, ""], call);
        assert.ok((usage?.total ?? 0) > 0, call);
      }
    });
  }
}

/** What a client should raise. */
interface Raised {
  readonly outcome: Outcome;
  readonly openai: { readonly status: number; readonly type: string; readonly code?: string };
  readonly anthropic: { readonly status: number; readonly type: string };
}

const RAISED: readonly Raised[] = [
  {
    outcome: "503",
    openai: { status: 503, type: "server_error" },
    anthropic: { status: 529, type: "overloaded_error" },
  },
  {
    outcome: "500",
    openai: { status: 500, type: "server_error" },
    anthropic: { status: 500, type: "api_error" },
  },
  {
    outcome: "429-daily",
    openai: { status: 429, type: "insufficient_quota", code: "insufficient_quota" },
    anthropic: { status: 429, type: "rate_limit_error" },
  },
  {
    outcome: "403-disabled",
    openai: { status: 403, type: "permission_error" },
    anthropic: { status: 403, type: "permission_error" },
  },
];

for (const { outcome, openai, anthropic } of RAISED) {
  Deno.test(`Official clients raise ${outcome} of all accounts as ${openai.type}`, async () => {
    for (const [call, run] of Object.entries(CALLS)) {
      await using gateway = await startWith(outcome, { kind: "gemini-api" });
      const error: unknown = await run(clientsOf(gateway)).then(() => undefined, (error) => error);
      if (isAnthropics(call)) {
        assert.ok(error instanceof Anthropic.APIError, call);
        assert.deepEqual([error.status, error.type], [anthropic.status, anthropic.type], call);
      } else {
        assert.ok(error instanceof OpenAI.APIError, call);
        assert.deepEqual([error.status, error.type], [openai.status, openai.type], call);
        if (openai.code !== undefined) assert.equal(error.code, openai.code, call);
      }
    }
  });
}

Deno.test("A spent daily quota is asked for once by clients that retry", async () => {
  for (const call of ["chat", "messages"]) {
    await using gateway = await startWith("429-daily", { kind: "gemini-api" });
    await assert.rejects(async () => await CALLS[call]?.(clientsOf(gateway, 2)), call);
    assert.equal(gateway.calls.length, 1, call);
  }
});

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Official clients raise a failure in the middle of a ${kind} stream`, async () => {
    const outcomes: readonly Outcome[] = [
      { type: "error-mid-stream", afterEvents: 1 },
      { type: "reset-mid-stream", afterEvents: 1 },
      { type: "ok", chunks: ["a", "b", "c"], ending: "truncated" },
    ];
    for (const call of ["chatStream", "responsesStream", "messagesStream"]) {
      for (const outcome of outcomes) {
        await using gateway = await startWith(outcome, { kind });
        const error: unknown = await CALLS[call]?.(clientsOf(gateway, 2)).then(
          () => undefined,
          (error) => error,
        );
        const isKnown = isAnthropics(call)
          ? error instanceof Anthropic.APIError
          : error instanceof OpenAI.APIError;
        assert.ok(isKnown, `${call}: ${error}`);
        const { status, attempts, failure } = await gateway.waitForCall();
        assert.deepEqual([status, attempts], [200, 1], call);
        assert.notEqual(failure, "", call);
      }
    }
  });
}

const CONVERSATION = [
  ...MESSAGES,
  {
    role: "assistant" as const,
    content: null,
    tool_calls: [{
      id: "call_1",
      type: "function" as const,
      function: { name: "describe", arguments: "{}" },
    }],
  },
  {
    role: "tool" as const,
    tool_call_id: "call_1",
    content: '{"openapi":"3.1.0","paths":{"/a":{"$ref":"#/components/paths/a"}}}',
  },
];

Deno.test("Google takes what other APIs take: API descriptions, functions twice, image/jpg", async () => {
  await using gateway = await startEmulatedGateway();
  const { openai } = clientsOf(gateway);
  const tool = { type: "function" as const, function: { name: "describe", parameters: {} } };
  const image = { url: `data:image/jpg;base64,${btoa("an image").replace(/^.{4}/, "$&\n")}` };
  const { choices } = await openai.chat.completions.create({
    model: MODEL,
    messages: [...CONVERSATION, {
      role: "user",
      content: [{ type: "image_url", image_url: image }],
    }],
    tools: [tool, tool],
  });
  assert.equal(choices.length, 1);
});
