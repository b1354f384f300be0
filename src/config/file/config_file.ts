/**
 * The configuration file, read into sections of keys.
 *
 * @module
 */
import * as z from "zod";
import { ConfigError } from "../config_error.ts";
import { parseYamlDocument, type YamlDocument } from "./parse_yaml.ts";

/** The settings of one source: sections of keys. */
export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Which file to read. */
export interface ConfigFile {
  readonly path: string;
  /** Whether the user named it, so that it must exist. */
  readonly isChosen: boolean;
}

/** The content of a file. */
export interface FileContent extends Pick<YamlDocument, "lineOf"> {
  readonly sections: Sections;
}

/** The content of a missing file. */
export const NO_CONTENT: FileContent = { sections: {}, lineOf: () => undefined };

const FORM = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());

/**
 * Reads a configuration file. Does not validate its keys and values.
 *
 * @throws {ConfigError} When it can't be read, is invalid YAML, or does not consist of sections.
 */
export async function readConfigFile(file: ConfigFile): Promise<FileContent> {
  const text = await readText(file);
  if (text === undefined) return NO_CONTENT;
  const { value, lineOf } = parse(text, file.path);
  if (value === null || value === undefined) return NO_CONTENT;
  const sections = FORM.safeParse(value);
  if (!sections.success) throw notInForm(sections.error, { path: file.path, lineOf });
  const filled = Object.entries(sections.data).map(([section, keys]) => [section, keys ?? {}]);
  return { sections: Object.fromEntries(filled), lineOf };
}

async function readText({ path, isChosen }: ConfigFile): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && !isChosen) return undefined;
    const why = error instanceof Deno.errors.NotFound ? "it does not exist" : "it cannot be read";
    throw new ConfigError(
      `Cannot use the configuration file "${path}": ${why}. Check the path and its permissions`,
    );
  }
}

function parse(text: string, path: string): YamlDocument {
  try {
    return parseYamlDocument(text);
  } catch (error) {
    throw new ConfigError(
      `Cannot read the configuration file "${path}": ` +
        (error instanceof Error ? error.message : error),
    );
  }
}

function notInForm(
  error: z.ZodError,
  { path, lineOf }: { readonly path: string } & Pick<YamlDocument, "lineOf">,
): ConfigError {
  const section = error.issues[0]?.path[0];
  const where = section === undefined ? "" : ` in line ${lineOf([section])}`;
  const what = section === undefined ? "it" : `its "${String(section)}"${where}`;
  return new ConfigError(
    `Cannot use the configuration file "${path}": ${what} must hold ` +
      `${section === undefined ? "sections with keys" : "keys"}, as in\nserver:\n  port: 8045`,
  );
}
