/**
 * Runs the official clients against the gateway and writes the results into docs/clients.md.
 *
 * @module
 */
import { runMatrix } from "../tests/conformance/matrix.ts";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { toMarkdown, withTable } from "../tests/conformance/table.ts";

const TABLE_FILE = new URL("../docs/clients.md", import.meta.url);

const found = await prepareClients();
if (found.missing.length > 0) {
  throw new Error(`The table needs every client. Missing: ${found.missing.join("; ")}`);
}
const table = toMarkdown(await runMatrix(found));
await Deno.writeTextFile(TABLE_FILE, withTable(await Deno.readTextFile(TABLE_FILE), table));
console.log(table);
