/**
 * What reads the events of interactions: no byte is lost, and the same is read wherever the stream is cut.
 *
 * @module
 */
import assert from "node:assert/strict";
import { joinBytes } from "../../../src/base/join_bytes.ts";
import { hasTextCodes } from "../../../src/gemini/errors/text_code.ts";
import { EventSplitter } from "../../../src/gemini/interactions/event_splitter.ts";
import { interactionFacts } from "../../../src/gemini/interactions/interaction_event.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, latin1, split } from "../fuzz_target.ts";

/** Longest event that is held back here. */
const LONGEST = 1000;

function checkEvents(input: Uint8Array, random: Random): void {
  const splitter = new EventSplitter(LONGEST);
  const pieces = [
    ...split(input, random).flatMap((chunk) => splitter.push(chunk)),
    ...splitter.end(),
  ];
  assert.deepEqual(joinBytes(pieces.map(({ bytes }) => bytes)), input);
  for (const { bytes, type } of pieces) {
    if (type === "rest") continue;
    const { interaction, usage } = interactionFacts(bytes);
    if (interaction !== undefined) assert.equal(typeof JSON.parse(interaction), "object");
    if (usage !== undefined) assert.equal(typeof usage.total, "number");
  }
}

/** The targets. */
export const INTERACTION_TARGETS: readonly FuzzTarget[] = [
  {
    name: "interaction_events",
    seeds: [
      'event: x\nid: 1\ndata: {"interaction":{"id":"v1_a","environment_id":"e"},"event_type":"y"}\n\n',
      ': c\r\n\r\ndata: {"interaction_id":"a","metadata":{"total_usage":{"total_tokens":1}}}\r\n\r\n',
      'data: {"event_type":"error","error":{"code":"not_found","message":"m"}}\n\ndata: [DONE]\n\n',
    ],
    tokens: [
      "\n",
      "\r",
      "\r\n\r\n",
      "data:",
      "event:",
      '"interaction":{',
      '"id":',
      '"usage":{',
      "}",
    ],
    check: checkEvents,
  },
  {
    name: "interaction_paths",
    seeds: ["/v1beta/interactions/a/cancel", "//v1//projects/p/locations/l/agents"],
    tokens: ["/", "v1beta", "upload", "projects/", "locations/", "interactions", "%2F", ":"],
    check: (input) => void hasTextCodes(latin1(input)),
  },
];
