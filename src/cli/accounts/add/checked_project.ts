/**
 * A Google Cloud project that the user names.
 *
 * @module
 */
import { isProjectId } from "../../../accounts/project_id.ts";
import { UsageError } from "../../terminal/fail.ts";

/**
 * A project id, as users confuse it.
 *
 * @param source Where it stands: a flag or a variable.
 * @throws {UsageError} for a project number, or what cannot be an id.
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
