/** Attempts only go down. @module */
import assert from "node:assert/strict";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";

Deno.test("AttemptBudget is spent with its last attempt, and stays so", () => {
  const budget = new AttemptBudget(2);
  assert.deepEqual([budget.taken, budget.spent], [0, false]);
  budget.take();
  assert.deepEqual([budget.taken, budget.spent], [1, false]);
  budget.take();
  assert.deepEqual([budget.taken, budget.spent], [2, true]);
  budget.take();
  assert.deepEqual([budget.taken, budget.spent], [3, true]);
});
