/**
 * What reads streams: the same bytes give the same events, however they were cut.
 *
 * @module
 */
import assert from "node:assert/strict";
import { SseDecoder } from "../../../src/gemini/stream/sse_decoder.ts";
import type { StreamEvent } from "../../../src/gemini/stream/stream.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, latin1, split, textOf } from "../fuzz_target.ts";
import { JSON_SEEDS, JSON_TOKENS } from "./json_tokens.ts";

/** Events as text, so that they can be compared. */
function eventsOf(pieces: readonly Uint8Array[]): readonly string[] {
  const decoder = new SseDecoder({ maxEventBytes: 1024 });
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()].map(eventText);
}

function eventText(event: StreamEvent): string {
  switch (event.type) {
    case "data":
      return `data ${latin1(event.json)}`;
    case "done":
      return "done";
    case "error":
      return `error ${event.error.code} ${event.error.message}`;
  }
}

function checkSse(input: Uint8Array, random: Random): void {
  assert.deepEqual(eventsOf(split(input, random)), eventsOf([input]), textOf(input));
}

/** The targets. */
export const STREAM_TARGETS: readonly FuzzTarget[] = [
  {
    name: "sse_decoder",
    seeds: [
      ...JSON_SEEDS.map((json) => `data: ${json}\r\n\r\ndata: ${json}\n\n`),
      ": keep-alive\n\nevent: error\ndata: {}\n\n",
      "data: [DONE]\n\n",
      'data: {"candidates":\ndata: []}\n\n',
      "\ufeffdata: {}\r\rid: 1\rretry: 5\r\r",
    ],
    tokens: [
      ...JSON_TOKENS,
      "data:",
      "data: ",
      "\n\n",
      "\r\n\r\n",
      "\r",
      "event: error\n",
      "[DONE]",
      ": ",
    ],
    check: checkSse,
  },
];
