/**
 * Opens a data folder, unless it dies before: `<data folder> [steps until it dies]`.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";
import { dieAfter } from "./dying.ts";

const [dataDir = "", steps = "Infinity"] = Deno.args;
dieAfter(Number(steps));
console.log("opening");
using _store = await openStore({ dataDir });
console.log("open");
