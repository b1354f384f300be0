/**
 * Generates the responses of the emulated models. They are deterministic: the same request has the same
 * response, and every text says that it is generated.
 *
 * A function is called only if the last user text has the word "call" or "weather", or if
 * `functionCallingConfig.mode` is ANY: agents send their tools with every request, and would call
 * forever otherwise.
 *
 * @module
 */
import type { CatalogueModel } from "./catalogue.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../json.ts";
import { sampleOf } from "../schema/schema_sample.ts";
import { callsInTurn, signed, type Signer } from "./thought_signature.ts";

/** A model's response, before it is split into chunks. */
export interface ModelResponse {
  /** Parts of the only candidate; empty if the prompt is blocked. */
  readonly parts: readonly JsonObject[];
  /** The block reason, if there is no candidate. */
  readonly promptFeedback?: JsonObject;
}

/** A prompt with this word is blocked. */
const BLOCK_WORD = "BLOCK_ME";

/** Longest quotation of a system instruction, in code points: agents send tens of kilobytes. */
const QUOTED_SYSTEM = 200;
const QUOTED_USER = 2000;

/** A PNG of one pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const BLOCKED: JsonObject = {
  blockReason: "SAFETY",
  safetyRatings: [
    { category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true },
    { category: "HARM_CATEGORY_HARASSMENT", probability: "NEGLIGIBLE" },
  ],
};

/**
 * Generates a response.
 *
 * @param request A GenerateContentRequest in the form that `checkMessage` returns, already validated.
 * @param signer The model, and its service.
 */
export function makeResponse(request: JsonObject, signer: Signer): ModelResponse {
  const { model } = signer;
  const contents = objectsAt(request, "contents");
  const parts = objectsAt(contents.at(-1), "parts");
  const said = parts.map((part) => textAt(part, "text") ?? "").join("");
  if (said.includes(BLOCK_WORD)) return { parts: [], promptFeedback: BLOCKED };
  const config = objectAt(request, "generationConfig");
  const call = functionCall(request, { parts, said });
  const answer = call !== undefined
    ? [signed({ functionCall: call }, signer, callsInTurn(request))]
    : [{ text: responseText(request, { model, parts, said }) }];
  if (objectAt(config, "thinkingConfig")?.["includeThoughts"] === true) {
    answer.unshift({ text: "A thought that the emulator made up.", thought: true });
  }
  if (model.image && textsAt(config, "responseModalities").includes("IMAGE")) {
    answer.push({ inlineData: { mimeType: "image/png", data: PNG } });
  }
  return { parts: answer };
}

interface LastTurn {
  readonly parts: readonly JsonObject[];
  readonly said: string;
}

function functionCall(request: JsonObject, last: LastTurn): JsonObject | undefined {
  const functions = objectsAt(request, "tools")
    .flatMap((tool) => objectsAt(tool, "functionDeclarations"));
  const config = objectAt(objectAt(request, "toolConfig"), "functionCallingConfig");
  const mode = textAt(config, "mode");
  const answered = last.parts.some((part) => "functionResponse" in part);
  const asked = mode === "ANY" || /\b(call|weather)\b/i.test(last.said);
  if (answered || mode === "NONE" || !asked) return undefined;
  const allowed = textsAt(config, "allowedFunctionNames");
  const chosen = functions.find((declaration) =>
    allowed.length === 0 || allowed.includes(textAt(declaration, "name") ?? "")
  );
  if (chosen === undefined) return undefined;
  const schema = chosen["parametersJsonSchema"] ?? chosen["parameters"];
  const args = schema === undefined ? {} : sampleOf(schema);
  return { name: textAt(chosen, "name"), args: isJsonObject(args) ? args : {} };
}

function responseText(request: JsonObject, last: LastTurn & { model: CatalogueModel }): string {
  const config = objectAt(request, "generationConfig");
  if (textAt(config, "responseMimeType") === "application/json") {
    const schema = config?.["responseJsonSchema"] ?? config?.["responseSchema"];
    return JSON.stringify(schema === undefined ? { answer: "made up" } : sampleOf(schema));
  }
  const sentences = [`This answer is made up by an emulator in place of ${last.model.id}.`];
  if (last.said !== "") sentences.push(`You said: "${clip(last.said, QUOTED_USER)}".`);
  for (const part of last.parts) sentences.push(...partSentences(part));
  const system = objectsAt(objectAt(request, "systemInstruction"), "parts")
    .map((part) => textAt(part, "text") ?? "").join("");
  if (system !== "") sentences.push(`Your instruction was: "${clip(system, QUOTED_SYSTEM)}".`);
  return sentences.join(" ");
}

function partSentences(part: JsonObject): string[] {
  const blob = objectAt(part, "inlineData");
  const file = objectAt(part, "fileData");
  const response = objectAt(part, "functionResponse");
  if (blob !== undefined) {
    const bytes = Math.floor((textAt(blob, "data") ?? "").replace(/=+$/, "").length * 3 / 4);
    return [`You sent ${textAt(blob, "mimeType") ?? "data"} of ${bytes} bytes.`];
  }
  if (file !== undefined) return [`You named the file ${textAt(file, "fileUri")}.`];
  if (response !== undefined) {
    const quoted = JSON.stringify(response["response"] ?? {});
    return [`The function ${textAt(response, "name")} answered ${clip(quoted, QUOTED_USER)}.`];
  }
  return [];
}

/** Truncates between code points, never within a surrogate pair. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, most).join("")}…`;
}
