/**
 * What has to be in a store on which `edit_program.ts` ran until it was killed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { openStore } from "../../src/store/open_store.ts";

/** The accounts, as far as they tell what was changed. */
interface State {
  /** Names of those that were added and not removed, in order. */
  readonly names: readonly string[];
  /** How often the account "kept" was edited. */
  readonly edits: number;
  /** Its newest refresh token. */
  readonly token: number;
}

/** The expectation of one store, and the count of what it was told. */
export class ExpectedAccounts {
  readonly #dataDir: string;
  #state: State = { names: [], edits: 0, token: 0 };
  #answers = 0;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Makes the store with the one account that stays. */
  static async begin(dataDir: string): Promise<ExpectedAccounts> {
    using store = await openStore({ dataDir });
    await new AccountBook(store.accounts, Date).add({
      name: "kept",
      kind: "code-assist",
      baseUrls: ["https://cloudcode-pa.googleapis.com"],
      credential: {
        type: "authorized_user",
        clientId: "client",
        clientSecret: new Secret("client's"),
        refreshToken: new Secret("0"),
        tokenUri: "https://oauth2.googleapis.com/token",
      },
    });
    return new ExpectedAccounts(dataDir);
  }

  /** How many changes were answered. */
  get answers(): number {
    return this.#answers;
  }

  /**
   * Checks that everything that was answered is there, and nothing else but what was asked for last.
   *
   * @param lines What the program printed.
   */
  async check(lines: readonly string[]): Promise<void> {
    const answered = lines.filter((line) => line.startsWith("answered "));
    this.#answers += answered.length;
    for (const line of answered) this.#state = changed(this.#state, line);
    const last = lines.at(-1);
    const found = await readState(this.#dataDir);
    if (last?.startsWith("asked ")) {
      const maybe = changed(this.#state, last);
      // Written but not answered, or not written: both are right.
      if (JSON.stringify(found) === JSON.stringify(maybe)) this.#state = maybe;
    }
    assert.deepEqual(found, this.#state);
  }
}

async function readState(dataDir: string): Promise<State> {
  using store = await openStore({ dataDir });
  const book = new AccountBook(store.accounts, Date);
  const { accounts, unreadable } = await book.list();
  assert.deepEqual(unreadable, []);
  const names: string[] = [];
  for (const { id, name, credential } of accounts) {
    // The row that the name leads to, and the row that the list shows, are the same.
    assert.equal((await book.get(name)).id, id);
    if (credential.type !== "api_key") continue;
    assert.equal(credential.key.reveal(), `key of ${name}`);
    names.push(name);
  }
  const kept = await book.get("kept");
  assert.ok(kept.credential.type === "authorized_user");
  assert.equal(kept.credential.clientSecret.reveal(), "client's");
  const row = await store.accounts.find("kept");
  return {
    names: names.sort(),
    edits: Number(row?.fields["edits"] ?? 0),
    token: Number(kept.credential.refreshToken.reveal()),
  };
}

/** A state after a change in the words of `edit_program.ts`. */
function changed({ names, edits, token }: State, line: string): State {
  const [, operation, what = ""] = line.split(" ");
  switch (operation) {
    case "add":
      return { names: [...names, what].sort(), edits, token };
    case "remove":
      return { names: names.filter((name) => name !== what), edits, token };
    case "edit":
      return { names, edits: Number(what), token };
    case "refresh":
      return { names, edits, token: Number(what) };
    default:
      throw new Error(`"${line}" is no change`);
  }
}
