/**
 * Adds one to a field of the same account again and again: `<data folder> <account id> <times>`.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = "", id = "", times = "0"] = Deno.args;
using store = await openStore({ dataDir });
for (let left = Number(times); left > 0; left--) {
  await store.accounts.update(id, ({ fields }) => ({
    fields: { ...fields, count: Number(fields["count"]) + 1 },
  }));
}
