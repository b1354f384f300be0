/**
 * Changes accounts until it is killed, and says of each change when it is asked for and when it was
 * answered: `<data folder> <prefix of names>`. The account "kept" has to be there.
 *
 * @module
 */
import { AccountBook } from "../../src/accounts/account_book.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { openStore } from "../../src/store/open_store.ts";

const [dataDir = "", prefix = ""] = Deno.args;
using store = await openStore({ dataDir });
const book = new AccountBook(store.accounts, Date);
const { id, credential } = await book.get("kept");
if (credential.type !== "authorized_user") throw new Error("It is another account");
let token = Number(credential.refreshToken.reveal());

async function change(words: string, work: () => Promise<unknown>): Promise<void> {
  console.log(`asked ${words}`);
  await work();
  console.log(`answered ${words}`);
}

async function edit(): Promise<void> {
  const { accounts } = store;
  const edits = Number((await accounts.find("kept"))?.fields["edits"] ?? 0) + 1;
  await change(
    `edit ${edits}`,
    () => accounts.update(id, ({ fields }) => ({ fields: { ...fields, edits } })),
  );
}

async function refresh(): Promise<void> {
  const [from, to] = [token, token + 1].map((number) => new Secret(String(number)));
  if (from === undefined || to === undefined) throw new Error("There are two");
  await change(`refresh ${token + 1}`, () => book.replaceRefreshToken(id, { from, to }));
  token++;
}

const added = (await book.list()).accounts.map(({ name }) => name).filter((name) =>
  name !== "kept"
);
for (let index = 0;; index++) {
  const name = `${prefix}-${index}`;
  await change(
    `add ${name}`,
    () =>
      book.add({
        name,
        kind: "gemini-api",
        baseUrls: ["https://generativelanguage.googleapis.com"],
        credential: { type: "api_key", key: new Secret(`key of ${name}`) },
      }),
  );
  added.push(name);
  await edit();
  await refresh();
  while (added.length > 3) {
    const oldest = added.shift() ?? "";
    await change(`remove ${oldest}`, () => book.remove(oldest));
  }
}
