/**
 * Whether an account works, by asking Google for its models.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { withoutEmails } from "../gemini/without_emails.ts";
import { createUpstream } from "../upstream/create_upstream.ts";
import { keepCredential, type KeepCredentialOptions } from "./keep_credential.ts";

/** What was found. */
export type AccountProbe =
  | { readonly name: string; readonly ok: true; readonly models: number }
  | { readonly name: string; readonly ok: false; readonly error: string };

/** How to ask. */
export interface ProbeAccountOptions {
  /** Where its credential is kept; absent for an account that lives in memory only. */
  readonly kept?: KeepCredentialOptions | undefined;
  /** Longest that it may take, in ms. */
  readonly limitMs: number;
}

/** Lists the account's models. Never rejects. */
export async function probeAccount(
  account: Account,
  { kept, limitMs }: ProbeAccountOptions,
): Promise<AccountProbe> {
  const { name } = account;
  try {
    const upstream = createUpstream(account, {
      clock: Date,
      ...(kept === undefined
        ? {}
        : { keeperOf: (account: Account) => keepCredential(account, kept) }),
    });
    try {
      const models = await upstream.listModels(AbortSignal.timeout(limitMs));
      return { name, ok: true, models: models.length };
    } finally {
      upstream.close();
    }
  } catch (error) {
    return { name, ok: false, error: withoutEmails(wordsOf(error)) };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
