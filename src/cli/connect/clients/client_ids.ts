/**
 * The names of the clients that Pollux can connect, apart from what it knows of them: the program's start needs only
 * the names.
 *
 * @module
 */

/** The names, in the order of lists. */
export const CLIENT_IDS = [
  "claude-code",
  "codex",
  "gemini-cli",
  "opencode",
  "aider",
  "qwen-code",
] as const;

/** One of them. */
export type ClientId = typeof CLIENT_IDS[number];
