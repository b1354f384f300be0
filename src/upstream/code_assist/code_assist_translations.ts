/**
 * How Code Assist serves the methods of models: in its own envelopes.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import type { SendRequest } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { countEnvelope, envelop } from "./code_assist_envelope.ts";

/** The context of a translation. */
export interface CodeAssistMeans {
  readonly send: SendRequest;
  /** The account's project; see `CodeAssist.project()`. */
  readonly project: (signal: AbortSignal) => Promise<string>;
}

/** As `Translation`, with the context of Code Assist. */
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
