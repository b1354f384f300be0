/**
 * The cases where an account fails: the client sees nothing of it where another account can answer,
 * and an error, soon and never silently, where none can.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, assertRaised, canGenerate, type Case } from "./case.ts";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { ACCOUNT_NAMES, Testbed } from "../testbed.ts";

/** How long a client may take to say that all accounts are exhausted, in ms. */
const SOON_MS = 20_000;

/** The cases, in the order of their rows. */
export const FAULT_CASES: readonly Case[] = [
  {
    title: "429 upstream, then a good answer",
    appliesTo: canGenerate,
    async run(client, { kind }) {
      for (const stream of client.modes) {
        await using bed = await Testbed.start(kind);
        bed.always({ type: "ok", text: "From the second account" });
        bed.script(ACCOUNT_NAMES[0], ["429-bare"]);
        const response = await ask(client, bed, { stream });
        assertGood(response);
        assert.equal(response.text, "From the second account");
        assert.deepEqual(bed.attempts(), [2]);
      }
    },
  },
  {
    title: "all accounts exhausted",
    appliesTo: canGenerate,
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind);
      bed.always("429-daily");
      for (const stream of client.modes) {
        const start = performance.now();
        const response = await ask(client, bed, { stream });
        assertRaised(response, { status: 429, words: /quota|exhausted/i });
        const took = performance.now() - start;
        assert.ok(took < SOON_MS, `it took ${Math.round(took)} ms`);
      }
    },
  },
  brokenStream("error within a stream", { type: "error-mid-stream", afterEvents: 2 }),
  brokenStream("connection lost within a stream", { type: "reset-mid-stream", afterEvents: 2 }),
];

/** The client must raise, after it handed out what came before. */
function brokenStream(title: string, outcome: Outcome): Case {
  return {
    title,
    appliesTo: canGenerate,
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind);
      bed.always(outcome);
      const response = await ask(client, bed, { stream: true });
      assert.ok(response.error, `It took "${response.text}" for a whole answer`);
      if (!client.isProgram) assert.ok(response.text, "What came before the failure was lost");
    },
  };
}
