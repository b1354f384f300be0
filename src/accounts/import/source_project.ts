/**
 * Google Cloud projects as other programs note them.
 *
 * @module
 */
import { isProject, isProjectId } from "../project_id.ts";

/**
 * The project that an account is to have.
 *
 * @param text May be no project at all, such as several in one text, or `all`.
 * @returns Undefined where the project is better found out.
 */
export function projectIn(text: string | undefined): string | undefined {
  return text !== undefined && text !== "all" && isProjectId(text) ? text : undefined;
}

/** The project that is to be billed: an id or a number; undefined for anything else. */
export function quotaProjectIn(text: string | undefined): string | undefined {
  return text !== undefined && isProject(text) ? text : undefined;
}
