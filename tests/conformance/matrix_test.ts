/**
 * Runs the matrix, prints it, and compares docs/clients.md with it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { checkGolden } from "./golden/golden_files.ts";
import { runMatrix } from "./matrix.ts";
import { prepareClients } from "./prepare.ts";
import { APIS, tableIn, toMarkdown } from "./table.ts";
import { leaveOut } from "../support/left_out.ts";

const TABLE_FILE = new URL("../../docs/clients.md", import.meta.url);

Deno.test("the gateway answers every official client", async (t) => {
  const found = await prepareClients();
  for (const { name, reason } of found.missing) leaveOut(`${name} in the matrix`, { reason });
  const columns = await runMatrix(found);
  for (const column of columns) {
    const { client, api, outcomes, wires } = column;
    if (wires.size > 0) {
      await t.step(`${client}, ${api}: the wire is that of golden/wire`, () => checkGolden(column));
    }
    for (const [title, outcome] of outcomes) {
      if (outcome.kind === "inapplicable") continue;
      await t.step(`${client}, ${api}: ${title}`, () => {
        assert.ok(outcome.kind === "passed", outcome.kind === "failed" ? outcome.reason : "");
      });
    }
  }
  for (const api of APIS) {
    const table = toMarkdown(columns, api);
    console.log(`\n${table}\n`);
    // A machine that lacks a runtime can show but a part of the table.
    if (found.missing.length > 0) continue;
    await t.step(`docs/clients.md shows this table of clients of ${api}`, async () => {
      assert.equal(tableIn(await Deno.readTextFile(TABLE_FILE), api), table);
    });
  }
});
