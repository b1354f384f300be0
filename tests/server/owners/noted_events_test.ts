/** The events of an interaction, whose owners are recorded first. @module */
import assert from "node:assert/strict";
import {
  NO_FACTS,
  type ObservedEvent,
} from "../../../src/gemini/interactions/interaction_event.ts";
import { type EventsNotes, NotedEvents } from "../../../src/server/owners/noted_events.ts";

function eventOf(interaction: string): ObservedEvent {
  return { bytes: new Uint8Array(), facts: { ...NO_FACTS, interaction } };
}

function notesOf(note: EventsNotes["note"] = () => Promise.resolve()): EventsNotes {
  return { note, brokeOff: () => assert.fail("Nothing was counted") };
}

async function* eventsOf(...interactions: readonly string[]) {
  for (const interaction of interactions) yield [eventOf(interaction)];
}

Deno.test("An event is held back until its interaction's owner is recorded", async () => {
  const recorded = Promise.withResolvers<void>();
  let hasCome = false;
  const events = new NotedEvents(eventsOf("a"), notesOf(() => recorded.promise));
  const next = events.next().then(() => hasCome = true);
  // Longer than any chain of promises that are settled already.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(hasCome, false);
  recorded.resolve();
  await next;
});

Deno.test("Each state of an interaction is recorded once, and few states are remembered", async () => {
  const noted: string[] = [];
  const states = Array.from({ length: 101 }, (_, nth) => `state ${nth}`);
  const note = (json: Uint8Array) =>
    Promise.resolve(void noted.push(new TextDecoder().decode(json)));
  for await (const _ of new NotedEvents(eventsOf(...states, ...states), notesOf(note)));
  // The last state has no place any more among those that are remembered.
  assert.deepEqual(noted, [...states, "state 100"]);
});

Deno.test("Cancelling the events cancels those that they are made from", async () => {
  const from = eventsOf("a", "b");
  const events = new NotedEvents(from, notesOf());
  await events.next();
  await events.return();
  assert.deepEqual(await from.next(), { done: true, value: undefined });
});
