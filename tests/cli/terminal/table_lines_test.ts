/** Tables for a terminal. @module */
import assert from "node:assert/strict";
import { fittedTable } from "../../../src/cli/terminal/table_lines.ts";

Deno.test("fittedTable() takes as many rows as a gateway can have quotas", () => {
  const rows = Array.from({ length: 250_000 }, (_, nth) => [`row ${nth}`]);
  const { lines } = fittedTable([["NAME"], ...rows], { width: 80 });
  assert.deepEqual([lines.length, lines.at(-1)], [250_001, "row 249999"]);
});
