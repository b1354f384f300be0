/**
 * The lines that a plan changes, for the user to look at: without keys, and without any other secret that such a line
 * may hold.
 *
 * @module
 */
import { diffArrays } from "diff";
import { redacted } from "../../gemini/redaction/redacted.ts";
import { fileText } from "./files/file_text.ts";
import { FORMATS } from "./formats/formats.ts";
import { replaced } from "./formats/settings_format.ts";
import { ANY_KEY, type ClientFile } from "./clients/client.ts";

/** What to compare. */
export interface Difference {
  /** The bytes of the file before; undefined if there is none. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
  /** Its format, and its settings that are secret. */
  readonly file: Pick<ClientFile, "format" | "settings">;
}

/** Names whose text is not shown, whoever set it. */
const NAME = String
  .raw`((?:key|token|secret|passw(?:or)?d|credentials?|authorization)"?'?\]?\s*[:=]\s*)`;

/** In JSON, only quoted texts can be secrets: one, or a list of them. A comment may be in front. */
const IN_JSON = new RegExp(
  String.raw`${NAME}((?:/\*.*?\*/\s*)*(?:"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?))`,
  "gi",
);

/** Elsewhere, a text without quotes ends with its line; so does one with more behind it than a comment or a comma. */
const ELSEWHERE = new RegExp(
  String.raw`${NAME}("(?:[^"\\]|\\.)*"(?=\s*(?:[#,}\]]|$))|'[^']*'(?=\s*(?:[#,}\]]|$))|[^\s{].*)`,
  "gi",
);

/** What stands before the host in an address. */
const USER = /\/\/[^\/\s"'@]{1,200}@/g;

const OLD = `"***"`;
const NEW = `"*** (new)"`;

/** The changed lines, each with `-` or `+` and a space in front. */
export function differenceLines({ before, after, file }: Difference): readonly string[] {
  const secret = file.format === "json" ? IN_JSON : ELSEWHERE;
  const old = fileText(before).text;
  const next = fileText(after).text;
  const lines = diffArrays(
    linesOf(hidden(old, { file, other: next, by: OLD })),
    linesOf(hidden(next, { file, other: old, by: NEW })),
  );
  return lines.flatMap(({ added, removed, value }) => {
    const sign = added ? "+" : removed ? "-" : undefined;
    if (sign === undefined) return [];
    return value.map((line) =>
      `${sign} ${redacted(line.replace(secret, hideValue).replace(USER, "//***@"))}`.trimEnd()
    );
  });
}

function hideValue(_match: string, name: string, value: string): string {
  return `${name}${value === OLD || value === NEW || isNoSecret(value) ? value : OLD}`;
}

function isNoSecret(value: string): boolean {
  return value.replaceAll('"', "") === ANY_KEY;
}

/** The text without its secret settings. Only those that the other text has with another value look different. */
function hidden(
  text: string,
  { file: { format, settings }, other, by }: {
    readonly file: Difference["file"];
    readonly other: string;
    readonly by: string;
  },
): string {
  let shown = text;
  for (const { path } of settings.filter(({ isSecret }) => isSecret)) {
    const range = FORMATS[format].rangeOf(shown, path);
    if (range === undefined) continue;
    const there = FORMATS[format].rangeOf(other, path);
    const value = shown.slice(range.start, range.end);
    if (isNoSecret(value)) continue;
    const isOther = there !== undefined && other.slice(there.start, there.end) !== value;
    shown = replaced(shown, { ...range, by: isOther ? by : OLD });
  }
  return shown;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
