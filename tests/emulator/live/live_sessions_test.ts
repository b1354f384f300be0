/** Live sessions of the emulated Google: opened, used, resumed and refused as by Google. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { LIVE_PATH, LiveClient, openLive, SETUP, textOfTurn } from "../../support/live_client.ts";
import { serviceAccountToken } from "../vertex_calls.ts";

const VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";

// deno-lint-ignore no-explicit-any -- read as deep as a test needs
type Frame = any;

/** A piece of 16-bit PCM of one loudness. */
function audio(ms: number, loudness: number): JsonObject {
  const samples = new Uint8Array(new Int16Array(16 * ms).fill(loudness).buffer);
  const data = btoa(String.fromCharCode(...samples));
  return { realtimeInput: { audio: { mimeType: "audio/pcm;rate=16000", data } } };
}

Deno.test("a session answers in Google's frames, and keeps the conversation", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  await using client = openLive(emulator, key);
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
  const first: Frame[] = await client.say("Hello");
  assert.match(textOfTurn(first), /You said: "Hello"/);
  assert.deepEqual(first.at(-2), { serverContent: { generationComplete: true } });
  const { usageMetadata } = first.at(-1);
  assert.equal(usageMetadata.promptTokenCount, 2);
  assert.equal(
    usageMetadata.totalTokenCount,
    usageMetadata.promptTokenCount + usageMetadata.responseTokenCount,
  );
  const second: Frame[] = await client.say("And again");
  assert.ok(second.at(-1).usageMetadata.promptTokenCount > usageMetadata.totalTokenCount);
  const [session] = emulator.liveSessions;
  assert.deepEqual([session?.account, session?.model], ["a", "gemini-3.8-live"]);
  const kinds = emulator.requests[0]?.frames.map(({ text }) => Object.keys(JSON.parse(text))[0]);
  assert.deepEqual(kinds, ["setup", "clientContent", "clientContent"]);
});

Deno.test("both APIs have paths of their own, and the Gemini API takes a doubled slash", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const account = emulator.addServiceAccount("b");
  {
    await using client = new LiveClient(`${emulator.url}/${LIVE_PATH}?key=${key}`);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
  const authorization = `Bearer ${await serviceAccountToken(account)}`;
  const place = `projects/${account.project_id}/locations/us-central1/publishers/google/`;
  const setup = {
    model: `${place}models/gemini-live-2.5-flash`,
    generationConfig: { responseModalities: ["AUDIO"] },
    outputAudioTranscription: {},
  };
  await using client = new LiveClient(emulator.url + VERTEX, { authorization });
  const ready: Frame = await client.setUp(setup);
  assert.match(ready.setupComplete.sessionId, /^[0-9a-f-]{36}$/);
  const turn: Frame[] = await client.say("Hello");
  assert.deepEqual(turn[0], { serverContent: { outputTranscription: {} } });
  assert.match(textOfTurn(turn), /made up/);
  assert.equal("candidatesTokenCount" in turn.at(-1).usageMetadata, true);
  await using stranger = new LiveClient(emulator.url + VERTEX, { authorization: "Bearer x" });
  await assert.rejects(stranger.opened, /401/);
  await stranger.closed;
  await using other = new LiveClient(emulator.url + VERTEX, { authorization });
  await other.send({
    setup: { ...setup, model: setup.model.replace(/projects\/[^/]+/, "projects/x") },
  });
  assert.equal((await other.closed).code, 1008);
});

Deno.test("frames are binary as Google's, and text where a script says so; both are read", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["ok", { type: "live", frames: "text" }]);
  for (const isBinary of [true, false]) {
    await using client = openLive(emulator, key);
    await client.send(new TextEncoder().encode(JSON.stringify({ setup: SETUP })));
    const frame = await client.nextFrame();
    assert.equal(frame instanceof ArrayBuffer, isBinary);
    assert.equal(emulator.requests.at(-1)?.frames[0]?.isBinary, true);
  }
});

Deno.test("frames up to 16 MiB are read", async () => {
  await using emulator = await startEmulator();
  await using client = openLive(emulator, emulator.addApiKey("a"));
  await client.setUp();
  const text = "a".repeat(16 * 1024 * 1024 - 200);
  await client.say(text);
  assert.ok((emulator.requests[0]?.frames[1]?.length ?? 0) > text.length);
  assert.equal(emulator.requests[0]?.frames[1]?.text.length, 64 * 1024);
});

