/**
 * All cases, in the order of the matrix's rows.
 *
 * @module
 */
import { RESPONSE_CASES } from "./response_cases.ts";
import { AUTH_CASES } from "./auth_cases.ts";
import type { Case } from "./case.ts";
import { BATCH_CASES } from "./batch_cases.ts";
import { CACHE_CASES } from "./cache_cases.ts";
import { CURL_CASES } from "./curl_cases.ts";
import { EMBEDDING_CASES } from "./embedding_cases.ts";
import { FORMAT_CASES } from "./format_cases.ts";
import { FILE_CASES } from "./file_cases.ts";
import { FAULT_CASES } from "./fault_cases.ts";
import { LIVE_CASES } from "./live_cases.ts";
import { STORE_CASES } from "./store_cases.ts";
import { SPREAD_CASE } from "./spread_case.ts";
import { INTERACTION_CASES } from "./interaction_cases.ts";
import { GEMINI_CLI_CASES } from "./gemini_cli_cases.ts";
import { VIDEO_CASES } from "./video_cases.ts";

/** The rows. */
export const CASES: readonly Case[] = [
  ...RESPONSE_CASES,
  ...FORMAT_CASES,
  ...EMBEDDING_CASES,
  SPREAD_CASE,
  ...FILE_CASES,
  ...CACHE_CASES,
  ...BATCH_CASES,
  ...STORE_CASES,
  ...INTERACTION_CASES,
  ...LIVE_CASES,
  ...VIDEO_CASES,
  ...FAULT_CASES,
  ...AUTH_CASES,
  ...GEMINI_CLI_CASES,
  ...CURL_CASES,
];
