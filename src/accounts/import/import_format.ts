/**
 * What every format of accounts to import is made of: text goes in, entries come out.
 *
 * @module
 */
import type { AccountKind } from "../../gemini/api/account_kinds.ts";
import type { NewAccount } from "../account_book.ts";
import { AccountError } from "../account_error.ts";
import type { OAuthClient } from "../credentials/oauth_client.ts";

/** A file of the source. */
export interface SourceFile {
  /** For messages. May hold an e-mail address, since other programs name their files so. */
  readonly name: string;
  readonly text: string;
}

/** An entry of the source: an account, or why there is none. */
export interface ImportItem {
  /** The file or line, for messages. */
  readonly where: string;
  readonly outcome: ImportedAccount | ImportFault;
}

/** An account to be; it gets its name when all are known. */
export type ImportedAccount = Omit<NewAccount, "name">;

/** Why an entry cannot be imported, in words for the user, without anything of a secret. */
export interface ImportFault {
  readonly reason: string;
}

/** What the user adds to the source. */
export interface ImportContext {
  /** For entries that do not say which client they were made with. */
  readonly client: OAuthClient | undefined;
  /** What sign-ins and service accounts are to become; undefined for what suits each. */
  readonly kind: AccountKind | undefined;
  /** For those that do not say theirs. */
  readonly project: string | undefined;
  /** For those of Vertex AI that do not say theirs. */
  readonly location: string | undefined;
}

/** One format. */
export interface ImportFormat {
  /** What the user calls it. */
  readonly id: string;
  /** What its accounts are called, before their number. */
  readonly prefix: string;
  /** Whether the files look like this format. */
  recognises(files: readonly SourceFile[]): boolean;
  /** Every entry of the files. */
  read(files: readonly SourceFile[], context: ImportContext): readonly ImportItem[];
}

/** Tells the two outcomes of an entry apart. */
export function isFault(outcome: ImportItem["outcome"]): outcome is ImportFault {
  return "reason" in outcome;
}

/** Reads one entry; what is wrong with it becomes its outcome. */
export function importItem(where: string, read: () => ImportedAccount): ImportItem {
  try {
    return { where, outcome: read() };
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return { where, outcome: { reason: error.message } };
  }
}
