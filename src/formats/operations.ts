/**
 * The registry of operations: which paths of other APIs the gateway translates.
 *
 * @module
 */
import { OPENAI_RESPONSES } from "./openai/responses/responses.ts";
import type { FormBody } from "./form/form_body.ts";
import { CHAT_OPERATION } from "./openai/chat/chat_operation.ts";
import type { Operation } from "./operation.ts";

/** The APIs that are translated. */
export type TranslatedApi = "openai" | "anthropic";

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
  { api: "openai", path: "responses", json: OPENAI_RESPONSES },
];

/**
 * Finds the operation for a path.
 *
 * @param path The raw path of a request, without query. Doubled slashes and one at the end are ignored.
 * @returns Undefined if it is the path of none.
 */
export type FindOperation = (path: string) => OperationRow | undefined;

/** Creates the look-up of operations. */
export function operationFinder(rows: readonly OperationRow[] = OPERATIONS): FindOperation {
  const byPath = new Map<string, OperationRow>();
  for (const row of rows) {
    for (const base of BASES[row.api]) byPath.set(`${base}/${row.path}`, row);
  }
  return (path) => byPath.get(path) ?? byPath.get(withoutSpareSlashes(path));
}

function withoutSpareSlashes(path: string): string {
  return path.includes("//") || path.endsWith("/")
    ? `/${path.split("/").filter((segment) => segment !== "").join("/")}`
    : path;
}
