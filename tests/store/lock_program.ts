/**
 * Holds the lock of a data folder until it is killed: `<data folder>`.
 *
 * @module
 */
import { acquireDataLock } from "../../src/store/folder/data_lock.ts";

const [dataDir = ""] = Deno.args;
acquireDataLock(dataDir);
console.log("locked");
// Keeps the process alive until it is killed.
setInterval(() => {}, 60_000);
