/**
 * Anthropic's messages: `POST …/messages`.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { Operation } from "../../operation.ts";
import { MessageTranslator } from "./message_translator.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { readRequest } from "./read_request.ts";
import { referencesOf } from "./references.ts";
import { REQUEST_FIELDS } from "./request/request_fields.ts";
import { wholeMessage } from "./response/whole_message.ts";

/** The operation. */
export const MESSAGES_OPERATION: Operation = {
  name: "anthropic.messages",
  fields: REQUEST_FIELDS,
  references: referencesOf,
  read(body, context) {
    const form = readRequest(body, { fields: REQUEST_FIELDS, context });
    const { model, names, showsThinking, showsSearches, session, warning } = form;
    const isStream = new RequestFields(body).flag("stream") ?? false;
    const method = isStream ? "streamGenerateContent" : "generateContent";
    const scope = { context, names, model, showsThinking, showsSearches };
    return {
      calls: [{ method, model, body: form.body }],
      response: isStream ? { type: "stream", translator: () => new MessageTranslator(scope) } : {
        type: "whole",
        translate: ([response = {}]) => ({ json: wholeMessage(response, scope) }),
      },
      ...defined({ session, warning }),
    };
  },
};
