/**
 * Names of resources in the paths of requests.
 *
 * @module
 */

/**
 * A name as part of a URL's path.
 *
 * @param name As in the method match: slashes and percent signs within a segment are encoded.
 */
export function pathOfResource(name: string): string {
  return name.split("/").map((part) => encodeURIComponent(decodeURIComponent(part))).join("/");
}
