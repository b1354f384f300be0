/**
 * Which accounts the client keys may use.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKey } from "../../keys/client_key.ts";
import type { AccountSubset } from "../../pool/selection.ts";
import type { Roster } from "../dispatch/roster.ts";

/** The accounts that a client key may use. */
export interface AllowedSubset extends AccountSubset {
  /** The client key's name. */
  readonly keyName: string;
}

/** Finds the accounts that client keys may use, by the accounts' names and labels. */
export class AllowedAccounts {
  readonly #roster: Pick<Roster, "members" | "revision">;
  #revision: bigint | undefined;
  /** By the keys' records, which are replaced when a key changes. */
  #subsets = new WeakMap<ClientKey, AllowedSubset>();

  constructor(roster: Pick<Roster, "members" | "revision">) {
    this.#roster = roster;
  }

  /** The enabled accounts that a client key may use; undefined for all. */
  of(key: ClientKey | undefined): AllowedSubset | undefined {
    if (key === undefined || key.accounts.length === 0) return undefined;
    const { revision } = this.#roster;
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#subsets = new WeakMap();
    }
    const known = this.#subsets.get(key);
    if (known !== undefined) return known;
    const subset = this.#subsetOf(key);
    this.#subsets.set(key, subset);
    return subset;
  }

  #subsetOf({ name, accounts }: ClientKey): AllowedSubset {
    const wanted = new Set(accounts);
    const ids = this.#roster.members()
      .map(({ account }) => account)
      .filter(({ name, labels = [] }) =>
        wanted.has(name) || labels.some((label) => wanted.has(label))
      )
      .map(({ id }) => id);
    return { key: ids.toSorted().join(" "), ids: new Set(ids), keyName: name };
  }
}

/** The error for a call that no account which the key may use can serve. */
export function noAllowedAccount({ keyName, ids }: AllowedSubset, subject: string): RpcError {
  return new RpcError(
    "PERMISSION_DENIED",
    ids.size === 0
      ? `The key "${keyName}" may use certain accounts only, and none of these is in use. ` +
        "Ask the administrator of this gateway"
      : `None of the accounts that the key "${keyName}" may use can serve "${subject}". ` +
        "Ask the administrator of this gateway to allow others",
  );
}

/** The error for a call that names what an account holds which the key may not use. */
export function ownerNotAllowed({ keyName }: AllowedSubset, resource: string): RpcError {
  return new RpcError(
    "PERMISSION_DENIED",
    `The key "${keyName}" may not use the account that holds "${resource}". Ask the administrator of this ` +
      "gateway to allow it",
  );
}
