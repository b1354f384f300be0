/** Which entries of an import become accounts, and under which names. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import type { ImportItem } from "../../../src/accounts/import/import_format.ts";
import { planImport } from "../../../src/accounts/import/plan_import.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { openStore } from "../../../src/store/open_store.ts";

function keyed(key: string) {
  const credential = { type: "api_key", key: new Secret(key) } as const;
  return { kind: "gemini-api", baseUrls: ["https://a.example"], credential } as const;
}

function itemOf(key: string | undefined, index: number): ImportItem {
  const where = `line ${index + 1}`;
  return { where, outcome: key === undefined ? { reason: "It is no API key" } : keyed(key) };
}

Deno.test("planImport() names accounts by the lowest free numbers, and skips what is already there", async () => {
  using store = await openStore({ memory: true });
  const book = new AccountBook(store.accounts, Date);
  await book.add({ ...keyed("a"), name: "mine" });
  await book.add({ ...keyed("z"), name: "key-2" });
  await store.accounts.insert({ id: "x", name: "key-3", fields: {}, secret: "{}" });
  const items = ["a", "b", undefined, "c", "b"].map(itemOf);
  const plan = planImport(items, { listing: await book.list(), prefix: "key" });
  assert.deepEqual(
    plan.map((step) => [step.type, step.type === "add" ? step.account.name : step.where]),
    [["skip", "line 1"], ["add", "key-1"], ["fail", "line 3"], ["add", "key-4"], [
      "skip",
      "line 5",
    ]],
  );
  assert.deepEqual(
    plan.flatMap((step) => step.type === "skip" ? step.name : []),
    ["mine", "key-1"],
  );
});

Deno.test("planImport() gives every credential one account, and a second import none", async () => {
  const keys = fc.array(fc.option(fc.integer({ min: 0, max: 9 }).map(String), { nil: undefined }));
  await fc.assert(
    fc.asyncProperty(keys, keys, async (before, keys) => {
      using store = await openStore({ memory: true });
      const book = new AccountBook(store.accounts, Date);
      for (const list of [before, keys, keys]) {
        const options = { listing: await book.list(), prefix: "key" };
        for (const step of planImport(list.map(itemOf), options)) {
          if (step.type === "add") await book.add(step.account);
        }
      }
      const again = planImport(keys.map(itemOf), { listing: await book.list(), prefix: "key" });
      assert.ok(again.every(({ type }) => type !== "add"));
      const wanted = new Set([...before, ...keys].filter((key) => key !== undefined));
      const { accounts } = await book.list();
      const kept = accounts.map(({ credential }) =>
        credential.type === "api_key" ? credential.key.reveal() : ""
      );
      assert.deepEqual(kept.sort(), [...wanted].sort());
    }),
    { numRuns: 30 },
  );
});
