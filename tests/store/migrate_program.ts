/**
 * Opens a data folder and lives on until it is killed: `<data folder>`.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = ""] = Deno.args;
console.log("begins");
await openStore({ dataDir });
console.log("open");
// Keeps the process alive until it is killed.
setInterval(() => {}, 60_000);
