/**
 * The endpoint for OpenAI's clients: chat completions, embeddings and images. Its errors are Google's own, each in an
 * array.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai}
 * @module
 */
import { isJsonObject, type JsonObject, parsedJson } from "../../base/json.ts";
import { invalidArgument, unknownModel } from "../google_errors.ts";
import { type CatalogueModel, findModel } from "../models/catalogue.ts";
import { respondBody, type ServiceCall } from "../models/model_call.ts";

/** Dimensions of the vectors: enough to compare texts. */
const DIMENSIONS = 16;

/** A PNG of one pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Handles a call. */
export async function respondOpenAi(call: ServiceCall): Promise<Response> {
  const body = parsedJson(call.rawBody);
  if (!isJsonObject(body)) throw invalidArgument("Invalid JSON payload received.");
  const model = modelOf(body, call);
  const response = await respondBody(call, { model, body: messageOf(body, { model, call }) });
  if (!response.ok) return new Response(`[${await response.text()}\n]`, response);
  return body.stream === true && call.route.method === "openai.chat.completions"
    ? streamed(await response.json())
    : response;
}

function modelOf({ model: name }: JsonObject, { route }: ServiceCall): CatalogueModel {
  if (typeof name !== "string") throw invalidArgument("model is not specified\n");
  const id = name.replace(/^models\//, "");
  const model = findModel(id, route.service);
  if (model === undefined) throw unknownModel(route.service, { ...route, model: id });
  return model;
}

function messageOf(
  body: JsonObject,
  { model, call }: { readonly model: CatalogueModel; readonly call: ServiceCall },
): JsonObject {
  const created = Math.floor(call.now / 1000);
  switch (call.route.method) {
    case "openai.embeddings": {
      const inputs = Array.isArray(body.input) ? body.input : [body.input];
      return {
        object: "list",
        model: body.model,
        data: inputs.map((text, index) => ({
          object: "embedding",
          index,
          embedding: vectorOf(String(text)),
        })),
        usage: { prompt_tokens: inputs.length, total_tokens: inputs.length },
      };
    }
    case "openai.images.generations":
      return { created, data: [{ b64_json: PIXEL }] };
    default:
      return {
        id: `emulated-${call.serial}`,
        object: "chat.completion",
        created,
        model: model.id,
        choices: [{
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: "Emulated by Google's own endpoint" },
        }],
        // The thoughts are in the total alone.
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 15 },
      };
  }
}

/** Any vector that depends on the text. */
function vectorOf(text: string): readonly number[] {
  return Array.from({ length: DIMENSIONS }, (_, nth) => 1 / (1 + text.length + nth));
}

/** The same completion as events: one for the text, one for its end, one for the usage. */
function streamed({ choices, usage, ...rest }: JsonObject): Response {
  const [choice] = Array.isArray(choices) ? choices : [];
  const delta = isJsonObject(choice) ? choice.message : {};
  const common = { ...rest, object: "chat.completion.chunk" };
  const events = [
    { ...common, choices: [{ index: 0, delta }] },
    { ...common, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...common, choices: [], usage },
  ];
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(`${text}data: [DONE]\n\n`, {
    headers: { "content-type": "text/event-stream" },
  });
}
