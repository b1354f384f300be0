/**
 * `pollux accounts test`.
 *
 * @module
 */
import pMap from "p-map";
import type { Account } from "../../accounts/account.ts";
import { redacted } from "../../gemini/redaction/redacted.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { readSubjectTokenFile } from "./add/read_subject_token.ts";
import { chosenAccounts } from "./chosen_accounts.ts";
import { AlreadyReported } from "../terminal/fail.ts";
import type { KeepCredentialOptions } from "../../daemon/keep_credential.ts";
import { NameFault } from "../../upstream/faults/name_fault.ts";
import { probeAccount } from "../../daemon/probe_account.ts";
import type { AccountProbe } from "../../server/admin/admin_services.ts";
import { withProgress } from "../terminal/progress.ts";
import { withAccountBook } from "./with_account_book.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** How long one account's test may take, in ms. */
const TIMEOUT_MS = 30_000;

/** Most accounts that are tested at the same time. */
const MOST_AT_ONCE = 8;

/**
 * Tests the accounts that the arguments name, or all of them, disabled ones included, by listing
 * their models.
 *
 * @param words Names and patterns; none for every account.
 * @throws {AlreadyReported} when one of them failed.
 */
export async function testAccounts(
  words: readonly string[],
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const findings = await withAccountBook(async (book, { turns }) => {
    function onProblem(what: string, error: unknown): void {
      terminal.err(redacted(`Warning: ${what}: ${messageOf(error)}`));
    }
    const kept = { book, turns, onProblem };
    const { accounts, unreadable } = await book.list();
    if (words.length > 0) {
      const names = chosenAccounts(words, accounts.map(({ name }) => name));
      const chosen: Account[] = [];
      for (const name of names) chosen.push(await book.get(name));
      return await probeAll(chosen, { kept, terminal });
    }
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
    for (const alike of groups(findings)) terminal.out(sentence(alike));
  }
  if (findings.some(({ ok }) => !ok)) throw new AlreadyReported();
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
    return pMap(accounts, async (account) => {
      const finding = await probeAccount(account, {
        kept,
        limitMs: TIMEOUT_MS,
        readFile: readSubjectTokenFile,
      });
      if (finding.ok) await kept.book.endRests(account.id);
      reached(`${++answered} of ${length} responded`);
      return finding;
    }, { concurrency: MOST_AT_ONCE });
  }, { what: "Asking Google", terminal });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Prints accounts that failed for the same reason, such as no network, in one message. */
function groups(findings: readonly AccountProbe[]): readonly (readonly AccountProbe[])[] {
  return [...Map.groupBy(findings, reasonOf).values()];
}

/** The key by which findings are grouped into one message; successful ones are never grouped. */
function reasonOf(finding: AccountProbe): unknown {
  if (finding.ok) return finding;
  return finding.unresolved === undefined ? finding.error : NameFault;
}

function sentence(alike: readonly AccountProbe[]): string {
  const names = alike.map(({ name }) => name).join(", ");
  const [one] = alike;
  if (one?.ok) return `${names}: works, ${one.models} models`;
  const hosts = new Set(alike.flatMap((one) => one.ok ? [] : one.unresolved ?? []));
  return hosts.size > 1
    ? `${names}: failed: No name resolution: this machine cannot look up ${
      [...hosts].map((host) => `"${host}"`).join(", ")
    }. Check its network and DNS`
    : `${names}: failed: ${one?.error}`;
}
