/**
 * `pollux accounts list`.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { viewOf } from "../../accounts/account_view.ts";
import { defaultBaseUrl } from "../../accounts/base_url.ts";
import { maskedProxy } from "../../accounts/network/proxy_url.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { tableLines } from "../terminal/table_lines.ts";
import { withAccountBook } from "./with_account_book.ts";
import type { Terminal } from "../terminal/terminal.ts";

const HEADINGS = [
  ...["NAME", "KIND", "ENABLED", "PRIORITY", "WEIGHT", "PROJECT", "LOCATION", "PROXY", "LABELS"],
  ...["BASE URL", "DISABLED BECAUSE"],
];

/** Prints a list of all accounts; those that cannot be read are reported on standard error. */
export async function listAccounts(options: AccountsOptions, terminal: Terminal): Promise<void> {
  const { accounts, unreadable } = await withAccountBook(
    (book) => book.list(),
    { options, terminal },
  );
  for (const { name, reason } of unreadable) {
    terminal.err(`Warning: account "${name}" cannot be used: ${reason}`);
  }
  if (options.json) {
    terminal.out(JSON.stringify(accounts.map(viewOf), undefined, 2));
  } else if (accounts.length === 0) {
    terminal.out(
      "No account yet; add one: pollux accounts add gemini-api NAME --key-env GEMINI_API_KEY",
    );
  } else {
    for (const line of tableLines([HEADINGS, ...accounts.map(cellsOf)])) terminal.out(line);
  }
}

function cellsOf(account: Account): readonly string[] {
  const urls = account.baseUrls.filter((url) => url !== defaultBaseUrl(account));
  return [
    account.name,
    account.kind,
    account.enabled ? "yes" : "no",
    String(account.priority ?? ""),
    String(account.weight ?? ""),
    account.project ?? "",
    account.location ?? "",
    account.proxy === undefined ? "" : maskedProxy(account.proxy),
    (account.labels ?? []).join(", "),
    urls.join(", "),
    viewOf(account).disabledReason ?? "",
  ];
}
