/**
 * The registry of upstreams: one factory for each kind of account.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import { codeAssistOf } from "./code_assist/code_assist_of.ts";
import { geminiApiOf } from "./gemini_api/gemini_api_of.ts";
import type { UpstreamFactory } from "./upstream_factory.ts";
import { vertexOf } from "./vertex/vertex_of.ts";

/** The factory of each kind. A new kind is one folder and one entry here. */
export const UPSTREAMS: Readonly<Record<AccountKind, UpstreamFactory>> = {
  "gemini-api": geminiApiOf,
  "vertex": vertexOf,
  "code-assist": codeAssistOf,
};
