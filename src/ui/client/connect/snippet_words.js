/**
 * What all snippets share: their form, the prompt, and words of a shell.
 *
 * @module
 */

/**
 * What goes into the snippets.
 *
 * @typedef {object} Target
 * @property {string} url The gateway's base URL, without a slash at its end.
 * @property {string} key
 * @property {string} model
 */

/**
 * Something to copy.
 *
 * @typedef {object} Snippet
 * @property {string} label What it is or where it goes, as in `~/.gemini/settings.json`.
 * @property {"sh" | "python" | "js" | "go" | "json" | "toml" | "pollux"} language `pollux`: a command of Pollux.
 * @property {string} text
 */

/** The prompt of every snippet. */
export const PROMPT = "Hello, Pollux!";

/**
 * A text as one word of a POSIX shell, quoted where it has to be.
 *
 * @param {string} text
 */
export function shellWord(text) {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