Deno.test("a session is closed for what Google refuses", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const hello = { clientContent: { turns: [{ parts: [{ text: "a" }] }], turnComplete: true } };
  const config = (responseModalities: string[]) => ({ generationConfig: { responseModalities } });
  const setup = (change: JsonObject) => [{ setup: { ...SETUP, ...change } }];
  const cases: readonly [string, readonly (JsonObject | string)[], number, RegExp][] = [
    ["no JSON", ["{"], 1007, /^Invalid JSON payload received/],
    ["no message", [{}], 1007, /invalid argument/],
    [
      "two messages",
      [{ setup: SETUP, ...hello }],
      1007,
      /oneof field .* Cannot set 'client_content'/,
    ],
    ["an unknown message", [{ foo: 1 }], 1007, /Unknown name "foo": Cannot find field/],
    ["an unknown field", setup({ foo: 1 }), 1007, /Unknown name "foo" at 'setup'/],
    ["a field of Vertex AI", setup({ explicitVadSignal: true }), 1007, /Unknown name "explicitVad/],
    ["no setup", [hello], 1007, /^setup must be the first message and only the first$/],
    ["a second setup", [{ setup: SETUP }, { setup: SETUP }], 1007, /^setup must be the first/],
    ["no model", setup({ model: "" }), 1007, /model is not specified/],
    ["a bare model", setup({ model: "gemini-3.8-live" }), 1007, /Invalid resource name/],
    [
      "an unknown model",
      setup({ model: "models/gemini-9" }),
      1008,
      /^models\/gemini-9 is not found for API version v1beta, or is not supported for bidiGenerateContent\. Call/,
    ],
    [
      "a model without Live",
      setup({ model: "models/gemini-2.5-pro" }),
      1008,
      /not supported for bidi/,
    ],
    ["two modalities", setup(config(["TEXT", "AUDIO"])), 1007, /invalid argument/],
    [
      "text of a model that speaks",
      setup({ model: "models/gemini-2.5-flash-native-audio-latest" }),
      1007,
      /^Cannot extract voices from a non-audio request\.$/,
    ],
    ["an unknown handle", setup({ sessionResumption: { handle: "x" } }), 1008, /session not found/],
    [
      "an empty turn",
      [{ setup: SETUP }, { clientContent: { turnComplete: true } }],
      1007,
      /invalid/,
    ],
    [
      "an empty part",
      [{ setup: SETUP }, { clientContent: { turns: [{ parts: [{}] }] } }],
      1007,
      /required oneof field 'data'/,
    ],
    ["no input", [{ setup: SETUP }, { realtimeInput: {} }], 1007, /invalid argument/],
    [
      "a picture as audio",
      [{ setup: SETUP }, { realtimeInput: { audio: { mimeType: "image/png", data: "AAAA" } } }],
      1007,
      /invalid argument/,
    ],
    [
      "the former name of media",
      [{ setup: SETUP }, {
        realtimeInput: { mediaChunks: [{ mimeType: "audio/pcm", data: "AAAA" }] },
      }],
      1007,
      /^realtime_input\.media_chunks is deprecated/,
    ],
    [
      "an activity while it is detected",
      [{ setup: SETUP }, { realtimeInput: { activityStart: {} } }],
      1007,
      /^Explicit activity control is not supported/,
    ],
    [
      "the response of a function that was not called",
      [{ setup: SETUP }, { toolResponse: { functionResponses: [{ id: "x", name: "f" }] } }],
      1007,
      /invalid argument/,
    ],
  ];
  for (const [name, frames, code, reason] of cases) {
    await t.step(name, async () => {
      await using client = openLive(emulator, key);
      for (const frame of frames) await client.send(frame);
      const closed = await client.closed;
      assert.equal(closed.code, code, closed.reason);
      assert.match(closed.reason, reason);
      assert.ok(closed.reason.length <= 123);
    });
  }
});

