/**
 * Checks the id of a Google Cloud project that the user gave.
 *
 * @module
 */
import { isProjectId } from "../../../accounts/project_id.ts";
import { UsageError } from "../../terminal/fail.ts";

/**
 * Returns a project id; refuses what users confuse with it.
 *
 * @param source The flag or variable that it comes from.
 * @throws {UsageError} for a project number, or a text that cannot be an id.
 */
export function checkedProject(project: string, source = "--project"): string {
  if (/^\d+$/.test(project)) {
    throw new UsageError(
      `"${project}" is a project number; ${source} needs the project's id, such as "my-project-123"`,
    );
  }
  if (!isProjectId(project)) {
    throw new UsageError(
      `"${project}" is not a project id; for ${source}, an id has lower-case letters, ` +
        'digits and "-"',
    );
  }
  return project;
}
