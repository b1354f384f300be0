/** Large bodies of any shape go through, and other calls have their turns meanwhile. @module */
import assert from "node:assert/strict";
import { call } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { spentMs } from "../../support/spent_ms.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const MIB = 1024 * 1024;

/** The most processor time, in ms, in which nothing else may have its turn; far above what it takes. */
const LONGEST_STRETCH_MS = 2000;

/** Bodies that `JSON.parse` takes many seconds or too much memory for. */
const BODIES: Readonly<Record<string, () => string>> = {
  "arrays without number": () => `{"contents":[],"x":[${"[],".repeat(10 * MIB)}[]]}`,
  "objects without number": () => `{"contents":[],"x":[${'{"":{}},'.repeat(3 * MIB)}[]]}`,
  "distinct names": () => {
    const names = Array.from({ length: MIB }, (_, at) => `"${at}z":1`).join(",");
    return `{"contents":[],"x":{${names}}}`;
  },
};

Deno.test("Large bodies reach upstream as they came, and stall nobody", async (t) => {
  let seen = 0;
  await using upstream = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  for (const [name, make] of Object.entries(BODIES)) {
    await t.step(name, async () => {
      const body = make();
      let longest = 0;
      let last = spentMs();
      const timer = setInterval(() => {
        longest = Math.max(longest, spentMs() - last);
        last = spentMs();
      });
      const response = await call(gateway.url, { body });
      await response.body?.cancel();
      clearInterval(timer);
      assert.equal(response.status, 200);
      assert.ok(upstream.seen[seen++]?.body === body, "the body was changed");
      assert.ok(longest < LONGEST_STRETCH_MS, `${longest.toFixed()} ms without a turn`);
    });
  }
});

Deno.test("A large response of lines that say nothing stalls nobody", async (t) => {
  for (const line of ["\n", "data:\n", ": \n"]) {
    await t.step(JSON.stringify(line), async () => {
      const body = line.repeat(80 * MIB / line.length);
      await using upstream = startTestUpstream(() => new Response(body));
      await using gateway = await startTestGateway({
        accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
        settings: { routing: { maxAttempts: 1 } },
      });
      let turns = 0;
      const timer = setInterval(() => turns++);
      const response = await call(gateway.url);
      await response.body?.cancel();
      clearInterval(timer);
      assert.ok(response.status >= 500);
      assert.ok(turns >= 160, `${turns} turns`);
    });
  }
});
