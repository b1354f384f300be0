/**
 * An entry of the audit log: a change of accounts, client keys or settings, or a sign-in at the page.
 *
 * @module
 */

/** Every door by which a change can come. `gateway`: the gateway changed something by itself. */
export const AUDIT_DOORS = ["command", "admin-api", "page", "configuration", "gateway"] as const;

/** The door by which a change came. */
export type AuditDoor = typeof AUDIT_DOORS[number];

/** What is to be entered. No member holds a secret or an e-mail address. */
export interface AuditNote {
  readonly door: AuditDoor;
  /** As in `accounts.add`, `keys.rotate`, `config.apply`, `admin.sign-in` or `admin.sign-in.refused`. */
  readonly action: string;
  /** The name of the account or key; may be empty. */
  readonly subject: string;
  /** What changed, in one line; may be empty. */
  readonly detail: string;
}

/** An entry as it is stored. */
export interface AuditEntry extends AuditNote {
  /** Orders entries: a newer one's is smaller. */
  readonly id: string;
  /** When, in RFC 3339. */
  readonly at: string;
}

/** Which entries to list. */
export interface AuditQuestion {
  /** Most entries. */
  readonly limit: number;
  /** The id of an entry: only older ones are listed. */
  readonly before?: string;
  /** Only entries since that moment are listed, in ms since the epoch. */
  readonly sinceMs?: number;
}

/** Lists the audit log. */
export interface AuditReader {
  /**
   * The entries, newest first.
   *
   * @throws When the store cannot be read.
   */
  list(question: AuditQuestion): Promise<readonly AuditEntry[]>;
}
