/**
 * Which test runs a code block of a document. A block that no test runs is a fault.
 *
 * @module
 */
import { DOCUMENTS } from "./documents.ts";
import { type FencedBlock, fencedBlocks } from "./fenced_blocks.ts";

/** Where the gateway listens in every snippet. */
export const DEFAULT_URL = "http://127.0.0.1:8045";

/** The paths of OpenAI's API for images, sound and embeddings. */
const MEDIA = /\/v1\/(?:images|audio|embeddings)\b/;

/** A block, and the document that shows it. */
export interface ShownBlock extends FencedBlock {
  readonly path: string;
}

/**
 * - `snippets`: calls the gateway; `shown_snippets_test.ts` runs it against a demo.
 * - `commands`: lines that begin with `pollux`; `shown_commands_test.ts` runs them.
 * - `sessions`: commands and what they print, and programs that they run; `shown_sessions_test.ts` runs them.
 * - `settings`: a configuration; `shown_commands_test.ts` loads it.
 * - `tasks`: tasks of the repository; `document_claims_test.ts` checks that CI runs them.
 * - `prometheus`: settings for Prometheus, and `promql`: expressions; `promtool_test.ts` checks both.
 * - `nginx`, `caddy`: settings for a proxy; `proxies_test.ts` starts one.
 * - `media`: calls of OpenAI's API for images, sound and embeddings; `shown_media_test.ts` runs them.
 * - `admin`: calls of the admin API; `tests/server/admin/document_test.ts` runs them.
 * - `connect`: clients that are connected; `tests/cli/connect/document_test.ts` runs them.
 * - `picture`: a drawing in Mermaid; `documents_test.ts` checks the names in it.
 */
export type Runner =
  | "snippets"
  | "commands"
  | "sessions"
  | "settings"
  | "tasks"
  | "nginx"
  | "admin"
  | "media"
  | "prometheus"
  | "promql"
  | "caddy"
  | "connect"
  | "picture";

/** The blocks of all documents that this test runs. */
export function blocksFor(runner: Runner): ShownBlock[] {
  return shownBlocks().filter((block) => runnerOf(block) === runner);
}

/** Every block of every document. */
export function shownBlocks(): ShownBlock[] {
  return DOCUMENTS.flatMap(({ path, text }) =>
    fencedBlocks(text).map((block) => ({ path, ...block }))
  );
}

/** Which test runs the block; undefined if none does. */
export function runnerOf({ language, text }: FencedBlock): Runner | undefined {
  if (language === "yaml") return text.includes("scrape_configs:") ? "prometheus" : "settings";
  if (language === "promql") return "promql";
  if (language === "nginx" || language === "caddy") return language;
  if (language === "mermaid") return "picture";
  // Settings of gemini-cli, for the snippets of the same document.
  if (language === "json") return "snippets";
  if (language === "console" && /^\$ pollux .*\bconnect\b/m.test(text)) return "connect";
  if (language === "console" || language === "go") return "sessions";
  if (!["sh", "python", "js", "java"].includes(language)) return undefined;
  if (language === "sh" && text.includes(`${DEFAULT_URL}/admin/v1`)) return "admin";
  if (MEDIA.test(text)) return "media";
  if (text.includes(DEFAULT_URL)) return "snippets";
  if (language === "python" || language === "js") return "sessions";
  if (language !== "sh") return undefined;
  const lines = commandLines(text);
  if (lines.every((line) => line.startsWith("pollux "))) return "commands";
  if (lines.every((line) => line.startsWith("npx -y deno@"))) return "tasks";
  return undefined;
}

/** The lines of a shell block that are commands. */
export function commandLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
