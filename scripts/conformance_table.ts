/**
 * Runs the official clients against the gateway and writes the results into docs/clients.md.
 *
 * @module
 */
import { runMatrix } from "../tests/conformance/matrix.ts";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { withTables } from "../tests/conformance/table.ts";

const TABLE_FILE = new URL("../docs/clients.md", import.meta.url);

const found = await prepareClients();
if (found.missing.length > 0) {
  throw new Error(`The table needs every client. Missing: ${found.missing.join("; ")}`);
}
const columns = await runMatrix(found);
for (const { client, outcomes } of columns) {
  for (const [title, outcome] of outcomes) {
    if (outcome.kind === "failed") console.error(`${client}: ${title}: ${outcome.reason}`);
  }
}
const text = await Deno.readTextFile(TABLE_FILE);
await Deno.writeTextFile(TABLE_FILE, withTables(text, columns));
