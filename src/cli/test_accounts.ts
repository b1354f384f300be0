/**
 * `pollux accounts test`.
 *
 * @module
 */
import type { AccountBook } from "../accounts/account_book.ts";
import type { Account } from "../accounts/account.ts";
import { withoutEmails } from "../telemetry/without_emails.ts";
import { createUpstream } from "../upstream/create_upstream.ts";
import { AccountFindings } from "./account_findings.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { AlreadyTold } from "./fail.ts";
import { withAccountBook } from "./with_account_book.ts";
import type { Terminal } from "./terminal.ts";

/** How long one account's test may take, in ms. */
const TIMEOUT_MS = 30_000;

/** What a test found. */
type Finding =
  | { readonly name: string; readonly ok: true; readonly models: number }
  | { readonly name: string; readonly ok: false; readonly error: string };

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
  const findings = await withAccountBook(async (book) => {
    if (name !== undefined) return [await probe(await book.get(name), book)];
    const { accounts, unreadable } = await book.list();
    return [
      ...await Promise.all(accounts.map((account) => probe(account, book))),
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

async function probe(account: Account, book: AccountBook): Promise<Finding> {
  const { name } = account;
  const kept = new AccountFindings(book);
  try {
    const upstream = createUpstream(account, {
      clock: Date,
      onRefreshToken: (id, from, to) => book.replaceRefreshToken(id, { from, to }),
      onProject: kept.onProject,
      onNotEligible: kept.onNotEligible,
    });
    const models = await upstream.listModels(AbortSignal.timeout(TIMEOUT_MS));
    return { name, ok: true, models: models.length };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { name, ok: false, error: withoutEmails(words) };
  } finally {
    await kept.settled();
  }
}

function sentence(finding: Finding): string {
  return finding.ok
    ? `${finding.name}: works, ${finding.models} models`
    : `${finding.name}: failed: ${finding.error}`;
}
