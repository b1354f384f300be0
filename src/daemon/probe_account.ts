/**
 * Checks whether an account works, by asking Google for its models.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { redacted } from "../gemini/redaction/redacted.ts";
import type { AccountProbe } from "../server/admin/admin_services.ts";
import { NameFault } from "../upstream/faults/name_fault.ts";
import { createUpstream } from "../upstream/create_upstream.ts";
import { AccountFindings } from "./account_findings.ts";
import { keepCredential, type KeepCredentialOptions } from "./keep_credential.ts";

/** Options of the check. */
export interface ProbeAccountOptions {
  /** Stores its credential; absent for an account that is in memory only. */
  readonly kept?: KeepCredentialOptions | undefined;
  /** Time limit, in ms. */
  readonly limitMs: number;
  /** Reads a file with the token of another identity provider, which a credentials file names. */
  readonly readFile: (path: string) => Promise<string>;
}

/** Lists the account's models. Never rejects. */
export async function probeAccount(
  account: Account,
  { kept, limitMs, readFile }: ProbeAccountOptions,
): Promise<AccountProbe> {
  const { name } = account;
  const findings = kept && new AccountFindings(kept.book, {
    onError: (error) => kept.onProblem("Cannot store what Google said about an account", error),
  });
  try {
    const upstream = createUpstream(account, {
      clock: Date,
      readFile,
      ...(kept === undefined || findings === undefined ? {} : {
        keeperOf: (account: Account) => keepCredential(account, kept),
        onProject: findings.onProject,
        onNotEligible: findings.onNotEligible,
      }),
    });
    try {
      const models = await upstream.list("models", AbortSignal.timeout(limitMs));
      return { name, ok: true, models: models.length };
    } finally {
      upstream.close();
      await findings?.settled();
    }
  } catch (error) {
    const failure = { name, ok: false, error: redacted(messageOf(error)) } as const;
    return error instanceof NameFault ? { ...failure, unresolved: error.host } : failure;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
