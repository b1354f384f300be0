/**
 * Finds the project of a Code Assist account before it is stored, while the user can still read
 * Google's message.
 *
 * @module
 */
import type { AuthorizedUser } from "../accounts/account.ts";
import { credentialSecrets } from "../accounts/account_secrets.ts";
import { AuthorizedUserTokens } from "../accounts/tokens/authorized_user_tokens.ts";
import type { CredentialKeeper } from "../accounts/credentials/credential_keeper.ts";
import { defined } from "../base/defined.ts";
import { ignore } from "../base/ignore.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { ProjectAnswer } from "../server/admin/admin_services.ts";
import { CodeAssist } from "../upstream/code_assist/code_assist.ts";
import { NotEligible } from "../upstream/code_assist/code_assist_project.ts";
import { type Outbound, outboundOf } from "../upstream/outbound.ts";

/** The fields of an account that the search needs. */
export interface ProjectDraft {
  readonly credential: AuthorizedUser;
  readonly baseUrls: readonly string[];
  /** The project that the user named. */
  readonly hint: string | undefined;
  /** The account's network settings, if it has any. */
  readonly outbound?: Outbound;
}

/** How to search. */
export interface SearchOptions {
  /** Called with lines about the progress, for the user. Default: nobody reads them. */
  readonly say?: (line: string) => void;
  /** Ends the search, which then counts as a transient failure. Default: it is not ended. */
  readonly signal?: AbortSignal;
}

/**
 * Asks Google for the project, and onboards the account if it is new. A transient failure is only
 * reported: the user's project is used then, or the gateway asks again when it needs one.
 */
export async function findAccountProject(
  draft: ProjectDraft,
  { say = ignore, signal = new AbortController().signal }: SearchOptions,
): Promise<ProjectAnswer> {
  const { baseUrls, hint, outbound = outboundOf({}) } = draft;
  let { credential } = draft;
  // No other process has the account, or its new sign-in, yet.
  const keeper: CredentialKeeper = {
    withLock: (work) => work(),
    current: () => Promise.resolve(credential),
    replaceRefreshToken(_from, refreshToken) {
      credential = { ...credential, refreshToken };
      return Promise.resolve();
    },
    refused: () => Promise.resolve(),
  };
  const connections = outbound.proxy;
  const tokens = new AuthorizedUserTokens(credential, { clock: Date, keeper, connections });
  const upstream = new CodeAssist({
    baseUrls,
    tokens,
    hint,
    clock: Date,
    outbound,
    onOnboarding: (tierId) =>
      say(`Google is setting up the account (${tierId}); this can take a minute ...`),
  });
  say("Asking Google for the account's project ...");
  try {
    const project = await upstream.project(signal);
    say(
      hint === undefined || hint === project
        ? `The project is "${project}"`
        : `The project is "${project}"; Google uses it instead of "${hint}"`,
    );
    return { credential, project };
  } catch (error) {
    const redaction = new Redaction(credentialSecrets(credential));
    const words = redaction.text(error instanceof Error ? error.message : String(error));
    if (error instanceof NotEligible) return { credential, disabledReason: words };
    say(`Warning: cannot get the project from Google: ${words}`);
    say(
      hint === undefined
        ? "The gateway asks again when the account is first used"
        : `The account uses your project "${hint}"`,
    );
    return { credential, ...defined({ project: hint }) };
  }
}