Deno.test("the Gemini API opens the socket of a wrong key, and closes it after the setup", async () => {
  await using emulator = await startEmulator();
  for (
    const [key, code, reason] of [
      ["wrong", 1007, /^API key not valid\./],
      ["", 1008, /^Method doesn't allow unregistered callers/],
    ] as const
  ) {
    await using client = openLive(emulator, key);
    await client.opened;
    await client.send({ setup: SETUP });
    const closed = await client.closed;
    assert.equal(closed.code, code);
    assert.match(closed.reason, reason);
  }
  const page = await fetch(emulator.url + LIVE_PATH);
  assert.equal(page.status, 404);
  await page.body?.cancel();
});

Deno.test("functions are called, and their responses are used", async () => {
  await using emulator = await startEmulator();
  await using client = openLive(emulator, emulator.addApiKey("a"));
  const tools = [{ functionDeclarations: [{ name: "look" }] }];
  await client.setUp({ ...SETUP, tools });
  const [call]: Frame[] = await client.say("call look");
  const [{ id, name, args }] = call.toolCall.functionCalls;
  assert.match(id, /^function-call-\d{19}$/);
  assert.deepEqual([name, args], ["look", {}]);
  const response = { id, name, response: { found: 7 } };
  await client.send({ toolResponse: { functionResponses: [response] } });
  assert.match(textOfTurn(await client.turn()), /The function look answered \{"found":7\}/);
  const [again]: Frame[] = await client.say("call look");
  const ids = again.toolCall.functionCalls.map((one: Frame) => one.id);
  await client.send({
    clientContent: { turns: [{ parts: [{ text: "Stop" }] }], turnComplete: true },
  });
  const after: Frame[] = await client.turn();
  assert.deepEqual(after[0], { toolCallCancellation: { ids } });
  assert.match(textOfTurn(after), /You said: "Stop"/);
});

Deno.test("speech ends a turn: found in the audio, ended by the client, or told by it", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  {
    await using client = openLive(emulator, key);
    await client.setUp({ ...SETUP, inputAudioTranscription: {} });
    for (const piece of [audio(500, 0), audio(500, 3000), audio(500, 0), audio(400, 1)]) {
      await client.send(piece);
    }
    const turn: Frame[] = await client.turn();
    assert.deepEqual(turn[0].serverContent.inputTranscription, { text: "60800 bytes of audio" });
    await client.send(audio(900, 0));
    await client.send({ realtimeInput: { audioStreamEnd: true } });
    await client.send(audio(100, 3000));
    await client.send({ realtimeInput: { audioStreamEnd: true } });
    const [next]: Frame[] = await client.turn();
    assert.deepEqual(next.serverContent.inputTranscription, { text: "32000 bytes of audio" });
    await client.send({ realtimeInput: { text: "Typed" } });
    assert.match(textOfTurn(await client.turn()), /You said: "Typed"/);
  }
  const realtimeInputConfig = { automaticActivityDetection: { disabled: true } };
  await using client = openLive(emulator, key);
  await client.setUp({ ...SETUP, realtimeInputConfig });
  await client.send({ realtimeInput: { activityStart: {} } });
  await client.send(audio(10, 0));
  await client.send({ realtimeInput: { activityEnd: {} } });
  assert.match(textOfTurn(await client.turn()), /320 bytes of audio/);
});

Deno.test("a client changes its instruction and functions", async () => {
  await using emulator = await startEmulator();
  await using client = openLive(emulator, emulator.addApiKey("a"));
  await client.setUp();
  const tools = { tools: [{ functionDeclarations: [{ name: "look" }] }] };
  const systemInstruction = { parts: [{ text: "Be short" }] };
  await client.send({ contextUpdate: { systemInstruction, tools } });
  assert.match(textOfTurn(await client.say("Hello")), /Your instruction was: "Be short"/);
  const [call]: Frame[] = await client.say("call look");
  assert.equal(call.toolCall.functionCalls[0].name, "look");
});

Deno.test("a history that the client begins with is not answered", async () => {
  await using emulator = await startEmulator();
  await using client = openLive(emulator, emulator.addApiKey("a"));
  await client.setUp({ ...SETUP, historyConfig: { initialHistoryInClientContent: true } });
  const turns = [{ role: "user", parts: [{ text: "One" }] }, {
    role: "model",
    parts: [{ text: "Two" }],
  }];
  await client.send({ clientContent: { turns, turnComplete: true } });
  assert.match(textOfTurn(await client.say("Three")), /You said: "Three"/);
});

Deno.test("a session is resumed with its conversation, by its own project, for two hours", async () => {
  let now = 0;
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const one = emulator.addApiKey("one", { project: "p" });
  const other = emulator.addApiKey("other", { project: "p" });
  const stranger = emulator.addApiKey("stranger");
  let handle = "";
  let before = 0;
  {
    await using client = openLive(emulator, one);
    await client.setUp({ ...SETUP, sessionResumption: {} });
    const turn: Frame[] = await client.say("Hello");
    before = turn.at(-1).usageMetadata.totalTokenCount;
    const { sessionResumptionUpdate } = await client.next();
    assert.equal(sessionResumptionUpdate.resumable, true);
    handle = sessionResumptionUpdate.newHandle;
  }
  const setup = { ...SETUP, sessionResumption: { handle } };
  {
    await using client = openLive(emulator, other);
    await client.setUp(setup);
    const turn: Frame[] = await client.say("And once again");
    assert.ok(turn.at(-1).usageMetadata.promptTokenCount > before);
  }
  async function refused(key: string): Promise<unknown> {
    await using client = openLive(emulator, key);
    await client.send({ setup });
    return await client.closed;
  }
  assert.deepEqual(await refused(stranger), {
    code: 1008,
    reason: "BidiGenerateContent session not found",
  });
  now = 2 * 3_600_000;
  assert.deepEqual(await refused(one), {
    code: 1008,
    reason: "BidiGenerateContent session expired",
  });
});
