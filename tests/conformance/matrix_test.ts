/**
 * Runs the matrix, prints it, and compares docs/clients.md with it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runMatrix } from "./matrix.ts";
import { prepareClients } from "./prepare.ts";
import { tableIn, toMarkdown } from "./table.ts";
import { leaveOut } from "../support/left_out.ts";

const TABLE_FILE = new URL("../../docs/clients.md", import.meta.url);

Deno.test("the gateway answers every official client", async (t) => {
  const found = await prepareClients();
  for (const { name, reason } of found.missing) leaveOut(`${name} in the matrix`, { reason });
  const columns = await runMatrix(found);
  for (const { client, outcomes } of columns) {
    for (const [title, outcome] of outcomes) {
      if (outcome.kind === "inapplicable") continue;
      await t.step(`${client}: ${title}`, () => {
        assert.ok(outcome.kind === "passed", outcome.kind === "failed" ? outcome.reason : "");
      });
    }
  }
  const table = toMarkdown(columns);
  console.log(`\n${table}\n`);
  // A machine that lacks a runtime can show but a part of the table.
  if (found.missing.length === 0) {
    await t.step("docs/clients.md shows this table", async () => {
      assert.equal(tableIn(await Deno.readTextFile(TABLE_FILE)), table);
    });
  }
});
