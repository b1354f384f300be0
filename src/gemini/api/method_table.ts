/**
 * The method table: every method of the Gemini API that Pollux serves, one row each. Routes, verbs,
 * the texts of a 404, capability checks, `supportedGenerationMethods`, retries and docs/methods.md are
 * derived from it.
 *
 * A row without its handling does not compile: the tables of routes and of each account kind are typed by this
 * one.
 *
 * @module
 */
import type { MethodRow } from "./method_row.ts";
import { AGENT_ROWS } from "./table/agent_rows.ts";
import { BATCH_ROWS } from "./table/batch_rows.ts";
import { CACHE_ROWS } from "./table/cache_rows.ts";
import { CORPUS_ROWS } from "./table/corpus_rows.ts";
import { FILE_ROWS } from "./table/file_rows.ts";
import { INTERACTION_ROWS } from "./table/interaction_rows.ts";
import { LIVE_ROWS } from "./table/live_rows.ts";
import { MODEL_ROWS } from "./table/model_rows.ts";
import { OPENAI_ROWS } from "./table/openai_rows.ts";
import { OPERATION_ROWS } from "./table/operation_rows.ts";
import { STORE_ROWS } from "./table/store_rows.ts";
import { TUNED_MODEL_ROWS } from "./table/tuned_model_rows.ts";

/** The table, by the method names in Google's reference; methods of models omit `models.`. */
export const METHODS = {
  ...MODEL_ROWS,
  ...FILE_ROWS,
  ...CACHE_ROWS,
  ...BATCH_ROWS,
  ...OPERATION_ROWS,
  ...TUNED_MODEL_ROWS,
  ...STORE_ROWS,
  ...CORPUS_ROWS,
  ...INTERACTION_ROWS,
  ...AGENT_ROWS,
  ...LIVE_ROWS,
  ...OPENAI_ROWS,
} as const satisfies Readonly<Record<string, MethodRow>>;
