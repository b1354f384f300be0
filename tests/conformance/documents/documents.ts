/**
 * What users read: README and the documents beside it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { fencedBlocks } from "./fenced_blocks.ts";

/** The root of the repository, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** A document. */
export interface Document {
  /** From the root of the repository, as in `docs/network.md`. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file at the root and in docs, in order of its path. */
export const DOCUMENTS: readonly Document[] = [...markdownIn(""), ...markdownIn("docs/")];

/**
 * The text of a document.
 *
 * @throws {Error} When it does not exist.
 */
export function documentText(path: string): string {
  const document = DOCUMENTS.find((document) => document.path === path);
  if (document === undefined) throw new Error(`There is no ${path}`);
  return document.text;
}

/** A document without its code blocks, so that only prose is left. */
export function proseOf({ text }: Document): string {
  return text.replace(/^```[^]*?^```$/gm, "");
}

/** The inline code of a document, in order. */
export function inlineCode(document: Document): string[] {
  return [...proseOf(document).matchAll(/`([^`]+)`/g)].map(([, code = ""]) =>
    code.replace(/\s+/g, " ")
  );
}

/**
 * The only block under a heading of a document.
 *
 * @throws {Error} When there is none, or more than one.
 */
export function blockUnder(path: string, section: string): string {
  const found = fencedBlocks(documentText(path)).filter((block) => block.section === section);
  const [block, ...others] = found;
  if (block === undefined || others.length > 0) {
    throw new Error(`${path} has ${found.length} blocks under "${section}"`);
  }
  return block.text;
}

function markdownIn(folder: string): Document[] {
  return [...Deno.readDirSync(`${ROOT}/${folder}`)]
    .filter(({ isFile, name }) => isFile && name.endsWith(".md"))
    .map(({ name }) => folder + name)
    .sort()
    .map((path) => ({ path, text: Deno.readTextFileSync(`${ROOT}/${path}`) }));
}
