/**
 * The cases that clients of OpenAI's and Anthropic's APIs have beside those of all clients.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { ask, assertGood, assertRaised, type Case, MODEL, prompt } from "./case.ts";
import type { Client, ClientCall, ClientOp, ClientResponse } from "../client_call.ts";
import { PNG } from "./response_cases.ts";
import { Testbed } from "../testbed.ts";

/** A model whose function calls are signed. */
const SIGNING_MODEL = "gemini-3.8-flash";
const IMAGE_MODEL = "gemini-2.5-flash-image";
const SPEECH_MODEL = "gemini-2.5-flash-preview-tts";

/** A page without anything on it. */
const PDF = btoa("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/** Two samples of silence. */
const SAMPLES = btoa("\0\0\0\0");
const WAV = btoa(
  "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\xc0\x5d\0\0\x80\xbb\0\0\x02\0\x10\0data\x04\0\0\0\0\0\0\0",
);

/** What the model does, turn by turn: two calls side by side, one after them, and then a text. */
const TURNS: readonly (readonly JsonObject[])[] = [
  [
    {
      functionCall: { name: "get_weather", args: { city: "Rome" } },
      thoughtSignature: btoa("one"),
    },
    { functionCall: { name: "get_weather", args: { city: "Oslo" } } },
  ],
  [{
    functionCall: { name: "get_weather", args: { city: "Lima" } },
    thoughtSignature: btoa("two"),
  }],
  [{ text: "Sunny everywhere." }],
];

/** The cases, in the order of their rows. */
export const FORMAT_CASES: readonly Case[] = [
  {
    title: "function calls side by side, then one after another",
    appliesTo: ({ api, ops }) => api !== "gemini" && ops.has("tools"),
    async run(client, bed) {
      for (const stream of client.modes) {
        bed.clear();
        bed.inTurn(TURNS.map(answerOf));
        const question = prompt("How is the weather there?");
        const call = { op: "tools", model: SIGNING_MODEL, stream, prompt: question } as const;
        checkTurns(await ask(client, bed, call), bed);
      }
    },
  },
  both("thoughts", {
    op: "think",
    check({ response }) {
      assert.match(response.thoughts ?? "", /A thought that the emulator made up/);
      assert.doesNotMatch(response.text, /A thought/);
    },
  }),
  both("PDF", {
    op: "readDocument",
    call: { pdf: PDF },
    check: ({ bed }) => assert.ok(bed.received(PDF), "it did not reach upstream as it was"),
  }),
  {
    title: "a model that there is not",
    appliesTo: ({ api, ops }) => api !== "gemini" && ops.has("generate"),
    async run(client, bed) {
      for (const stream of client.modes) {
        const response = await ask(client, bed, { stream, model: "gemini-of-nobody" });
        // Code Assist does not say what it did not find.
        assertRaised(response, { status: 404, words: /gemini-of-nobody/ });
      }
    },
  },
  {
    title: "a stream that the client gives up",
    appliesTo: ({ ops }) => ops.has("abort"),
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind);
      bed.always({ type: "ok", chunks: ["Hello", " for", " ever"], holdAfter: 1 });
      await ask(client, bed, { op: "abort", stream: true });
      await bed.settle();
      assert.equal(bed.aborted(), 1, "the request went on upstream");
    },
  },
  single("list of models, and one", "models", async (client, bed) => {
    const response = await ask(client, bed, { op: "models" });
    assertGood(response);
    const { models = [] } = response;
    assert.equal(models.filter((model) => model === MODEL).length, isRecorded(client) ? 1 : 2);
    assert.ok(new Set(models).size > 5, "most models are missing");
  }),
  both("a response continued by its id", {
    op: "continueResponse",
    check({ response, bed }) {
      const roles = bed.contents().map(({ role }) => role);
      assert.deepEqual(roles, ["user", "model", "user"]);
      assert.ok(bed.received("Say something, please"), "the first turn was lost");
      assert.match(response.text, /And what did I say before/);
    },
  }),
  both("legacy completion", {
    op: "complete",
    check({ response }) {
      assert.match(response.text, /You said/);
      assert.equal(response.finishReason, "STOP");
      assert.ok(response.usageTotal, "the answer has no usage");
    },
  }),
  single("image from a text", "makeImage", async (client, bed) => {
    checkImage(await ask(client, bed, { op: "makeImage", model: IMAGE_MODEL }), bed);
    assert.ok(bed.received("3:2"), "the size was lost");
  }),
  single("image from an image", "editImage", async (client, bed) => {
    checkImage(await ask(client, bed, { op: "editImage", model: IMAGE_MODEL, png: PNG }), bed);
    assert.ok(bed.received(PNG), "the image did not reach upstream");
  }),
  single("transcription", "transcribe", async (client, bed) => {
    bed.always({ type: "ok", text: "Words from a file" });
    const response = await ask(client, bed, { op: "transcribe", audio: WAV });
    assertGood(response);
    assert.equal(response.text, "Words from a file");
    assert.ok(bed.received(WAV), "the sound did not reach upstream as it was");
  }),
  single("speech", "speak", async (client, bed) => {
    const inlineData = { mimeType: "audio/L16;codec=pcm;rate=24000", data: SAMPLES };
    bed.always(answerOf([{ inlineData }]));
    const response = await ask(client, bed, { op: "speak", model: SPEECH_MODEL });
    assertGood(response);
    assert.equal(response.media, WAV, "the sound is not that of upstream, as a WAV");
  }),
];

