/**
 * Generates the responses of the emulated models. They are deterministic: the same request has the same
 * response, and every text says that it is generated.
 *
 * A function is called only if the last user text has the word "call" or "weather", or if
 * `functionCallingConfig.mode` is ANY: agents send their tools with every request, and would call
 * forever otherwise. It is the function that the text names, else the first one. "Call f and call g, then call h" calls
 * f and g in parallel, and h once they have answered.
 *
 * @module
 */
import type { CatalogueModel } from "./catalogue.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../json.ts";
import { imagePart, soundPart } from "./media_parts.ts";
import { sampleOf } from "../schema/schema_sample.ts";
import {
  callsInTurn,
  openingOf,
  signed,
  type Signer,
  stepsInTurn,
  turnOf,
} from "./thought_signature.ts";

/** A model's response, before it is split into chunks. */
export interface ModelResponse {
  /** Parts of the only candidate; empty if the prompt is blocked. */
  readonly parts: readonly JsonObject[];
  /** The block reason, if there is no candidate. */
  readonly promptFeedback?: JsonObject;
}

/** A prompt with this word is blocked. */
const BLOCK_WORD = "BLOCK_ME";

/** Longest quotation, in code points. */
const QUOTED = 300;

/** A text that is one element, as gemini-cli's `<session_context>`: context that the client adds. */
const CONTEXT = /^\s*<([\w-]+)>[^]*<\/\1>\s*$/;

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
  const said = saidIn(parts);
  if (said.includes(BLOCK_WORD)) return { parts: [], promptFeedback: BLOCKED };
  const config = objectAt(request, "generationConfig");
  const modalities = textsAt(config, "responseModalities");
  if (model.speech) return { parts: [soundPart(said)] };
  if (model.image && modalities.join() === "IMAGE") return { parts: [imagePart()] };
  const calls = functionCalls(request, { parts, said });
  const own = { ...signer, turn: turnOf(request) };
  // Of parallel calls, only the first is signed.
  const answer: JsonObject[] = calls.length > 0
    ? calls.map((call, nth) =>
      nth > 0 ? { functionCall: call } : signed({ functionCall: call }, own, callsInTurn(request))
    )
    : [{ text: responseText(request, { model, parts, said }) }];
  if (objectAt(config, "thinkingConfig")?.["includeThoughts"] === true) {
    answer.unshift({ text: "A thought that the emulator made up.", thought: true });
  }
  if (model.image && modalities.includes("IMAGE")) answer.push(imagePart());
  return { parts: answer };
}

/** Returns the user's own text: without the client's context, unless there is nothing else. */
function saidIn(parts: readonly JsonObject[]): string {
  const texts = parts.map((part) => textAt(part, "text") ?? "").filter((text) => text !== "");
  const own = texts.filter((text) => !CONTEXT.test(text));
  return (own.length === 0 ? texts : own).join("");
}

interface LastTurn {
  readonly parts: readonly JsonObject[];
  readonly said: string;
}

function functionCalls(request: JsonObject, last: LastTurn): readonly JsonObject[] {
  const plan = planIn(saidIn(objectsAt(openingOf(request), "parts")));
  if (plan.length > 1 || (plan[0]?.length ?? 0) > 1) {
    const step = plan[stepsInTurn(request)] ?? [];
    const declared = declarationsOf(request);
    return step.flatMap((name) => {
      const found = declared.find((declaration) => declaration["name"] === name);
      return found === undefined ? [] : [callOf(found)];
    });
  }
  const call = functionCall(request, last);
  return call === undefined ? [] : [call];
}

/** The names in "call f and call g, then call h": those of each step. */
function planIn(said: string): readonly (readonly string[])[] {
  return said.split(/\bthen\b/).map((step) =>
    [...step.matchAll(/\bcall ([\w-]+)/g)].map(([, name = ""]) => name)
  ).filter((names) => names.length > 0);
}

function declarationsOf(request: JsonObject): readonly JsonObject[] {
  return objectsAt(request, "tools").flatMap((tool) => objectsAt(tool, "functionDeclarations"));
}

function callOf(declaration: JsonObject): JsonObject {
  const schema = declaration["parametersJsonSchema"] ?? declaration["parameters"];
  const args = schema === undefined ? {} : sampleOf(schema);
  return { name: textAt(declaration, "name"), args: isJsonObject(args) ? args : {} };
}

function functionCall(request: JsonObject, last: LastTurn): JsonObject | undefined {
  const functions = declarationsOf(request);
  const config = objectAt(objectAt(request, "toolConfig"), "functionCallingConfig");
  const mode = textAt(config, "mode");
  const answered = last.parts.some((part) => "functionResponse" in part);
  const asked = mode === "ANY" || /\b(call|weather)\b/i.test(last.said);
  if (answered || mode === "NONE" || !asked) return undefined;
  const allowed = textsAt(config, "allowedFunctionNames");
  const callable = functions.filter((declaration) =>
    allowed.length === 0 || allowed.includes(textAt(declaration, "name") ?? "")
  );
  const words = new Set(last.said.split(/[^\w-]+/));
  const chosen = callable.find(({ name }) => typeof name === "string" && words.has(name)) ??
    callable[0];
  return chosen === undefined ? undefined : callOf(chosen);
}

function responseText(request: JsonObject, last: LastTurn & { model: CatalogueModel }): string {
  const config = objectAt(request, "generationConfig");
  if (textAt(config, "responseMimeType") === "application/json") {
    const schema = config?.["responseJsonSchema"] ?? config?.["responseSchema"];
    return JSON.stringify(schema === undefined ? { answer: "made up" } : sampleOf(schema));
  }
  const sentences = [`This answer is made up by an emulator in place of ${last.model.id}.`];
  if (last.said !== "") sentences.push(`You said: "${clip(last.said)}".`);
  for (const part of last.parts) sentences.push(...partSentences(part));
  const system = objectsAt(objectAt(request, "systemInstruction"), "parts")
    .map((part) => textAt(part, "text") ?? "").join("");
  // Agents send tens of kilobytes, which say nothing to their user.
  if (system !== "" && system.length <= QUOTED) {
    sentences.push(`Your instruction was: "${system}".`);
  }
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
    return [`The function ${textAt(response, "name")} answered ${clip(quoted)}.`];
  }
  return [];
}

/** Truncates between code points, never within a surrogate pair. */
function clip(text: string): string {
  if (text.length <= QUOTED) return text;
  // A code point has at most two units, so the rest of a long text need not be split.
  const points = [...text.slice(0, 2 * QUOTED + 2)];
  return points.length <= QUOTED ? text : `${points.slice(0, QUOTED).join("")}…`;
}
