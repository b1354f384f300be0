/**
 * Asks the user to confirm that Code Assist is to be used despite the risk.
 *
 * @module
 */
import { UsageError } from "../../terminal/fail.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Google's position on this use of Code Assist. */
const GOOGLES_POSITION = `Before you add a Code Assist account:
Google's terms for Gemini Code Assist cover Google's own clients. Pollux is not
one of them, and sends its own name with every request. Google may refuse its
requests, and may suspend the account that sends them. Since June 2026
Google refuses third-party and older clients on the consumer tiers; Standard and
Enterprise, with a Google Cloud project of your own, are reported to work.`;

/** How to ask. */
export interface RiskContext {
  readonly terminal: Terminal;
  /** The question after Google's position is printed. */
  readonly question: string;
}

/**
 * Prints Google's position and asks for confirmation.
 *
 * @param options `yes`: the user agreed beforehand.
 * @throws {Error} when the user declines, or standard input is not a terminal.
 */
export function agreeToRisk(
  options: { readonly yes?: boolean },
  { terminal, question }: RiskContext,
): void {
  terminal.err(GOOGLES_POSITION);
  if (options.yes) return;
  if (!terminal.isInteractive) {
    throw new UsageError(
      "Not a terminal, so cannot ask; read the text above, and use --yes if you agree",
    );
  }
  if (!terminal.confirm(question)) throw new Error("Nothing was added");
}
