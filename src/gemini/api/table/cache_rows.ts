/**
 * The rows of cached contents.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CHANGE, CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

const KINDS = { "gemini-api": "cache", "vertex": "cache" } as const;
const NAMES = ["cachedContents"] as const;

/** The rows, by the methods' names. */
export const CACHE_ROWS = {
  "cachedContents.create": {
    ...CREATE,
    path: "cachedContents",
    kinds: { "gemini-api": "createCache", "vertex": "createCache" },
    routing: "model",
    names: ["files", "fileSearchStores"],
    makes: NAMES,
    listedBy: "generation",
    listedAs: "createCachedContent",
  },
  "cachedContents.list": {
    ...LIST,
    path: "cachedContents",
    kinds: KINDS,
    list: { member: "cachedContents", defaultSize: 50, largestSize: 1000 },
  },
  "cachedContents.get": {
    ...READ,
    path: "cachedContents/{cachedContent}",
    kinds: KINDS,
    names: NAMES,
  },
  "cachedContents.patch": {
    ...CHANGE,
    path: "cachedContents/{cachedContent}",
    kinds: KINDS,
    names: NAMES,
  },
  "cachedContents.delete": {
    ...REMOVE,
    path: "cachedContents/{cachedContent}",
    kinds: KINDS,
    names: NAMES,
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
