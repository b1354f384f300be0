/**
 * Google Cloud projects as other programs note them.
 *
 * @module
 */
import { isProjectId } from "../project_id.ts";

/**
 * The project that an account is to have.
 *
 * @param text May be no project at all, such as several in one text, or `all`.
 * @returns Undefined where the project is better found out.
 */
export function projectIn(text: string | undefined): string | undefined {
  return text !== undefined && text !== "all" && isProjectId(text) ? text : undefined;
}
