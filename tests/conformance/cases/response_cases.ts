/**
 * The cases where everything goes well: what the client asks for reaches upstream, and what upstream
 * answers reaches the client.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, type Case, MODEL, prompt } from "./case.ts";
import type { Client, ClientCall, ClientResponse } from "../client_call.ts";
import type { Testbed } from "../testbed.ts";

/** Surrogate pairs alone and joined, and the line ends that JSON allows inside a string. */
const UNICODE = ["Grüße ", "😀👩🏽‍🚀 ", "𠀋𪚥 ", "one\u2028two\u2029three\u0085four ", "end"];

/** One pixel. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5E" +
  "rkJggg==";

/** The emulator calls a function where the weather is asked for. */
const QUESTION = "How is the weather in Rome?";

/** A model that refuses a function's result where the signature of its call is missing. */
const SIGNING_MODEL = "gemini-3.8-flash";

/** What Google takes in place of a signature that nobody knows any more. */
const PLACEHOLDER = "skip_thought_signature_validator";

/** What is put to every client, in both ways in which it can call. */
interface Exchange {
  readonly title: string;
  readonly call?: Partial<ClientCall>;
  /** What upstream answers; without it, the emulator makes something up. */
  readonly chunks?: readonly string[];
  /** Which clients can do it, beyond its operation. */
  readonly needs?: (client: Client) => boolean;
  readonly check: (seen: Seen) => void;
}

/** What there is to check. */
interface Seen {
  readonly response: ClientResponse;
  readonly client: Client;
  readonly bed: Testbed;
}

/** The cases, in the order of their rows. */
export const RESPONSE_CASES: readonly Case[] = [
  exchange({
    title: "answer",
    chunks: ["Hello", " from", " upstream"],
    check({ response, client }) {
      assert.equal(response.text, "Hello from upstream");
      if (client.isProgram) return;
      if (!isLlm(client)) assert.equal(response.finishReason, "STOP");
      assert.ok(response.usageTotal, "the answer has no usage");
    },
  }),
  exchange({
    title: "Unicode beyond the basic plane",
    chunks: UNICODE,
    call: { prompt: UNICODE.join("") },
    check({ response, bed }) {
      assert.equal(response.text, UNICODE.join(""));
      assert.ok(bed.received(UNICODE.join("")), "the prompt did not reach upstream as it was");
    },
  }),
  exchange({
    title: "system instruction",
    call: { system: "Be brief." },
    needs: isLibrary,
    check: ({ bed }) => assert.ok(bed.received("Be brief."), "it did not reach upstream"),
  }),
  exchange({
    title: "inline image",
    call: { png: PNG },
    check: ({ bed }) => assert.ok(bed.received(PNG), "it did not reach upstream as it was"),
  }),
  exchange({
    title: "JSON to a schema",
    call: { schema: true },
    needs: isLibrary,
    check({ response }) {
      const { answer } = JSON.parse(response.text);
      assert.equal(typeof answer, "string");
    },
  }),
  exchange({
    title: "function calling, two turns",
    call: { op: "tools", prompt: QUESTION },
    check: checkTools,
  }),
  exchange({
    title: "function calling with thought signatures",
    call: { op: "tools", prompt: QUESTION, model: SIGNING_MODEL },
    check(seen) {
      checkTools(seen);
      // Some clients drop signatures. What upstream got is the call's own all the same, at once.
      // (Anthropic's runners are refused a thread before that, and go on without.)
      assert.deepEqual(seen.bed.attempts().filter((count) => count > 0), [1, 1]);
      assert.ok(!seen.bed.received(PLACEHOLDER), "the signature was made up");
    },
  }),
  exchange({
    title: "blocked prompt",
    call: { prompt: "BLOCK_ME" },
    needs: tellsOfBlocks,
    check({ response }) {
      assert.equal(response.text, "");
      assert.ok(response.blockReason, "there is no block reason");
    },
  }),
  {
    title: "count of tokens",
    appliesTo: (client) => client.ops.has("count"),
    async run(client, bed) {
      const few = await ask(client, bed, { op: "count", prompt: "one" });
      const many = await ask(client, bed, { op: "count", prompt: "one two three ".repeat(50) });
      assertGood(few);
      assertGood(many);
      assert.ok((few.totalTokens ?? 0) > 0, "the count is zero");
      assert.ok((many.totalTokens ?? 0) > (few.totalTokens ?? 0), "the count is a stub");
    },
  },
  {
    title: "list of models, by pages",
    appliesTo: (client) => client.ops.has("list"),
    async run(client, bed) {
      const response = await ask(client, bed, { op: "list", pageSize: 3 });
      assertGood(response);
      const { models = [] } = response;
      assert.equal(new Set(models).size, models.length, "a model is listed twice");
      assert.ok(models.length > 3, "there is but one page");
      assert.ok(models.includes(`models/${MODEL}`), `"${MODEL}" is not listed`);
    },
  },
  {
    title: "one model",
    appliesTo: (client) => client.ops.has("get"),
    async run(client, bed) {
      const response = await ask(client, bed, { op: "get" });
      assertGood(response);
      assert.deepEqual(response.models, [`models/${MODEL}`]);
    },
  },
];

function exchange({ title, call = {}, chunks, needs, check }: Exchange): Case {
  return {
    title,
    appliesTo: (client) => client.ops.has(call.op ?? "generate") && (needs?.(client) ?? true),
    async run(client, bed) {
      for (const stream of client.modes) {
        bed.clear();
        if (chunks !== undefined) bed.always({ type: "ok", chunks });
        const response = await ask(client, bed, { ...call, stream, prompt: prompt(call.prompt) });
        assertGood(response);
        check({ response, client, bed });
        if (stream && chunks !== undefined && !client.isProgram) {
          assert.equal(response.chunks, chunks.length, "the chunks were joined or split");
        }
      }
    },
  };
}

/** LangChain for Gemini in JavaScript passes over chunks without a candidate. */
function tellsOfBlocks(client: Client): boolean {
  return isLibrary(client) && !client.name.startsWith("@langchain/google-genai") && !isLlm(client);
}

/** llm hands out no more of a response than its text, its calls and its usage. */
function isLlm({ name }: Client): boolean {
  return name.startsWith("llm ");
}

function isLibrary(client: Client): boolean {
  return !client.isProgram;
}

function checkTools({ response, bed }: Seen): void {
  const [call, ...others] = response.functionCalls;
  assert.equal(call?.name, "get_weather");
  assert.deepEqual(Object.keys(call.args), ["city"]);
  assert.deepEqual(others, []);
  assert.ok(response.text, "the second turn has no text");
  assert.ok(bed.received("sunny"), "the function's result did not reach upstream");
}
