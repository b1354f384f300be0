/**
 * The `--project` flag of an account.
 *
 * @module
 */
import { isProjectId } from "../accounts/project_id.ts";
import { UsageError } from "./fail.ts";

/**
 * A project id, as users confuse it.
 *
 * @throws {UsageError} for a project number, or what cannot be an id.
 */
export function checkedProject(project: string): string {
  if (/^\d+$/.test(project)) {
    throw new UsageError(
      `"${project}" is a project's number; --project wants its id, such as "my-project-123"`,
    );
  }
  if (!isProjectId(project)) {
    throw new UsageError(
      `"${project}" is no project id: those are lower-case letters, digits and "-"`,
    );
  }
  return project;
}
