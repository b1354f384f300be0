/**
 * What the daemon hands to the admin API, since the server imports neither the store nor the configuration.
 *
 * @module
 */
import type { Account, AuthorizedUser } from "../../accounts/account.ts";
import type { AccountBook } from "../../accounts/account_book.ts";
import type { AuditReader } from "../../base/stored/audit_entry.ts";
import type { KeyBook } from "../../keys/key_book.ts";
import type { UsageQuestion } from "../../usage/usage_report.ts";
import type { AdminDoor } from "../access/door.ts";
import type { UsageReading } from "./read_usage.ts";
import type { SettingInfo } from "./schemas/setting_schema.ts";

/** Facts of the gateway that do not change often. */
export interface GatewayFacts {
  /** Of Pollux, as in `0.1.0`. */
  readonly version: string;
  /** When the gateway started, in ms since the epoch. */
  readonly startedAtMs: number;
  /** Base URLs at which it listens, as in `http://127.0.0.1:8045`. */
  readonly addresses: readonly string[];
  /** Its base URL for other machines, if the configuration has one. */
  readonly publicUrl?: string;
}

/** An account of Code Assist whose project is asked for. */
export interface ProjectQuestion {
  readonly credential: AuthorizedUser;
  readonly baseUrls: readonly string[];
  /** The project that the user named. */
  readonly hint: string | undefined;
  readonly network: Pick<Account, "proxy" | "quotaProject">;
}

/** What Google said about it. */
export interface ProjectAnswer {
  /** With the new refresh token, if Google returned one meanwhile. */
  readonly credential: AuthorizedUser;
  readonly project?: string;
  /** Google's message when it does not admit the account. */
  readonly disabledReason?: string;
}

/** Whether an account works. */
export type AccountProbe =
  | { readonly name: string; readonly ok: true; readonly models: number }
  | {
    readonly name: string;
    readonly ok: false;
    readonly error: string;
    /** The host name that this machine cannot resolve, if that is the reason. */
    readonly unresolved?: string;
  };

/** The services of the admin API. */
export interface AdminServices {
  readonly facts: () => GatewayFacts;
  /** The stored accounts. Changes are entered in the audit log with their door. */
  readonly accounts: (door: AdminDoor) => AccountBook;
  /** The stored client keys, likewise. */
  readonly keys: (door: AdminDoor) => KeyBook;
  /** Asks Google for the project of an account before it is stored, and sets the account up there if it is new. */
  readonly findProject: (question: ProjectQuestion) => Promise<ProjectAnswer>;
  /** Asks Google for an account's models. Never rejects. */
  readonly probe: (account: Account) => Promise<AccountProbe>;
  /**
   * Applies changes of the client keys in the store.
   *
   * @returns A number that grows with every change, by any process.
   */
  readonly refreshKeys: () => Promise<bigint>;
  /** Sums up usage, up to the calls that have just ended. */
  readonly usage: (question: UsageQuestion) => Promise<UsageReading>;
  /** Every setting, without secrets. */
  readonly settings: () => readonly SettingInfo[];
  readonly audit: AuditReader;
}
