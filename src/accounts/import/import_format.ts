/**
 * The interface of import formats: they convert text to entries.
 *
 * @module
 */
import type { AccountKind } from "../../gemini/api/account_kinds.ts";
import type { NewAccount } from "../account_book.ts";
import { AccountError } from "../account_error.ts";
import type { OAuthClient } from "../credentials/oauth_client.ts";

/** A file of the source. */
export interface SourceFile {
  /** For messages. May contain an e-mail address, since other programs use it in file names. */
  readonly name: string;
  readonly text: string;
}

/** An entry of the source: an account, or why there is none. */
export interface ImportItem {
  /** The file or line, for messages. */
  readonly where: string;
  readonly outcome: ImportedAccount | ImportFault;
}

/** An account to import; it is named after all entries have been read. */
export type ImportedAccount = Omit<NewAccount, "name">;

/** Why an entry cannot be imported: a message for the user, without secrets. */
export interface ImportFault {
  readonly reason: string;
}

/** Values from the user in addition to the source. */
export interface ImportContext {
  /** For entries that do not name their OAuth client. */
  readonly client: OAuthClient | undefined;
  /** The kind of account for sign-ins and service accounts; undefined for the default of each. */
  readonly kind: AccountKind | undefined;
  /** For entries that do not name their project. */
  readonly project: string | undefined;
  /** For entries of Vertex AI that do not name their location. */
  readonly location: string | undefined;
}

/** One format. */
export interface ImportFormat {
  /** The name of the format in commands. */
  readonly id: string;
  /** The prefix of its accounts' names, before their number. */
  readonly prefix: string;
  /** Whether the files have this format. */
  recognises(files: readonly SourceFile[]): boolean;
  /** Every entry of the files. */
  read(files: readonly SourceFile[], context: ImportContext): readonly ImportItem[];
}

/** Distinguishes the two outcomes of an entry. */
export function isFault(outcome: ImportItem["outcome"]): outcome is ImportFault {
  return "reason" in outcome;
}

/** Reads one entry; an error becomes its outcome. */
export function importItem(where: string, read: () => ImportedAccount): ImportItem {
  try {
    return { where, outcome: read() };
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return { where, outcome: { reason: error.message } };
  }
}
