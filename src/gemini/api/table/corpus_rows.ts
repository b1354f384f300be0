/**
 * The rows of corpora.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { permissionRows } from "./permission_rows.ts";
import { CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

const KINDS = { "gemini-api": "resource" } as const;
const NAMES = ["corpora"] as const;
const CORPUS = "corpora/{corpus}";
const PERMISSIONS = permissionRows("corpora", CORPUS);

/** The rows, by the methods' names. */
export const CORPUS_ROWS = {
  "corpora.create": { ...CREATE, path: "corpora", kinds: KINDS, makes: NAMES },
  "corpora.list": {
    ...LIST,
    path: "corpora",
    kinds: KINDS,
    list: { member: "corpora", defaultSize: 10, largestSize: 20 },
  },
  "corpora.get": { ...READ, path: CORPUS, kinds: KINDS, names: NAMES },
  "corpora.delete": { ...REMOVE, path: CORPUS, kinds: KINDS, names: NAMES },
  "corpora.operations.get": {
    ...READ,
    path: `${CORPUS}/operations/{operation}`,
    kinds: KINDS,
    names: NAMES,
  },
  "corpora.permissions.create": PERMISSIONS.create,
  "corpora.permissions.list": PERMISSIONS.list,
  "corpora.permissions.get": PERMISSIONS.get,
  "corpora.permissions.patch": PERMISSIONS.patch,
  "corpora.permissions.delete": PERMISSIONS.delete,
} as const satisfies Readonly<Record<string, MethodRow>>;
