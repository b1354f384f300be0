/** Usage of responses that no client gets, but that Google has counted. @module */
import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { FLASH, PROMPT, startUsageBed } from "./usage_bed.ts";

const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 0, totalTokenCount: 9 };
const EMPTY: Outcome = { type: "ok", events: [{ usageMetadata }] };

for (const method of ["generateContent", "streamGenerateContent?alt=sse"]) {
  Deno.test(`What an empty response of ${method} has used counts for its own account`, async () => {
    await using bed = await startUsageBed({ accounts: { one: "gemini-api", two: "gemini-api" } });
    bed.emulator.script("one", [EMPTY]);
    bed.emulator.script("two", [EMPTY]);
    await (await bed.ask(`/v1beta/models/${FLASH}:${method}`, PROMPT)).text();
    await bed.sameAfter(1);
    // Both accounts were empty once; the good response is the call's own.
    assert.deepEqual(
      bed.bookings.map(({ account, usage, settles }) => [account, usage?.prompt, settles]).sort(),
      [
        ["one", 9, false],
        ["two", 9, false],
      ],
    );
    assert.equal(bed.bookings[0]?.callerId, "a");
    assert.equal(bed.notKnown, 0);
  });
}

Deno.test("The last empty response, which the client gets, is counted as the call's own", async () => {
  await using bed = await startUsageBed({
    accounts: { one: "gemini-api", two: "gemini-api" },
    settings: { routing: { maxAttempts: 2 } },
  });
  for (const name of ["one", "two"]) bed.emulator.always(name, EMPTY);
  const { usageMetadata } = await bed.read(`/v1beta/models/${FLASH}:generateContent`, PROMPT);
  assert.equal(usageMetadata.promptTokenCount, 9);
  await bed.sameAfter(1);
  assert.equal(bed.records[0]?.usage?.prompt, 9);
  assert.deepEqual([bed.bookings.length, bed.emulator.counted().length], [1, 2]);
});
