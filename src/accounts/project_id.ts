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
