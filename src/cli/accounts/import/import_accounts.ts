/**
 * `pollux accounts import`.
 *
 * @module
 */
import type { AccountBook } from "../../../accounts/account_book.ts";
import { AccountError } from "../../../accounts/account_error.ts";
import { cleartextAddresses } from "../../../accounts/network/cleartext_addresses.ts";
import { isExport } from "../../../accounts/export_file.ts";
import { checkKeys } from "../../../accounts/import/check_keys.ts";
import type { ImportFormat } from "../../../accounts/import/import_format.ts";
import { IMPORT_FORMATS, recogniseFormat } from "../../../accounts/import/import_formats.ts";
import { KIND_RULES } from "../../../accounts/kind_rules.ts";
import { type ImportStep, planImport } from "../../../accounts/import/plan_import.ts";
import { agreeToRisk } from "../add/agree_to_risk.ts";
import { AlreadyReported, UsageError } from "../../terminal/fail.ts";
import { importContext, type ImportContextOptions, refuseContext } from "./import_context.ts";
import { type ImportSource, readSource, usualPlace } from "./import_source.ts";
import { printImport } from "./print_import.ts";
import { restoreAccounts, type RestoreAccountsOptions } from "./restore_accounts.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { withAccountBook } from "../with_account_book.ts";

/** Flags of the command. */
export interface ImportOptions extends RestoreAccountsOptions, ImportContextOptions {
  readonly from?: string;
  readonly yes?: boolean;
}

/**
 * Adds every account of the source that is not in the store yet, or shows what it would do.
 *
 * @throws {AlreadyReported} when an entry could not be imported; the others were imported.
 */
export async function importAccounts(
  path: string | undefined,
  options: ImportOptions,
  terminal: Terminal,
): Promise<void> {
  const { from } = options;
  const chosen = from === undefined ? undefined : formatNamed(from);
  if (path === undefined && from === undefined) {
    throw new UsageError("Name what to import: a path, or --from with one of " + formatNames());
  }
  const source = await readSource(path ?? usualPlace(from ?? "", terminal), terminal);
  const [file] = source.files;
  if (chosen === undefined && file !== undefined && isExport(file.text)) {
    refuseContext(options, "an exported file holds whole accounts");
    return await restoreAccounts(file.text, options, terminal);
  }
  if (options.replace || options.passphraseFile !== undefined) {
    throw new UsageError(
      "--replace and --passphrase-file are for a file that pollux accounts export wrote; this is not one",
    );
  }
  const format = chosen ?? recogniseFormat(source.files);
  if (format === undefined) {
    throw new UsageError(
      `Cannot recognize the format; name it with --from: one of ${formatNames()}`,
    );
  }
  const entries = format.read(source.files, await importContext(options, format));
  const items = await checkKeys([...entries, ...faultsOf(source)]);
  const steps = await withAccountBook(async (book) => {
    const plan = planImport(items, { listing: await book.list(), prefix: format.prefix });
    return options.dryRun ? plan : await carryOut(plan, { book, options, terminal });
  }, { options, terminal });
  printImport(steps, { options, terminal });
  if (steps.some(({ type }) => type === "fail")) throw new AlreadyReported();
}

function formatNamed(name: string): ImportFormat {
  const format = IMPORT_FORMATS.find(({ id }) => id === name);
  if (format !== undefined) return format;
  throw new UsageError(`--from takes ${formatNames()}`);
}

function formatNames(): string {
  return IMPORT_FORMATS.map(({ id }) => id).join(", ");
}

function faultsOf({ unreadable }: ImportSource) {
  return unreadable.map(({ name, reason }) => ({ where: name, outcome: { reason } }));
}

interface CarryOutContext {
  readonly book: AccountBook;
  readonly options: ImportOptions;
  readonly terminal: Terminal;
}

/** Adds the new accounts; an account that cannot be added is reported and does not stop the rest. */
async function carryOut(
  plan: readonly ImportStep[],
  { book, options, terminal }: CarryOutContext,
): Promise<readonly ImportStep[]> {
  const added = plan.flatMap((step) => step.type === "add" ? step.account : []);
  if (added.some(({ kind }) => KIND_RULES[kind].asksConsent)) {
    agreeToRisk(options, { terminal, question: "Add these accounts anyway?" });
  }
  for (const { name, credential } of added) {
    if (credential.type === "api_key") continue;
    for (const member of cleartextAddresses(credential)) {
      terminal.err(
        `Warning: the ${member} of "${name}" is not encrypted; others on the network can read tokens`,
      );
    }
  }
  const steps: ImportStep[] = [];
  for (const step of plan) {
    try {
      if (step.type === "add") await book.add(step.account);
      steps.push(step);
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
      steps.push({ type: "fail", where: step.where, reason: error.message });
    }
  }
  return steps;
}
