/**
 * How Code Assist takes the methods of models: in envelopes of its own.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import type { SendRequest } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { countEnvelope, envelop } from "./code_assist_envelope.ts";

/** What a translation is handed. */
export interface CodeAssistMeans {
  readonly send: SendRequest;
  /** The account's project; see `CodeAssist.project()`. */
  readonly project: (signal: AbortSignal) => Promise<string>;
}

/** As `Translation`, with what only Code Assist has. */
export type CodeAssistTranslation = (
  call: UpstreamCall,
  means: CodeAssistMeans,
) => Promise<UpstreamResponse>;

/** Every translation that the method table names for the kind. */
export const CODE_ASSIST_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"code-assist">]: CodeAssistTranslation;
} = {
  async envelope(call, { send, project }) {
    const body = envelop(call, await project(call.signal));
    return await send(call, { action: call.method, body });
  },
  count: (call, { send }) => send(call, { action: call.method, body: countEnvelope(call) }),
};
