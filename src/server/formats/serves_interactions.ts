/**
 * Tells whether a conversation can be stored at Google.
 *
 * @module
 */
import type { AllowedAccounts } from "../access/allowed_accounts.ts";
import type { Caller } from "../access/caller.ts";
import type { Roster } from "../dispatch/roster.ts";

/** Whether an account that a caller may use serves interactions with a model. */
export type ServesInteractions = (model: string, caller: Pick<Caller, "key">) => boolean;

/** Creates the look-up. */
export function interactionsOf(
  { roster, allowed }: {
    readonly roster: Pick<Roster, "members">;
    readonly allowed: Pick<AllowedAccounts, "of">;
  },
): ServesInteractions {
  return (model, { key }) => {
    const only = allowed.of(key);
    return roster.members().some(({ account, upstream }) =>
      (only === undefined || only.ids.has(account.id)) &&
      upstream.serves("interactions.create", model)
    );
  };
}
