/** Which addresses are tried, in which order, and when the search ends. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";
import { onFirstWorkingBase } from "../../src/upstream/base_urls.ts";
import { type FaultScope, UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";
import { faultOf } from "../support/upstream_call.ts";

const NEVER = new AbortController().signal;
const MOVES_ON: readonly FaultScope[] = ["transient", "model"];
const STAYS: readonly FaultScope[] = ["request", "client", "account", "account-model"];

function fault(scope: FaultScope): UpstreamFault {
  return new UpstreamFault(scope, new RpcError("UNAVAILABLE", scope));
}

/** An attempt that fares as told at each address, and the addresses that it was made at. */
function attempts(outcomes: Readonly<Record<string, FaultScope | "good">>) {
  const tried: string[] = [];
  function attempt(base: string): Promise<string> {
    tried.push(base);
    const outcome = outcomes[base] ?? "good";
    return outcome === "good" ? Promise.resolve(`from ${base}`) : Promise.reject(fault(outcome));
  }
  return { tried, attempt };
}

Deno.test("onFirstWorkingBase() asks no second address when the first is good", async () => {
  const { tried, attempt } = attempts({});
  assert.equal(await onFirstWorkingBase(["a", "b"], { signal: NEVER }, attempt), "from a");
  assert.deepEqual(tried, ["a"]);
});

Deno.test("onFirstWorkingBase() goes on in order while another address may fare better", async () => {
  for (const scope of MOVES_ON) {
    const { tried, attempt } = attempts({ a: scope, b: scope });
    assert.equal(await onFirstWorkingBase(["a", "b", "c"], { signal: NEVER }, attempt), "from c");
    assert.deepEqual(tried, ["a", "b", "c"]);
  }
});

Deno.test("onFirstWorkingBase() ends at a fault that no other address would mend", async () => {
  for (const scope of STAYS) {
    const { tried, attempt } = attempts({ a: scope });
    const { scope: thrown } = await faultOf(
      onFirstWorkingBase(["a", "b"], { signal: NEVER }, attempt),
    );
    assert.equal(thrown, scope);
    assert.deepEqual(tried, ["a"]);
  }
});

Deno.test("onFirstWorkingBase() throws the last address's fault when all fail", async () => {
  const { attempt } = attempts({ a: "transient", b: "model" });
  assert.equal(
    (await faultOf(onFirstWorkingBase(["a", "b"], { signal: NEVER }, attempt))).scope,
    "model",
  );
});

Deno.test("onFirstWorkingBase() lets through what is no fault", async () => {
  const mistake = new TypeError("A mistake of ours");
  const work = onFirstWorkingBase(["a", "b"], { signal: NEVER }, () => Promise.reject(mistake));
  await assert.rejects(work, mistake);
});

Deno.test("onFirstWorkingBase() takes an attempt for each address, and ends with the last one", async () => {
  const budget = new AttemptBudget(2);
  const { tried, attempt } = attempts({ a: "transient", b: "transient" });
  const bounds = { signal: NEVER, budget };
  assert.equal(
    (await faultOf(onFirstWorkingBase(["a", "b", "c"], bounds, attempt))).scope,
    "transient",
  );
  assert.deepEqual(tried, ["a", "b"]);
  assert.equal(budget.taken, 2);
});

Deno.test("onFirstWorkingBase() asks nobody else once the call was aborted", async () => {
  const controller = new AbortController();
  const tried: string[] = [];
  const work = onFirstWorkingBase(["a", "b"], { signal: controller.signal }, (base) => {
    tried.push(base);
    controller.abort();
    return Promise.reject(fault("transient"));
  });
  assert.equal((await faultOf(work)).scope, "transient");
  assert.deepEqual(tried, ["a"]);
});

Deno.test("onFirstWorkingBase() makes as many attempts as addresses, faults and attempts allow", async () => {
  const outcome = fc.constantFrom("good" as const, ...MOVES_ON, ...STAYS);
  const search = fc.asyncProperty(
    fc.array(outcome, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 6 }),
    async (outcomes, most) => {
      const bases = outcomes.map((_, at) => `base-${at}`);
      const budget = new AttemptBudget(most);
      const { tried, attempt } = attempts(
        Object.fromEntries(outcomes.map((name, at) => [`base-${at}`, name])),
      );
      const response = await onFirstWorkingBase(bases, { signal: NEVER, budget }, attempt)
        .catch((error: UpstreamFault) => error.scope);
      const end = outcomes.findIndex((name) => name !== "transient" && name !== "model");
      const expected = Math.min(end < 0 ? outcomes.length : end + 1, most);
      assert.deepEqual(tried, bases.slice(0, expected));
      assert.equal(budget.taken, expected);
      const last = outcomes[expected - 1];
      assert.equal(response, last === "good" ? `from base-${expected - 1}` : last);
    },
  );
  await fc.assert(search);
});
