/**
 * The ids of tools that Google ran. Where one has a thought signature, the id is that of a kept tool call, with
 * Anthropic's prefix.
 *
 * @module
 */

/** The prefix. */
export const SERVER_TOOL = "srvtoolu_";

const ADDED = "srv";

/** The id for a client. */
export function serverToolId(keptId: string): string {
  return ADDED + keptId;
}

/** The id of the kept tool call; undefined if the client's id is not of such a tool. */
export function keptIdOf(id: string): string | undefined {
  return id.startsWith(SERVER_TOOL) ? id.slice(ADDED.length) : undefined;
}
