/**
 * OpenAI's legacy completions.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/completions}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { warningOf } from "../../shared/fields/warning.ts";
import { readPenalties, samplingConfig } from "../chat/generation_config.ts";
import { sessionOf } from "../session.ts";
import { COMPLETION_FIELDS } from "./completion_fields.ts";
import { wholeTextCompletion } from "./completion_response.ts";
import { type CompletionScope, CompletionStream } from "./completion_stream.ts";

/** Most prompts of one request. */
const MOST_PROMPTS = 16;

/** The operation. */
export const COMPLETION_OPERATION: Operation = {
  name: "openai.completions",
  fields: COMPLETION_FIELDS,
  read: readCompletion,
};

function readCompletion(body: JsonObject, context: OperationContext): Reading {
  checkFields(body, COMPLETION_FIELDS);
  const fields = new RequestFields(body);
  const model = context.resolveModel(fields.requiredText("model"));
  const penalties = readPenalties(fields, model);
  checkChoices(fields);
  const config = {
    ...samplingConfig(fields, model),
    ...penalties.config,
    ...logprobsConfig(fields),
  };
  const isStream = fields.flag("stream") === true;
  const n = fields.integer("n") ?? 1;
  const scope: CompletionScope = {
    context,
    model,
    includesUsage: fields.fields("stream_options")?.flag("include_usage") === true,
  };
  const prompts = promptsOf(fields);
  const calls = prompts.map((text) => ({
    method: isStream ? "streamGenerateContent" as const : "generateContent" as const,
    model,
    body: {
      contents: [{ role: "user", parts: [{ text }] }],
      ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
    },
  }));
  return {
    calls,
    // A client could not tell which of its prompts failed.
    needsAllCalls: true,
    ...defined({ session: sessionOf(fields), warning: warningOf(penalties.warnings) }),
    response: isStream ? { type: "stream", translator: () => new CompletionStream(scope) } : {
      type: "whole",
      translate: (responses) => ({
        json: wholeTextCompletion(responses, { ...scope, n }),
      }),
    },
  };
}

/** The prompts: each is a call of its own. */
function promptsOf(body: RequestFields): string[] {
  const prompt = body.value("prompt");
  const texts = typeof prompt === "string" ? [prompt] : body.texts("prompt") ?? [];
  if (texts.length === 0 || texts.includes("")) {
    throw invalidField(
      "prompt",
      '"prompt" has to be a text, or a list of texts, none of them empty',
    );
  }
  const most = body.flag("stream") === true ? 1 : MOST_PROMPTS;
  if (texts.length > most) {
    const kind = most === 1 ? "A stream" : "A request";
    throw invalidField(
      "prompt",
      `${kind} takes ${most} at most in "prompt": send several requests`,
    );
  }
  return texts;
}

function checkChoices(body: RequestFields): void {
  const best = body.integer("best_of");
  if (best !== undefined && best !== (body.integer("n") ?? 1)) {
    throw invalidField("best_of", '"best_of" has to be "n": Gemini returns all that it writes');
  }
  if (body.flag("echo") === true) {
    throw invalidField("echo", 'Cannot use "echo": Gemini does not repeat the prompt');
  }
}

function logprobsConfig(body: RequestFields): JsonObject {
  const top = body.integer("logprobs");
  if (top === undefined) return {};
  return { responseLogprobs: true, ...(top > 0 ? { logprobs: top } : {}) };
}
