/**
 * The numbers of projects: Vertex AI's names of resources have them where a client gave the id.
 *
 * @module
 */

/** Returns the number of a project: always the same for an id, and a number itself unchanged. */
export function projectNumber(project: string): string {
  if (/^\d+$/.test(project)) return project;
  // FNV-1a over the id.
  let hash = 0x811c9dc5;
  for (let at = 0; at < project.length; at++) {
    hash = Math.imul(hash ^ project.charCodeAt(at), 0x01000193) >>> 0;
  }
  return String(100_000_000_000 + hash);
}

/** Whether two ids or numbers are those of one project. */
export function isSameProject(one: string, other: string): boolean {
  return projectNumber(one) === projectNumber(other);
}
