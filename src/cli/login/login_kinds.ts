/**
 * The kinds of account that a user can sign in to, and the differences between them.
 *
 * @module
 */
import type { Account, AuthorizedUser } from "../../accounts/account.ts";
import type { AccountKind } from "../../gemini/api/account_kinds.ts";
import { parseLocation } from "../../accounts/vertex_location.ts";
import type { Outbound } from "../../upstream/outbound.ts";
import { agreeToRisk } from "../accounts/add/agree_to_risk.ts";
import { checkedProject } from "../accounts/add/checked_project.ts";
import { findAccountProject } from "../../daemon/find_account_project.ts";
import type { LoginOptions } from "./login_options.ts";
import { projectHint } from "../accounts/add/project_hint.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The fields of a kind beside those of every account. */
export type LoginFinding =
  & { readonly credential: AuthorizedUser }
  & Partial<Pick<Account, "project" | "location" | "disabledReason">>;

/** A completed sign-in that is not stored yet. */
export interface LoginDraft {
  readonly credential: AuthorizedUser;
  readonly baseUrls: readonly string[];
  /** The account that it renews, if any. */
  readonly known: Account | undefined;
  /** The account's network settings. */
  readonly outbound: Outbound;
}

/** One kind. */
export interface LoginKind {
  /** Refuses invalid flags, before the user is asked for more. */
  check(options: LoginOptions, terminal: Terminal): void;
  /** Prints what the user has to know before a new account is added. */
  warn?(options: LoginOptions, terminal: Terminal): void;
  /** Returns the fields of the sign-in to store. */
  complete(draft: LoginDraft, context: {
    readonly options: LoginOptions;
    readonly terminal: Terminal;
  }): Promise<LoginFinding>;
}

/** Every kind, by its name. */
export const LOGIN_KINDS = {
  "code-assist": {
    check: ({ project }, terminal) => void projectHint(project, terminal),
    warn: (options, terminal) =>
      agreeToRisk(options, { terminal, question: "Add the account anyway?" }),
    complete: ({ known, ...draft }, { options, terminal }) =>
      findAccountProject({
        ...draft,
        hint: projectHint(options.project ?? known?.project, terminal),
      }, { say: (line) => terminal.err(line) }),
  },
  "vertex": {
    check: (options) => void placeOf(options),
    complete: ({ credential }, { options }) => Promise.resolve({ credential, ...placeOf(options) }),
  },
} as const satisfies Partial<Record<AccountKind, LoginKind>>;

/** The project and location; the command line requires both flags. */
function placeOf({ project = "", location = "" }: LoginOptions) {
  return { project: checkedProject(project), location: parseLocation(location) };
}
