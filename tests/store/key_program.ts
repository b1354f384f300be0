/**
 * Changes client keys until it is killed, and says of each change when it is asked for and when it is done:
 * `<data folder> <prefix of names>`.
 *
 * @module
 */
import { KeyBook } from "../../src/keys/key_book.ts";
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = "", prefix = ""] = Deno.args;
using store = await openStore({ dataDir });
const book = new KeyBook(store.clientKeys, Date);

/** Says what a key is about to be: its label, which counts its changes, or that it is gone. */
async function change(
  name: string,
  { label, work }: { readonly label: string; readonly work: () => Promise<unknown> },
): Promise<void> {
  console.log(`asked ${name} ${label}`);
  await work();
  console.log(`done ${name} ${label}`);
}

for (let index = 0;; index++) {
  const name = `${prefix}-${index}`;
  const settings = { labels: ["made"], limits: {}, allow: [], deny: [], accounts: [] };
  await change(name, { label: "made", work: () => book.create({ ...settings, name }) });
  const edit = () => book.edit(name, (key) => ({ ...key, labels: ["edited"] }));
  await change(name, { label: "edited", work: edit });
  await change(name, { label: "edited", work: () => book.rotate(name, 1000) });
  if (index % 2 === 1) await change(name, { label: "gone", work: () => book.remove(name) });
}
