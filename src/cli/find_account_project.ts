/**
 * The project of a Code Assist account that is about to be kept: asked now, while its user is there to
 * read what Google says.
 *
 * @module
 */
import type { AuthorizedUser } from "../accounts/account.ts";
import { AuthorizedUserTokens } from "../accounts/token_source.ts";
import { withoutEmails } from "../telemetry/without_emails.ts";
import { CodeAssist } from "../upstream/code_assist.ts";
import { NotEligible } from "../upstream/code_assist_project.ts";
import type { Terminal } from "./terminal.ts";

/** An account as far as the search needs it. */
export interface ProjectDraft {
  readonly credential: AuthorizedUser;
  readonly baseUrls: readonly string[];
  /** The project that the user named. */
  readonly hint: string | undefined;
}

/** What there is to keep. */
export interface ProjectFinding {
  /** With the refresh token that Google gave meanwhile, if it did. */
  readonly credential: AuthorizedUser;
  readonly project?: string;
  /** Why Google does not let the account in, in its own words. */
  readonly disabledReason?: string;
}

/**
 * Asks Google for the project, onboarding the account where it is new. A failure that may pass is only
 * told: the user's project is taken then, or the gateway asks again when it needs one.
 */
export async function findAccountProject(
  draft: ProjectDraft,
  terminal: Terminal,
): Promise<ProjectFinding> {
  const { baseUrls, hint } = draft;
  let { credential } = draft;
  const tokens = new AuthorizedUserTokens(credential, {
    clock: Date,
    onRefreshToken(_from, refreshToken) {
      credential = { ...credential, refreshToken };
      return Promise.resolve();
    },
  });
  const upstream = new CodeAssist({
    baseUrls,
    tokens,
    hint,
    clock: Date,
    onOnboarding: (tierId) =>
      terminal.err(`Google sets the account up (${tierId}); this can take a minute ...`),
  });
  terminal.err("Asking Google for the account's project ...");
  try {
    const project = await upstream.project(new AbortController().signal);
    terminal.err(
      hint === undefined || hint === project
        ? `The project is "${project}"`
        : `The project is "${project}"; Google puts it in place of "${hint}"`,
    );
    return { credential, project };
  } catch (error) {
    const words = withoutEmails(error instanceof Error ? error.message : String(error));
    if (error instanceof NotEligible) return { credential, disabledReason: words };
    terminal.err(`Warning: Google was not asked with success: ${words}`);
    terminal.err(
      hint === undefined
        ? "The gateway asks again when the account is first used"
        : `The account uses "${hint}", as you said`,
    );
    return { credential, ...(hint === undefined ? {} : { project: hint }) };
  }
}
