/**
 * What reads the messages, the paths and the ends of Live sessions.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readSocketPath } from "../../../src/gemini/api/socket_path.ts";
import { closeOfError, errorOfClose, sendable } from "../../../src/gemini/live/close.ts";
import { readServerFrame } from "../../../src/gemini/live/frame.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, textOf } from "../fuzz_target.ts";
import { JSON_TOKENS } from "./json_tokens.ts";

function checkFrame(input: Uint8Array): void {
  const facts = readServerFrame(new Uint8Array(input));
  const text = textOf(input);
  // The same text gives the same facts; what is no UTF-8 changes as text.
  if (new TextEncoder().encode(text).length === input.length) {
    assert.deepEqual(readServerFrame(text), facts, text);
  }
}

function checkClose(input: Uint8Array, random: Random): void {
  const close = { code: random.between(0, 6000), reason: textOf(input) };
  for (const { code, reason } of [sendable(close), closeOfError(errorOfClose(close))]) {
    assert.ok(new TextEncoder().encode(reason).length <= 123);
    assert.ok((code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999), String(code));
    assert.ok(![1004, 1005, 1006].includes(code));
  }
}

function checkPath(input: Uint8Array): void {
  const path = readSocketPath(textOf(input).split("/"));
  if (path !== undefined) assert.match(path.version, /^v1[a-z0-9]*$/);
}

/** The targets. */
export const LIVE_TARGETS: readonly FuzzTarget[] = [
  {
    name: "live_frame",
    seeds: [
      '{"setupComplete":{"sessionId":"a"}}',
      '{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":2,"totalTokenCount":5}}',
      '{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}',
    ],
    tokens: [
      ...JSON_TOKENS,
      '"setupComplete":',
      '"usageMetadata":',
      '"sessionResumptionUpdate":',
      '"newHandle":',
      '"responseTokenCount":',
    ],
    check: checkFrame,
  },
  {
    name: "live_close",
    seeds: ["You exceeded your current quota", "API key not valid.", "ü".repeat(70), ""],
    tokens: ["quota", "not found", "😀", "API key", "\u0000"],
    check: checkClose,
  },
  {
    name: "live_path",
    seeds: [
      "google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
      "google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent",
    ],
    tokens: [".", "/", "v1", "BidiGenerateContentConstrained", "LlmBidiService"],
    check: checkPath,
  },
];
