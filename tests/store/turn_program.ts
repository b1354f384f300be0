/**
 * Takes an account's turn, says so, and keeps it until a line comes in.
 *
 * Arguments: the data folder, the account's id, the file to sign in and out of.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = "", accountId = "", log = ""] = Deno.args;
using store = await openStore({ dataDir });
await store.turns.withLock(accountId, {
  async work() {
    console.log("taken");
    await Deno.stdin.read(new Uint8Array(1));
    Deno.writeTextFileSync(log, "child out\n", { append: true });
  },
  onProblem(error) {
    throw error;
  },
});
