/**
 * Google Cloud projects as other programs store them.
 *
 * @module
 */
import { isProjectId } from "../project_id.ts";

/**
 * The project for an account.
 *
 * @param text May not be a project id, but several in one text, or `all`.
 * @returns Undefined if the project has to be looked up instead.
 */
export function projectIn(text: string | undefined): string | undefined {
  return text !== undefined && text !== "all" && isProjectId(text) ? text : undefined;
}
