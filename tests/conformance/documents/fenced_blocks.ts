/**
 * The fenced code blocks of a Markdown text.
 *
 * @see {@link https://spec.commonmark.org/0.31.2/#fenced-code-blocks}
 * @module
 */

/** One block. */
export interface FencedBlock {
  /** The heading that it stands under, without its `#`; empty above the first one. */
  readonly section: string;
  /** The first word behind the fence; empty where there is none. */
  readonly language: string;
  /** The lines between the fences, without a line break at the end. */
  readonly text: string;
}

/**
 * Finds the blocks, in order. Fences are three backticks at the start of a line, which is how
 * `deno fmt` writes them.
 *
 * @throws {Error} When a block has no end.
 */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let section = "";
  let open: { readonly language: string; readonly lines: string[] } | undefined;
  for (const line of markdown.split("\n")) {
    if (open !== undefined && line.trimEnd() === "```") {
      blocks.push({ section, language: open.language, text: open.lines.join("\n") });
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (line.startsWith("```")) {
      open = { language: line.slice(3).trim().split(" ")[0] ?? "", lines: [] };
    } else {
      section = /^#+ +(.+)$/.exec(line)?.[1] ?? section;
    }
  }
  if (open !== undefined) throw new Error(`A block under "${section}" has no closing fence`);
  return blocks;
}
