/**
 * The settings of a chat completion as the native `generationConfig`.
 *
 * @see {@link https://ai.google.dev/api/generate-content#generationconfig}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { nativeSchema } from "../../shared/request/json_schema.ts";
import { isGemini3 } from "../../shared/request/model_generation.ts";
import { outputLimit } from "../../shared/request/output_limit.ts";
import type { RequestFields } from "../../shared/fields/request_fields.ts";
import { audioConfig } from "./audio_config.ts";
import type { GoogleOptions } from "./google_options.ts";
import { readThinking } from "./reasoning.ts";

/** What the settings depend on. */
export interface ConfigScope {
  /** The model that is called. */
  readonly model: string;
  readonly google: GoogleOptions;
}

/** The settings, and what the client should know of them. */
export interface ReadConfig {
  readonly config: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Reads the settings.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names a setting of another type or value.
 */
export function readConfig(body: RequestFields, { model, google }: ConfigScope): ReadConfig {
  const penalties = readPenalties(body, model);
  const thinking = google.thinkingConfig ?? readThinking(body, model);
  const config = {
    ...samplingConfig(body, model),
    ...penalties.config,
    ...logprobsConfig(body),
    ...formatConfig(body),
    ...audioConfig(body),
    ...defined({ thinkingConfig: thinking, imageConfig: google.imageConfig }),
  };
  return { config, warnings: penalties.warnings };
}

/** The settings that legacy completions have, too, but for penalties and log probabilities. */
export function samplingConfig(body: RequestFields, model: string): JsonObject {
  const n = body.integer("n");
  if (n !== undefined && n < 1) throw invalidField("n", '"n" has to be 1 or more');
  return defined({
    temperature: body.number("temperature"),
    topP: body.number("top_p"),
    topK: body.number("top_k"),
    // Some models refuse the setting itself.
    candidateCount: n === 1 ? undefined : n,
    maxOutputTokens: outputLimit(
      body.integer("max_completion_tokens") ?? body.integer("max_tokens"),
      model,
    ),
    stopSequences: stopSequences(body),
    seed: seedOf(body),
  });
}

/** Reads the penalties, which Gemini 3 refuses. */
export function readPenalties(body: RequestFields, model: string): ReadConfig {
  const config: Record<string, number> = {};
  const warnings: string[] = [];
  for (
    const [name, native] of [
      ["presence_penalty", "presencePenalty"],
      ["frequency_penalty", "frequencyPenalty"],
    ] as const
  ) {
    const penalty = body.number(name);
    if (penalty === undefined || penalty === 0) continue;
    if (isGemini3(model)) warnings.push(`${name} dropped: ${model} has no such setting`);
    else config[native] = penalty;
  }
  return { config, warnings };
}

function stopSequences(body: RequestFields): readonly string[] | undefined {
  const stop = body.value("stop");
  const sequences = typeof stop === "string" ? [stop] : body.texts("stop") ?? [];
  const used = sequences.filter((sequence) => sequence !== "");
  return used.length === 0 ? undefined : used;
}

/** OpenAI's seeds have 64 bits, Google's 32: the same seed always becomes the same one. */
function seedOf(body: RequestFields): number | undefined {
  const seed = body.number("seed");
  if (seed === undefined) return undefined;
  if (!Number.isInteger(seed)) throw invalidField("seed", '"seed" has to be an integer');
  return Number(BigInt.asIntN(32, BigInt(seed)));
}

function logprobsConfig(body: RequestFields): JsonObject {
  const top = body.integer("top_logprobs");
  if (body.flag("logprobs") !== true) return {};
  return { responseLogprobs: true, ...(top ? { logprobs: top } : {}) };
}

function formatConfig(body: RequestFields): JsonObject {
  const format = body.fields("response_format");
  if (format === undefined) return {};
  switch (format.word("type", ["text", "json_object", "json_schema"])) {
    case "json_object":
      return { responseMimeType: "application/json" };
    case "json_schema": {
      const schema = format.fields("json_schema")?.objectOf("schema");
      const field = format.path("json_schema.schema");
      if (schema === undefined) throw invalidField(field, `"${field}" is missing`);
      return {
        responseMimeType: "application/json",
        responseJsonSchema: nativeSchema(schema, field),
      };
    }
    default:
      return {};
  }
}
