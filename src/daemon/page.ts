/**
 * Hands the page to the gateway. Its files are loaded when the page is first opened.
 *
 * @module
 */
import type { PageFile } from "../server/routes/page_routes.ts";

/** Gives a file of the page, as `PageSource` says. */
export async function pageSource(path: string): Promise<PageFile | undefined> {
  const { pageFile } = await import("../ui/page_source.ts");
  return pageFile(path);
}
