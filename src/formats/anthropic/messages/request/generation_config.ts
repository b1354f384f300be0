/**
 * How a response is generated: limits, sampling, thinking and the form of the output.
 *
 * @see {@link https://ai.google.dev/api/generate-content#GenerationConfig}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { nativeSchema } from "../../../shared/request/json_schema.ts";
import { outputLimit } from "../../../shared/request/output_limit.ts";
import { type Effort, thinkingConfig } from "../../../shared/request/thinking.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";

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
export function generationConfigOf(body: RequestFields, model: string): Generation {
  const { showsThinking, ...thinking } = thinkingOf(body);
  const stopSequences = body.texts("stop_sequences") ?? [];
  const config = defined({
    maxOutputTokens: outputLimit(body.integer("max_tokens"), model),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
    temperature: body.number("temperature"),
    topP: body.number("top_p"),
    topK: body.integer("top_k"),
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
function thinkingOf(body: RequestFields) {
  const thinking = body.fields("thinking");
  const effort = effortOf(body);
  if (thinking === undefined) return { effort, showsThinking: false };
  const showsThinking = thinking.text("display") !== "omitted";
  switch (thinking.requiredText("type")) {
    case "enabled": {
      const budget = thinking.integer("budget_tokens");
      return budget === undefined ? { effort, showsThinking } : { budget, showsThinking };
    }
    case "adaptive":
    case "between_tools":
      return { effort, showsThinking };
    case "disabled":
      return { effort: "none" as const, showsThinking: false };
    default: {
      const field = thinking.path("type");
      throw invalidField(
        field,
        `"${field}" has to be enabled, adaptive, between_tools or disabled`,
      );
    }
  }
}

function effortOf(body: RequestFields): Effort | undefined {
  const config = body.fields("output_config");
  const word = config && config.text("effort");
  if (config === undefined || word === undefined) return undefined;
  const effort = [...EFFORTS].find((known) => known === word);
  if (effort !== undefined) return effort;
  const field = config.path("effort");
  throw invalidField(field, `"${field}" has to be ${[...EFFORTS].join(", ")}`);
}

function formatOf(body: RequestFields): JsonObject {
  const config = body.fields("output_config");
  const format = (config && config.fields("format")) ?? body.fields("output_format");
  if (format === undefined) return {};
  if (format.requiredText("type") !== "json_schema") {
    const field = format.path("type");
    throw invalidField(field, `"${field}" has to be json_schema`);
  }
  const { object: schema, place } = format.requiredFields("schema");
  return {
    responseMimeType: "application/json",
    responseJsonSchema: nativeSchema(schema, place),
  };
}
