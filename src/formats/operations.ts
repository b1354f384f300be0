/**
 * The registry of operations: which paths of other APIs the gateway translates.
 *
 * @module
 */
import { COUNT_TOKENS_OPERATION } from "./anthropic/messages/count_tokens_operation.ts";
import { MESSAGES_OPERATION } from "./anthropic/messages/messages_operation.ts";
import { INPUT_TOKENS } from "./openai/responses/input_tokens.ts";
import { OPENAI_RESPONSES } from "./openai/responses/responses.ts";
import type { FormBody } from "./form/form_body.ts";
import { CHAT_OPERATION } from "./openai/chat/chat_operation.ts";
import { COMPLETION_OPERATION } from "./openai/completions/completion_operation.ts";
import { SPEECH } from "./openai/audio/speech.ts";
import { TRANSCRIPTIONS, TRANSLATIONS } from "./openai/audio/transcriptions.ts";
import { EMBEDDINGS } from "./openai/embeddings/embeddings.ts";
import { IMAGE_EDITS } from "./openai/images/edits.ts";
import { IMAGE_GENERATIONS } from "./openai/images/generations.ts";
import { IMAGE_VARIATIONS } from "./openai/images/variations.ts";
import type { Operation } from "./operation.ts";

/** The APIs that are translated. */
export const API_NAMES = ["openai", "anthropic"] as const;

/** The name of one of them. */
export type TranslatedApi = typeof API_NAMES[number];

/** One operation and its path. All are called with POST. */
export interface OperationRow {
  readonly api: TranslatedApi;
  /** The path after the base, such as `chat/completions`. */
  readonly path: string;
  /** Reads a JSON body. */
  readonly json?: Operation;
  /** Reads a multipart form. */
  readonly form?: Operation<FormBody>;
}

/** Where the paths of each API begin: the base URLs that clients can have, without the gateway's address. */
export const BASES: Readonly<Record<TranslatedApi, readonly string[]>> = {
  openai: ["/v1", "/openai/v1", "/openai", "/v1beta/openai"],
  anthropic: ["/v1", "/anthropic/v1", "/anthropic"],
};

/** All operations. */
export const OPERATIONS: readonly OperationRow[] = [
  { api: "openai", path: "chat/completions", json: CHAT_OPERATION },
  { api: "openai", path: "completions", json: COMPLETION_OPERATION },
  { api: "openai", path: "responses", json: OPENAI_RESPONSES },
  { api: "openai", path: "responses/input_tokens", json: INPUT_TOKENS },
  { api: "anthropic", path: "messages", json: MESSAGES_OPERATION },
  { api: "anthropic", path: "messages/count_tokens", json: COUNT_TOKENS_OPERATION },
  { api: "openai", path: "embeddings", json: EMBEDDINGS },
  { api: "openai", path: "images/generations", json: IMAGE_GENERATIONS },
  { api: "openai", path: "images/edits", form: IMAGE_EDITS },
  { api: "openai", path: "images/variations", form: IMAGE_VARIATIONS },
  { api: "openai", path: "audio/transcriptions", form: TRANSCRIPTIONS },
  { api: "openai", path: "audio/translations", form: TRANSLATIONS },
  { api: "openai", path: "audio/speech", json: SPEECH },
];

/** Finds operations by their paths. */
export class OperationTable {
  readonly rows: readonly OperationRow[];
  readonly #byPath = new Map<string, OperationRow>();

  constructor(rows: readonly OperationRow[] = OPERATIONS) {
    this.rows = rows;
    for (const row of rows) {
      for (const base of BASES[row.api]) this.#byPath.set(`${base}/${row.path}`, row);
    }
  }

  /**
   * The operation of a path.
   *
   * @param path The raw path of a request, without query. Doubled slashes, one at the end, and an encoded query are
   * ignored.
   * @returns Undefined if it is the path of none.
   */
  find(path: string): OperationRow | undefined {
    const found = this.#byPath.get(path);
    if (found !== undefined) return found;
    const [bare = ""] = path.split(/%3f/i);
    return this.#byPath.get(withoutSpareSlashes(bare));
  }
}

/** The bases that belong to one API alone, the longest first: `/v1` is shared, also with Google. */
const OWN_BASES = API_NAMES
  .flatMap((api) => BASES[api].map((base) => ({ api, base })))
  .filter(({ base }) => base !== "/v1")
  .sort((one, other) => other.base.length - one.base.length);

/**
 * The API of a path whose base belongs to one API alone, and what follows the base.
 *
 * @param path The raw path of a request, without query.
 * @returns Undefined for any other path. `rest` begins with no slash.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { afterOwnBase } from "./operations.ts";
 *
 * assert.deepEqual(afterOwnBase("/openai/v1/models"), { api: "openai", rest: "models" });
 * assert.equal(afterOwnBase("/v1/models"), undefined);
 * ```
 */
export function afterOwnBase(
  path: string,
): { readonly api: TranslatedApi; readonly rest: string } | undefined {
  const clean = withoutSpareSlashes(path);
  const found = OWN_BASES.find(({ base }) => clean.startsWith(`${base}/`));
  return found && { api: found.api, rest: clean.slice(found.base.length + 1) };
}

function withoutSpareSlashes(path: string): string {
  return path.includes("//") || path.endsWith("/")
    ? `/${path.split("/").filter((segment) => segment !== "").join("/")}`
    : path;
}
