/**
 * `pollux accounts test`.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { withoutEmails } from "../gemini/without_emails.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { AlreadyTold } from "./fail.ts";
import type { KeepCredentialOptions } from "./keep_credential.ts";
import { type AccountProbe, probeAccount } from "./probe_account.ts";
import { withProgress } from "./progress.ts";
import { withAccountBook } from "./with_account_book.ts";
import type { Terminal } from "./terminal.ts";

/** How long one account's test may take, in ms. */
const TIMEOUT_MS = 30_000;

/**
 * Lists the models of one account, or of every one, disabled ones included.
 *
 * @throws {AlreadyTold} when one of them failed.
 */
export async function testAccounts(
  name: string | undefined,
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const findings = await withAccountBook(async (book, { turns }) => {
    function onProblem(what: string, error: unknown): void {
      terminal.err(withoutEmails(`Warning: ${what}: ${wordsOf(error)}`));
    }
    const kept = { book, turns, onProblem };
    if (name !== undefined) return await probeAll([await book.get(name)], { kept, terminal });
    const { accounts, unreadable } = await book.list();
    return [
      ...await probeAll(accounts, { kept, terminal }),
      ...unreadable.map(({ name, reason }) => ({ name, ok: false, error: reason } as const)),
    ];
  }, { options, terminal });
  if (options.json) {
    terminal.out(JSON.stringify(findings, undefined, 2));
  } else if (findings.length === 0) {
    terminal.out("No account yet");
  } else {
    for (const finding of findings) terminal.out(sentence(finding));
  }
  if (findings.some(({ ok }) => !ok)) throw new AlreadyTold();
}

interface ProbeContext {
  readonly kept: KeepCredentialOptions;
  readonly terminal: Terminal;
}

async function probeAll(
  accounts: readonly Account[],
  { kept, terminal }: ProbeContext,
): Promise<readonly AccountProbe[]> {
  const { length } = accounts;
  return await withProgress((reached) => {
    let answered = 0;
    return Promise.all(accounts.map(async (account) => {
      const finding = await probeAccount(account, { kept, limitMs: TIMEOUT_MS });
      reached(`${++answered} of ${length} answered`);
      return finding;
    }));
  }, { what: "Asking Google", terminal });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sentence(finding: AccountProbe): string {
  return finding.ok
    ? `${finding.name}: works, ${finding.models} models`
    : `${finding.name}: failed: ${finding.error}`;
}
