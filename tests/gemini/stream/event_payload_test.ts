/** What the JSON of one event says. @module */
import assert from "node:assert/strict";
import { MOST_EVENTS, readPayload } from "../../../src/gemini/stream/event_payload.ts";

const encoder = new TextEncoder();

Deno.test("readPayload() reads fifty thousand items of an array, and reports that there are more", () => {
  const payload = encoder.encode(`[${Array(60_000).fill("{}").join()}]`);
  const context = { isEnveloped: false, isNamedError: false, isEnded: true };
  const events = readPayload(payload, context);
  const last = events.at(-1);
  assert.ok(last?.type === "error" && last.cause === "unreadable");
  assert.equal(events.length, MOST_EVENTS + 2);
});
