/**
 * The rows of interactions.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CREATE, READ, REMOVE } from "./row_bases.ts";

const KINDS = { "gemini-api": "interaction", "vertex": "interaction" } as const;
const NAMES = ["interactions"] as const;
/** The resources that an interaction can name, in any of its settings. */
export const IN_INTERACTIONS = [
  "interactions",
  "agents",
  "environments",
  "credentials",
  "files",
  "cachedContents",
  "fileSearchStores",
  "voices",
] as const;
const SHOWS = { environmentId: "environments" } as const;

/** The rows, by the methods' names. */
export const INTERACTION_ROWS = {
  "interactions.create": {
    ...CREATE,
    path: "interactions",
    kinds: KINDS,
    response: "events",
    routing: "model",
    names: IN_INTERACTIONS,
    makes: NAMES,
    shows: SHOWS,
    usage: "interaction",
    joinsConversation: true,
    comesWith: "generateContent",
  },
  "interactions.get": {
    ...READ,
    path: "interactions/{interaction}",
    kinds: KINDS,
    response: "events",
    names: NAMES,
    shows: SHOWS,
  },
  "interactions.cancel": {
    ...READ,
    verb: "POST",
    path: "interactions/{interaction}/cancel",
    kinds: KINDS,
    body: "json",
    names: NAMES,
    shows: SHOWS,
  },
  "interactions.delete": {
    ...REMOVE,
    path: "interactions/{interaction}",
    kinds: KINDS,
    names: NAMES,
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
