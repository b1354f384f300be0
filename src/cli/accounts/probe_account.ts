/**
 * Whether an account works, by asking Google for its models.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { redacted } from "../../gemini/redaction/redacted.ts";
import { NameFault } from "../../upstream/faults/name_fault.ts";
import { createUpstream } from "../../upstream/create_upstream.ts";
import { AccountFindings } from "../../daemon/account_findings.ts";
import { readSubjectTokenFile } from "./add/read_subject_token.ts";
import { keepCredential, type KeepCredentialOptions } from "../../daemon/keep_credential.ts";

/** What was found. */
export type AccountProbe =
  | { readonly name: string; readonly ok: true; readonly models: number }
  | {
    readonly name: string;
    readonly ok: false;
    readonly error: string;
    /** The host whose name this machine cannot look up, where that is the reason. */
    readonly unresolved?: string;
  };

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
  const findings = kept && new AccountFindings(kept.book, {
    onError: (error) => kept.onProblem("Cannot store what Google said about an account", error),
  });
  try {
    const upstream = createUpstream(account, {
      clock: Date,
      readFile: readSubjectTokenFile,
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
    const failure = { name, ok: false, error: redacted(wordsOf(error)) } as const;
    return error instanceof NameFault ? { ...failure, unresolved: error.host } : failure;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