/** What there is to check. */
interface Seen {
  readonly response: ClientResponse;
  readonly bed: Testbed;
}

/** A case of a call that is made whole, and streamed. */
function both(
  title: string,
  { op, call = {}, check }: {
    readonly op: ClientOp;
    readonly call?: Partial<ClientCall>;
    readonly check: (seen: Seen) => void;
  },
): Case {
  return {
    title,
    appliesTo: ({ ops }) => ops.has(op),
    async run(client, bed) {
      for (const stream of client.modes) {
        bed.clear();
        const response = await ask(client, bed, { ...call, op, stream, prompt: prompt() });
        assertGood(response);
        check({ response, bed });
      }
    },
  };
}

/** A case of a call that does not stream. */
function single(
  title: string,
  op: ClientOp,
  run: (client: Client, bed: Testbed) => Promise<void>,
): Case {
  return { title, appliesTo: ({ ops }) => ops.has(op), run };
}

/** A whole response, or the one event of a stream. */
function answerOf(parts: readonly JsonObject[]): Outcome {
  const candidate = { content: { role: "model", parts }, finishReason: "STOP", index: 0 };
  const usageMetadata = { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 };
  return { type: "ok", events: [{ candidates: [candidate], usageMetadata }] };
}

function checkTurns(response: ClientResponse, bed: Testbed): void {
  assertGood(response);
  assert.deepEqual(response.functionCalls.map(({ args }) => args["city"]), [
    "Rome",
    "Oslo",
    "Lima",
  ]);
  assert.equal(response.text, "Sunny everywhere.");
  const seen = bed.contents();
  assert.deepEqual(seen.map(({ role }) => role), ["user", "model", "user", "model", "user"]);
  const cities = seen.map(({ parts }) => parts.map((part) => /Rome|Oslo|Lima/.exec(part)?.[0]));
  assert.deepEqual(cities.slice(1), [["Rome", "Oslo"], ["Rome", "Oslo"], ["Lima"], ["Lima"]]);
  // Each signature stands where it came from, and nowhere else.
  const signatures = seen.map(({ signatures }) => signatures);
  assert.deepEqual(signatures, [[], [btoa("one")], [], [btoa("two")], []]);
}

function checkImage(response: ClientResponse, bed: Testbed): void {
  assertGood(response);
  assert.match(atob(response.media ?? ""), /^\x89PNG/, "it is not the image of upstream");
  assert.ok(bed.received("Say something, please"), "the words did not reach upstream");
}

/** Open WebUI asks for the list alone. */
function isRecorded({ name }: Client): boolean {
  return name.endsWith("as recorded");
}
