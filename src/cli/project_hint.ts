/**
 * The Google Cloud project that the user names.
 *
 * @module
 */
import { UsageError } from "./fail.ts";
import type { Terminal } from "./terminal.ts";

/** Where Google's own clients look for it. */
const VARIABLES = ["GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT_ID"] as const;

/**
 * The project of `--project`, else of the environment.
 *
 * @returns Undefined when none is named.
 * @throws {UsageError} as {@linkcode checkedProject} does.
 */
export function projectHint(flag: string | undefined, terminal: Terminal): string | undefined {
  if (flag !== undefined) return checkedProject(flag, "--project");
  for (const variable of VARIABLES) {
    const project = terminal.env(variable)?.trim();
    if (project) return checkedProject(project, variable);
  }
  return undefined;
}

/**
 * A project id, as users confuse it.
 *
 * @param source Where it stands: a flag or a variable.
 * @throws {UsageError} for a project number, or what cannot be an id.
 * @see {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects}
 */
export function checkedProject(project: string, source: string): string {
  if (/^\d+$/.test(project)) {
    throw new UsageError(
      `"${project}" is a project's number; ${source} wants its id, such as "my-project-123"`,
    );
  }
  if (!/^[a-z][a-z0-9.:-]*$/.test(project)) {
    throw new UsageError(
      `"${project}" is no project id, as ${source} wants it: those are lower-case letters, ` +
        'digits and "-"',
    );
  }
  return project;
}
