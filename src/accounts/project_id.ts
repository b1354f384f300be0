/**
 * The identifiers of Google Cloud projects.
 *
 * @see {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects}
 * @module
 */

/** Whether a text can be a project's id. Old ones have a domain with a dot and a colon in front. */
export function isProjectId(text: string): boolean {
  return /^[a-z][a-z0-9.:-]*$/.test(text);
}

/** Whether a text can be a project's id or its number. */
export function isProject(text: string): boolean {
  return isProjectId(text) || /^\d+$/.test(text);
}

/** What the name of a project group is, after "It must …". */
export const PROJECT_GROUP_WORDS = "consist of at most 64 letters, digits and any of . _ - :";

/** Whether a text can be the name of a project group, which is displayed. */
export function isProjectGroup(text: string): boolean {
  return /^[\p{L}\p{N}._:-]{1,64}$/u.test(text);
}
