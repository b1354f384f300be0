/**
 * How a response is generated: limits, sampling, thinking and the form of the output.
 *
 * @see {@link https://ai.google.dev/api/generate-content#GenerationConfig}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/invalid_field.ts";
import { nativeSchema } from "../../../shared/json_schema.ts";
import { type Effort, thinkingConfig } from "../../../shared/thinking.ts";
import {
  numberMember,
  objectMember,
  pathOf,
  type Place,
  requiredObject,
  requiredText,
  textMember,
  textsMember,
  wholeNumberMember,
} from "./members.ts";

/** Anthropic's words for it. */
const EFFORTS = new Set<Effort>(["low", "medium", "high", "xhigh", "max"]);

/** How the response is generated. */
export interface Generation {
  /** The native `generationConfig`; empty if the request has nothing for it. */
  readonly config: JsonObject;
  /** Whether the client gets thoughts. */
  readonly showsThinking: boolean;
}

/**
 * Reads it.
 *
 * @param model The model that is called.
 */
export function generationOf(body: Place, model: string): Generation {
  const { showsThinking, ...thinking } = thinkingOf(body);
  const stopSequences = textsMember(body, "stop_sequences");
  const config = defined({
    maxOutputTokens: wholeNumberMember(body, "max_tokens"),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
    temperature: numberMember(body, "temperature"),
    topP: numberMember(body, "top_p"),
    topK: wholeNumberMember(body, "top_k"),
    thinkingConfig: thinkingConfig({
      ...thinking,
      model,
      includeThoughts: showsThinking || undefined,
    }),
    ...formatOf(body),
  });
  return { config, showsThinking };
}

/** What the request says of thinking. A budget is more exact than an effort. */
function thinkingOf(body: Place) {
  const thinking = objectMember(body, "thinking");
  const effort = effortOf(body);
  if (thinking === undefined) return { effort, showsThinking: false };
  const showsThinking = textMember(thinking, "display") !== "omitted";
  switch (requiredText(thinking, "type")) {
    case "enabled": {
      const budget = wholeNumberMember(thinking, "budget_tokens");
      return budget === undefined ? { effort, showsThinking } : { budget, showsThinking };
    }
    case "adaptive":
    case "between_tools":
      return { effort, showsThinking };
    case "disabled":
      return { effort: "none" as const, showsThinking: false };
    default: {
      const field = pathOf(thinking, "type");
      throw invalidField(
        field,
        `"${field}" has to be enabled, adaptive, between_tools or disabled`,
      );
    }
  }
}

function effortOf(body: Place): Effort | undefined {
  const config = objectMember(body, "output_config");
  const word = config && textMember(config, "effort");
  if (config === undefined || word === undefined) return undefined;
  const effort = [...EFFORTS].find((known) => known === word);
  if (effort !== undefined) return effort;
  const field = pathOf(config, "effort");
  throw invalidField(field, `"${field}" has to be ${[...EFFORTS].join(", ")}`);
}

function formatOf(body: Place): JsonObject {
  const config = objectMember(body, "output_config");
  const format = (config && objectMember(config, "format")) ?? objectMember(body, "output_format");
  if (format === undefined) return {};
  if (requiredText(format, "type") !== "json_schema") {
    const field = pathOf(format, "type");
    throw invalidField(field, `"${field}" has to be json_schema`);
  }
  const { object: schema, path } = requiredObject(format, "schema");
  return {
    responseMimeType: "application/json",
    responseJsonSchema: nativeSchema(schema, path),
  };
}
