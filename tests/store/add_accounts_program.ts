/**
 * Adds accounts for as long as it lives, or a number of them, and prints each name once it was
 * answered: `<data folder> <prefix of the names> [how many]`.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = "", prefix = "", count = "Infinity"] = Deno.args;
using store = await openStore({ dataDir });
for (let index = 0; index < Number(count); index++) {
  const name = `${prefix}-${index}`;
  await store.accounts.insert({
    id: crypto.randomUUID(),
    name,
    fields: { of: name },
    secret: `secret of ${name}`,
  });
  console.log(name);
}
