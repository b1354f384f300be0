/** Which accounts a command's words name. @module */
import assert from "node:assert/strict";
import { chosenAccounts } from "../../../src/cli/accounts/chosen_accounts.ts";
import { isOneName } from "../../../src/cli/terminal/chosen_names.ts";

Deno.test("chosenAccounts() gives each account once, in the order of the words", () => {
  const names = ["home", "team-1", "team-2"];
  assert.deepEqual(chosenAccounts(["team-*", "home", "team-1"], names), [
    "team-1",
    "team-2",
    "home",
  ]);
  assert.deepEqual(chosenAccounts(["gone"], names), ["gone"]);
  assert.throws(
    () => chosenAccounts(["home", "x-*"], names),
    /^AccountError: No account matches "x-\*"/,
  );
});

Deno.test("isOneName() tells one name from several and from a pattern", () => {
  assert.equal(isOneName(["a"]), true);
  for (const words of [[], ["a", "b"], ["a*"]]) assert.equal(isOneName(words), false);
});
