/** Interactions: made, streamed, resumed, continued, cancelled and deleted as by Google. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { ask, create, eventsIn, textOf } from "./interaction_calls.ts";

async function start(): Promise<{ emulator: Emulator; caller: readonly [Emulator, string] }> {
  const emulator = await startEmulator({ clock: { now: () => 0 } });
  return { emulator, caller: [emulator, emulator.addApiKey("a", { project: "p" })] };
}

Deno.test("interactions.create returns the steps that the model made, and get returns them again", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const { status, json } = await create(caller, { input: "Hello" });
  assert.equal(status, 200);
  assert.match(json.id, /^v1_[\w-]{60,}$/);
  assert.deepEqual(Object.keys(json), [
    "id",
    "status",
    "usage",
    "created",
    "updated",
    "service_tier",
    "object",
    "model",
    "steps",
  ]);
  assert.equal(json.status, "completed");
  assert.equal(json.created, "1970-01-01T00:00:00Z");
  assert.deepEqual(json.steps.map((step: { type: string }) => step.type), [
    "thought",
    "model_output",
  ]);
  assert.match(json.steps[1].content[0].text, /You said: "Hello"\./);
  const { usage } = json;
  assert.equal(
    usage.total_tokens,
    usage.total_input_tokens + usage.total_output_tokens + usage.total_thought_tokens,
  );
  assert.deepEqual((await ask(caller, `GET interactions/${json.id}`)).json, json);
  const full = (await ask(caller, `GET interactions/${json.id}?include_input=true`)).json;
  assert.deepEqual(full.steps[0], {
    type: "user_input",
    content: [{ text: "Hello", type: "text" }],
  });
});

Deno.test("a stream has Google's events, and can be read again and resumed after an event", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const made = await create(caller, { input: "Hello", stream: true });
  assert.equal(made.type, "text/event-stream");
  const lines = made.text.split("\n");
  assert.equal(lines[0], "event: interaction.created");
  assert.deepEqual(lines.slice(-4), ["event: done", "data: [DONE]", "", ""]);
  const names = [...made.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  const events = eventsIn(made.text);
  assert.deepEqual(names.slice(0, -1), events.map(({ event_type }) => event_type));
  assert.equal(events[0].interaction.status, "in_progress");
  assert.equal(events.at(-1).interaction.status, "completed");
  assert.equal(events.at(-1).interaction.steps, undefined);
  assert.match(textOf(made.text), /You said: "Hello"\.$/);
  const path = `GET interactions/${events[0].interaction.id}?stream=true`;
  assert.equal((await ask(caller, path)).text, made.text);
  const last = encodeURIComponent(events[4].event_id);
  const rest = (await ask(caller, `${path}&last_event_id=${last}`)).text;
  assert.deepEqual(eventsIn(rest), events.slice(5));
  assert.match(rest, /data: \[DONE\]\n\n$/);
  const other = encodeURIComponent(btoa("other/4"));
  assert.equal(
    (await ask(caller, `${path}&last_event_id=${other}`)).json.error.code,
    "invalid_request",
  );
  const unary = await ask(caller, path.replace("true", `false&last_event_id=${last}`));
  assert.equal(unary.json.error.code, "invalid_request");
});

Deno.test("a stream that is cut is stored whole", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  emulator.script("a", [{ type: "reset-mid-stream", afterEvents: 3 }], {
    method: "interactions.create",
  });
  await assert.rejects(create(caller, { input: "Hello", stream: true }));
  const [stored] = emulator.interactions("p");
  const { json } = await ask(caller, `GET interactions/${stored}`);
  assert.equal(json.status, "completed");
});

Deno.test("previous_interaction_id continues a conversation in its own project only", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const twin = emulator.addApiKey("twin", { project: "p" });
  const other = emulator.addApiKey("other", { project: "q" });
  const tools = [{ type: "function", name: "weather", parameters: { type: "object" } }];
  const first = (await create(caller, { input: "call weather", tools })).json;
  assert.equal(first.status, "requires_action");
  const { id, name } = first.steps.at(-1);
  assert.equal(name, "weather");
  const result = { type: "function_result", call_id: id, name, result: { sky: "blue" } };
  const turn = { previous_interaction_id: first.id, input: [result], tools };
  const second = (await create([emulator, twin], turn)).json;
  assert.equal(second.status, "completed");
  assert.equal(second.previous_interaction_id, first.id);
  assert.match(JSON.stringify(second.steps), /The function weather answered/);
  assert.ok(second.usage.total_input_tokens > first.usage.total_input_tokens);
  const stray = { ...turn, input: [{ ...result, call_id: "none" }] };
  assert.equal((await create(caller, stray)).json.error.code, "invalid_request");
  const refused = await create([emulator, other], turn);
  assert.equal(refused.status, 404);
  assert.deepEqual(refused.json, {
    error: { message: "Requested entity was not found.", code: "not_found" },
  });
  for (const method of ["GET", "DELETE"]) {
    const { status } = await ask([emulator, other], `${method} interactions/${first.id}`);
    assert.equal(status, 404, method);
  }
});

Deno.test("a function call is streamed with its arguments in pieces", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const parameters = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
  };
  const tools = [{ type: "function", name: "weather", parameters }];
  const events = eventsIn((await create(caller, { input: "call it", tools, stream: true })).text);
  const begun = events.find(({ step }) => step?.type === "function_call");
  assert.deepEqual(begun.step.arguments, {});
  const text = events.map(({ delta }) => delta?.type === "arguments_delta" ? delta.arguments : "")
    .join("");
  assert.equal(typeof JSON.parse(text).city, "string");
  assert.equal(events.at(-1).interaction.status, "requires_action");
});

Deno.test("an interaction that is not stored can be neither read nor continued", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const { json } = await create(caller, { input: "Hello", store: false });
  assert.equal((await ask(caller, `GET interactions/${json.id}`)).status, 404);
  const next = { input: "More", previous_interaction_id: json.id };
  assert.equal((await create(caller, next)).status, 404);
  const stream = eventsIn((await create(caller, { input: "x", store: false, stream: true })).text);
  assert.ok(stream.every((event) => !("event_id" in event)));
  const background = { input: "x", store: false, background: true };
  assert.equal((await create(caller, background)).json.error.code, "invalid_request");
});

Deno.test("a background interaction is in progress at first, and can be cancelled until it is done", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const { json } = await create(caller, { input: "Work", background: true });
  assert.equal(json.status, "in_progress");
  assert.equal(json.steps, undefined);
  const next = { input: "More", previous_interaction_id: json.id };
  assert.equal((await create(caller, next)).json.error.code, "failed_precondition");
  const path = `GET interactions/${json.id}`;
  assert.equal((await ask(caller, path)).json.status, "in_progress");
  assert.equal((await ask(caller, path)).json.status, "completed");
  const cancel = (id: string) => ask(caller, `POST interactions/${id}/cancel`);
  assert.equal((await cancel(json.id)).json.error.code, "failed_precondition");
  const endless = (await create(caller, { input: "RUN_FOREVER", background: true })).json;
  await ask(caller, `GET interactions/${endless.id}`);
  const cancelled = await cancel(endless.id);
  assert.equal(cancelled.status, 200);
  assert.equal(cancelled.json.status, "cancelled");
  assert.equal((await ask(caller, `GET interactions/${endless.id}`)).json.status, "cancelled");
});

Deno.test("interactions.delete removes the interaction", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const { json } = await create(caller, { input: "Hello" });
  const deleted = await ask(caller, `DELETE interactions/${json.id}`);
  assert.deepEqual([deleted.status, deleted.json], [200, {}]);
  assert.equal((await ask(caller, `DELETE interactions/${json.id}`)).status, 404);
});

Deno.test("a long decode is continued with the token of the interaction before", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const other = emulator.addApiKey("other", { project: "q" });
  const first = (await create(caller, { input: "CONTINUE_ME and CONTINUE_ME" })).json;
  assert.equal(first.status, "requires_continuation");
  const token = { continuation_token: first.continuation_token };
  const second = (await create(caller, { ...token, previous_interaction_id: first.id })).json;
  assert.equal(second.status, "requires_continuation");
  const stream = await create(caller, {
    continuation_token: second.continuation_token,
    previous_interaction_id: second.id,
    stream: true,
  });
  assert.equal(eventsIn(stream.text).at(-1).interaction.status, "completed");
  const said = [first, second].map(({ steps }) => steps.at(-1).content[0].text).join("");
  assert.match(said + textOf(stream.text), /^This answer .* You said: "CONTINUE_ME .*"\.$/);
  const wrong = { ...token, previous_interaction_id: second.id };
  assert.equal((await create(caller, wrong)).json.error.code, "invalid_request");
  const foreign = { ...token, input: "CONTINUE_ME", store: false };
  assert.equal((await create([emulator, other], foreign)).json.error.code, "invalid_request");
  assert.equal((await create(caller, foreign)).status, 200);
});

Deno.test("a stream that breaks before content is continued with the token of its checkpoint", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const body = { input: "CONTINUE_ME", stream: true };
  const events = eventsIn((await create(caller, body)).text);
  const [created, update] = events;
  assert.equal(update.event_type, "interaction.status_update");
  const again = await create(caller, {
    stream: true,
    continuation_token: update.continuation_token,
    previous_interaction_id: created.interaction.id,
  });
  assert.equal(textOf(again.text), events.map(({ delta }) => delta?.text ?? "").join(""));
});
