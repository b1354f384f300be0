/**
 * Reads the Google Cloud project from the flag or the environment.
 *
 * @module
 */
import { checkedProject } from "./checked_project.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** The variables that Google's own clients read. */
const VARIABLES = ["GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID"] as const;

/**
 * The project of `--project`, else of the environment.
 *
 * @returns Undefined when there is none.
 * @throws {UsageError} as {@linkcode checkedProject} does.
 */
export function projectHint(flag: string | undefined, terminal: Terminal): string | undefined {
  if (flag !== undefined) return checkedProject(flag);
  for (const variable of VARIABLES) {
    const project = terminal.env(variable)?.trim();
    if (project) return checkedProject(project, variable);
  }
  return undefined;
}
