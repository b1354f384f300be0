/** How the explanation of a call is put into words. @module */
import assert from "node:assert/strict";
import { explainLines } from "../../../src/cli/explain/explain_lines.ts";
import { displayWidth } from "../../../src/cli/terminal/display_width.ts";
import type { Explanation } from "../../../src/server/explain/explanation.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 12);

const ERROR = "RESOURCE_EXHAUSTED: You exceeded your current quota, see ai.google.dev for limits";

/** A call that moved from the account of its conversation to another one. */
const MOVED: Explanation = {
  id: "6f1c2a52-6a0e-4a5c-9d53-0f6f0c1f4c57",
  startedAt: "2026-11-29T11:59:00.000Z",
  outcome: "ok",
  status: 200,
  durationMs: 1234,
  firstByteMs: 30,
  key: { id: "key_0123456789ab", name: "ada" },
  method: "generateContent",
  model: "gemini-2.5-flash",
  account: "two",
  conversation: { id: "0123456789ab", found: "content" },
  decision: { by: "conversation", account: "one" },
  attempts: [
    {
      account: "one",
      by: "conversation",
      startMs: 1,
      ms: 10,
      status: 429,
      error: ERROR,
      requests: 1,
      passedOver: [{ account: "two", why: "conversation" }],
      more: 0,
    },
    {
      account: "two",
      by: "strategy",
      startMs: 12,
      ms: 18,
      status: 200,
      requests: 1,
      passedOver: [{ account: "one", why: "tried" }],
      more: 0,
    },
  ],
  rotations: 1,
  passedOver: [],
  more: 0,
  waits: [
    { for: "account", startMs: 1, ms: 10, account: "one" },
    { for: "account", startMs: 12, ms: 18, account: "two" },
  ],
  bytesIn: 55,
  bytesOut: 595,
  tokens: { prompt: 4, cached: 0, tool: 0, thoughts: 0, candidates: 24, total: 28 },
  costUsd: 0.000061,
};

/** The line of the cost. */
function costLine(costUsd: number): string | undefined {
  return explainLines({ ...MOVED, costUsd }, NOW_MS).find((line) => line.startsWith("Cost"));
}

Deno.test("explainLines() says that the account of the conversation failed, where another one responded", () => {
  const text = explainLines(MOVED, NOW_MS).join("\n");
  assert.match(text, /^Account +"two": the conversation was with "one", which failed; /m);
  const stayed = explainLines({ ...MOVED, account: "one" }, NOW_MS).join("\n");
  assert.match(stayed, /^Account +"one": the conversation was with "one"; /m);
});

Deno.test("explainLines() folds texts at the terminal's width, between words, and loses none", () => {
  const words = (lines: readonly string[]) => lines.join(" ").split(/\s+/).toSorted();
  for (const width of [100, 80, 60]) {
    const lines = explainLines({ ...MOVED, outcome: "account", error: ERROR }, NOW_MS, width);
    for (const line of lines) assert.ok(displayWidth(line) <= width, line);
    for (const word of ERROR.split(" ")) {
      assert.ok(words(lines).includes(word), `${width}: ${word}`);
    }
    // The further lines of a fact stand below its beginning.
    assert.ok(lines.some((line) => line.startsWith("         The error of the account ")));
  }
  const whole = explainLines(MOVED, NOW_MS);
  assert.ok(whole.some((line) => line.includes(ERROR)));
});

Deno.test("explainLines() writes costs without exponents, with cents from a dollar on", () => {
  assert.match(costLine(0.0000004) ?? "", /<\$0\.000001,/);
  assert.match(costLine(0) ?? "", /\$0\.00,/);
  assert.match(costLine(0.996) ?? "", /\$1\.00,/);
  assert.match(costLine(12.344) ?? "", /\$12\.34,/);
  assert.match(costLine(1234.5) ?? "", /\$1,234\.50,/);
});
