/**
 * A Google Cloud project that the user names.
 *
 * @module
 */
import { UsageError } from "./fail.ts";

/**
 * A project id, as users confuse it.
 *
 * @param source Where it stands: a flag or a variable.
 * @throws {UsageError} for a project number, or what cannot be an id.
 * @see {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects}
 */
export function checkedProject(project: string, source = "--project"): string {
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
