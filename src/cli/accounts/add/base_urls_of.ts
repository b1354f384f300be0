/**
 * The `--base-url` flags of an account.
 *
 * @module
 */
import { defaultBaseUrl, isCleartext, parseBaseUrl } from "../../../accounts/base_url.ts";
import type { AccountKind } from "../../../gemini/api/account_kinds.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** What {@linkcode baseUrlsOf} needs. */
export interface BaseUrlContext {
  readonly kind: AccountKind;
  readonly location?: string | undefined;
  readonly terminal: Terminal;
}

/** The given URLs, or Google's own; warns of those that send the credential unencrypted. */
export function baseUrlsOf(
  given: readonly string[],
  { terminal, ...of }: BaseUrlContext,
): readonly string[] {
  if (given.length === 0) return [defaultBaseUrl(of)];
  const urls = given.map(parseBaseUrl);
  for (const url of urls.filter(isCleartext)) {
    terminal.err(
      `Warning: "${url}" is not encrypted; others on the network can read the credential`,
    );
  }
  return urls;
}
