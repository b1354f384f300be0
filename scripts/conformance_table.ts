/**
 * Runs the official clients against the gateway and puts the outcome into the README.
 *
 * @module
 */
import { runMatrix } from "../tests/conformance/matrix.ts";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { toMarkdown, withTable } from "../tests/conformance/table.ts";

const README = new URL("../README.md", import.meta.url);

const found = await prepareClients();
if (found.missing.length > 0) {
  throw new Error(`The table needs every client. Missing: ${found.missing.join("; ")}`);
}
const table = toMarkdown(await runMatrix(found));
await Deno.writeTextFile(README, withTable(await Deno.readTextFile(README), table));
console.log(table);
