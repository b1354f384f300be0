/**
 * What spans say of a request's settings and of a response, read from the client's body and from the response. Nothing
 * of a prompt or of what a model wrote is read: only numbers, words of Google's enumerations, and ids.
 *
 * @see {@link https://ai.google.dev/api/generate-content#generationconfig}
 * @module
 */
import type { Attributes } from "@opentelemetry/api";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { utf8Text } from "../../base/text/text.ts";
import { jsonMember } from "../../gemini/json/json_member.ts";
import { JsonReader } from "../../gemini/json/json_reader.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";
import { GEN_AI } from "../../telemetry/otel/gen_ai.ts";

/** Larger texts are not looked through: that would take longer than the rest of a trace. */
const MOST_BYTES = 1024 * 1024;

/** Limits for the settings. Schemas of responses are among them. */
const LIMITS = { bytes: 64 * 1024, values: 10_000 } as const;

/** Google's most is 8. */
const MOST_CANDIDATES = 8;

const LONGEST_ID = 128;

const ID = /^[\w.:/-]+$/;
/** Of a response; requests have no such words, since clients can make up any. */
const ENUM = /^[A-Z][A-Z_]{0,39}$/;

/** The values of a thinkingLevel. */
const LEVELS: ReadonlySet<string> = new Set(["MINIMAL", "LOW", "MEDIUM", "HIGH"]);

/** The numbers of a generationConfig. */
const NUMBERS: Readonly<Record<string, string>> = {
  maxOutputTokens: GEN_AI.maxTokens,
  temperature: GEN_AI.temperature,
  topP: GEN_AI.topP,
  topK: GEN_AI.topK,
  seed: GEN_AI.seed,
};

/** The ids of a response. */
const IDS: Readonly<Record<string, string>> = {
  responseId: GEN_AI.responseId,
  modelVersion: GEN_AI.responseModel,
};

/** The values of `gen_ai.output.type` by modality, and by the media type of a text. */
const OUTPUT_TYPES: Readonly<Record<string, string>> = {
  "TEXT": "text",
  "IMAGE": "image",
  "AUDIO": "speech",
  "application/json": "json",
  "text/plain": "text",
};

/**
 * Reads the settings of a request.
 *
 * @param body As the client sent it.
 * @returns Nothing if there are none, or they cannot be read.
 */
export function requestAttributes(body: Uint8Array): Attributes {
  return attemptToRead(body, () => {
    const slice = jsonMember(body, "generationConfig") ?? jsonMember(body, "generation_config");
    const config = slice && parseBounded(slice, LIMITS);
    return isJsonObject(config) ? settingsOf(config) : {};
  });
}

function settingsOf(config: JsonObject): Attributes {
  const attributes: Attributes = {};
  for (const [name, attribute] of Object.entries(NUMBERS)) {
    const value = memberOf(config, name);
    if (typeof value === "number") attributes[attribute] = value;
  }
  const choices = memberOf(config, "candidateCount");
  if (typeof choices === "number" && choices !== 1) attributes[GEN_AI.choices] = choices;
  const thinking = memberOf(config, "thinkingConfig");
  const level = isJsonObject(thinking) ? memberOf(thinking, "thinkingLevel") : undefined;
  if (typeof level === "string" && LEVELS.has(level)) {
    attributes[GEN_AI.reasoningLevel] = level.toLowerCase();
  }
  const modalities = memberOf(config, "responseModalities");
  const output = Array.isArray(modalities) && modalities.length === 1
    ? modalities[0]
    : memberOf(config, "responseMimeType");
  if (typeof output === "string" && Object.hasOwn(OUTPUT_TYPES, output)) {
    attributes[GEN_AI.outputType] = OUTPUT_TYPES[output];
  }
  return attributes;
}

/**
 * Reads a response.
 *
 * @param json The response, or the chunk of a stream that ends it.
 * @returns Nothing if it cannot be read.
 */
export function responseAttributes(json: Uint8Array): Attributes {
  return attemptToRead(json, () => {
    const attributes: Attributes = {};
    const reader = new JsonReader(json);
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      const { name } = reader;
      if (name === "candidates" && reader.isArray) {
        const reasons = finishReasons(reader);
        if (reasons.length > 0) attributes[GEN_AI.finishReasons] = reasons;
      } else if (Object.hasOwn(IDS, name)) {
        const id = idIn(reader.take());
        if (id !== "") attributes[IDS[name] ?? ""] = id;
      } else reader.skip();
    }
    return attributes;
  });
}

/** The reasons of the candidates, for the array that comes next; in small letters, as the conventions have them. */
function finishReasons(reader: JsonReader): string[] {
  const reasons: string[] = [];
  for (let has = reader.enterArray(); has; has = reader.nextItem()) {
    if (!reader.isObject) reader.skip();
    else {
      for (let more = reader.enterObject(); more; more = reader.nextMember()) {
        const { name } = reader;
        const value = reader.take();
        if (name !== "finishReason" || reasons.length >= MOST_CANDIDATES) continue;
        const reason = utf8Text(value).slice(1, -1);
        if (ENUM.test(reason)) reasons.push(reason.toLowerCase());
      }
    }
  }
  return reasons;
}

/** An id in quotes; empty if it is something else. */
function idIn(json: Uint8Array): string {
  const id = json.length <= LONGEST_ID + 2 ? utf8Text(json).slice(1, -1) : "";
  return ID.test(id) ? id : "";
}

/** Google accepts both ways of writing a name. */
function memberOf(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function attemptToRead(json: Uint8Array, read: () => Attributes): Attributes {
  if (json.length > MOST_BYTES) return {};
  try {
    return read();
  } catch {
    // A trace shows what it can: whoever reads the text next says what is wrong with it.
    return {};
  }
}
