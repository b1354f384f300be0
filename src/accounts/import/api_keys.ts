/**
 * A list of API keys, one a line. Blank lines and comments after a `#` are ignored.
 *
 * @module
 */
import { AccountError } from "../account_error.ts";
import { defaultBaseUrl } from "../base_url.ts";
import { Secret } from "../secret.ts";
import { type ImportedAccount, type ImportFormat, importItem } from "./import_format.ts";

/** The form of Google's keys, which other texts in a file do not have by chance. */
const KEY = /^[\w.-]{16,256}$/;

/** One text with many keys. */
export const API_KEYS: ImportFormat = {
  id: "keys",
  prefix: "key",
  recognises: (files) => files.length === 1 && files.some(({ text }) => linesOf(text).some(isKey)),
  read: (files) =>
    files.flatMap(({ text }) =>
      linesOf(text).flatMap((line, index) =>
        line === "" ? [] : importItem(`line ${index + 1}`, () => keyAccount(line))
      )
    ),
};

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).map((line) =>
    line.replace(/(^|\s)#.*$/, "").trim()
  );
}

function isKey(line: string): boolean {
  return KEY.test(line);
}

/**
 * An account of the Gemini API with that key.
 *
 * @throws {AccountError} when the text cannot be a key.
 */
export function keyAccount(key: string): ImportedAccount {
  if (!isKey(key)) {
    throw new AccountError(
      'It is not an API key: a key has at least 16 letters, digits, ".", "_" and "-", and ' +
        "nothing else is on its line",
    );
  }
  return {
    kind: "gemini-api",
    baseUrls: [defaultBaseUrl({ kind: "gemini-api" })],
    credential: { type: "api_key", key: new Secret(key) },
  };
}
