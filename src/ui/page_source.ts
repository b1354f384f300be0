/**
 * The files of the page at `/ui/`.
 *
 * @module
 */
import { MARK_FILE } from "./icons.tsx";
import { SCRIPTS, STYLES } from "./page_files.ts";
import { renderShell } from "./shell.tsx";

/** A file of the page. */
export interface PageFile {
  /** Its content type. */
  readonly type: string;
  readonly text: string;
}

const FILES: ReadonlyMap<string, PageFile> = new Map([
  ["", { type: "text/html; charset=utf-8", text: renderShell() }],
  ["page.css", { type: "text/css; charset=utf-8", text: STYLES.join("\n") }],
  ["mark.svg", { type: "image/svg+xml", text: MARK_FILE }],
  ...Object.entries(SCRIPTS).map(([path, text]) =>
    [path, { type: "text/javascript; charset=utf-8", text }] as const
  ),
]);

/**
 * Gives a file of the page.
 *
 * @param path After `/ui/`; empty for the document.
 * @returns Undefined if there is none.
 */
export function pageFile(path: string): PageFile | undefined {
  return FILES.get(path);
}

/** The paths of all files. */
export function pagePaths(): readonly string[] {
  return [...FILES.keys()];
}
