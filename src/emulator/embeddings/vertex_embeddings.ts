/**
 * The embeddings of Vertex AI: `:predict` for text models, `:embedContent` for those that accept media.
 * Each method refuses the models of the other.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 * @module
 */
import { parseBody } from "../http/body.ts";
import type { CatalogueModel, Embedding } from "../models/catalogue.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { numberAt, objectAt, textAt } from "../json.ts";
import { respondBody, type ServiceCall } from "../models/model_call.ts";
import { ENUMS } from "../schema/proto_schema.ts";
import { textTokens, tokensByModality } from "../models/token_count.ts";
import { readEmbeddedContent } from "./embedding_content.ts";
import { embeddingVector } from "./embedding_vector.ts";

const LEARN_MORE = "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/" +
  "model-reference/text-embeddings";

/** Members of an instance and of the parameters, with their types. */
const INSTANCE: Readonly<Record<string, string>> = {
  content: "string",
  task_type: "string",
  title: "string",
  mimeType: "string",
};
const PARAMETERS: Readonly<Record<string, string>> = {
  outputDimensionality: "number",
  autoTruncate: "boolean",
};

/** Options of an embedding. */
interface Settings {
  readonly taskType?: string | undefined;
  readonly title?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly autoTruncate: boolean;
}

/** Handles `:predict`. */
export function respondPredict(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const embedding = embeddingBy("predict", model);
  const request = parseBody(call.rawBody, { message: "PredictRequest", flavour: "vertex" });
  const instances = Array.isArray(request["instances"]) ? request["instances"] : [];
  const parameters = membersOf(request["parameters"] ?? {}, PARAMETERS);
  if (instances.length === 0) throw invalidArgument("Empty instances.");
  if (instances.length > embedding.mostInstances) throw tooMany(instances.length, embedding);
  let characters = 0;
  const predictions = instances.map((item: unknown) => {
    const instance = membersOf(item, INSTANCE);
    const text = textAt(instance, "content") ?? "";
    if (text === "") throw unable("the text content is empty.");
    const settings: Settings = {
      taskType: textAt(instance, "task_type"),
      title: textAt(instance, "title"),
      dimensions: numberAt(parameters, "outputDimensionality"),
      autoTruncate: parameters["autoTruncate"] !== false,
    };
    const read = { content: text, tokens: textTokens(text) };
    const { values, tokens, truncated } = embed(read, { model, embedding, settings });
    characters += text.replaceAll(/\s/g, "").length;
    return { embeddings: { statistics: { truncated, token_count: tokens }, values } };
  });
  const body = { predictions, metadata: { billableCharacterCount: characters } };
  return respondBody(call, { model, body });
}

/** Handles Vertex AI's own `:embedContent`. */
export function respondEmbedContent(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const embedding = embeddingBy("embedContent", model);
  const message = "VertexEmbedContentRequest";
  const request = parseBody(call.rawBody, { message, flavour: "vertex" });
  const config = { ...request, ...objectAt(request, "embedContentConfig") };
  const read = readEmbeddedContent(objectAt(request, "content"), embedding.multimodal);
  if (read.isEmpty || typeof config["taskType"] === "number") {
    throw invalidArgument("Request contains an invalid argument.");
  }
  const settings: Settings = {
    taskType: textAt(config, "taskType"),
    title: textAt(config, "title"),
    dimensions: numberAt(config, "outputDimensionality"),
    autoTruncate: config["autoTruncate"] !== false,
  };
  const { values, tokens, truncated } = embed(
    { content: read.content, tokens: read.tokens.total },
    { model, embedding, settings },
  );
  const body = {
    embedding: { values },
    usageMetadata: {
      promptTokenCount: tokens,
      promptTokensDetails: tokensByModality(read.tokens),
      totalTokenCount: tokens,
    },
    ...(truncated ? { truncated } : {}),
  };
  return respondBody(call, { model, body });
}

/** Returns the model's embedding properties if this is its method. */
function embeddingBy(method: Embedding["vertexMethod"], model: CatalogueModel): Embedding {
  const { embedding, id } = model;
  if (embedding?.vertexMethod === method) return embedding;
  // Google's message for `:predict` on a Gemini model; its message for the reverse is unknown.
  const message = method === "predict"
    ? "Gemini cannot be accessed through Vertex Predict/RawPredict API. Please follow " +
      "https://cloud.google.com/vertex-ai/docs/generative-ai/start/quickstarts/" +
      "quickstart-multimodal for Gemini usage."
    : `The model ${id} is not supported in the embedContent API.`;
  throw new GoogleError(400, "FAILED_PRECONDITION", { message });
}

function embed(
  read: { readonly content: string; readonly tokens: number },
  context: {
    readonly model: CatalogueModel;
    readonly embedding: Embedding;
    readonly settings: Settings;
  },
): { readonly values: readonly number[]; readonly tokens: number; readonly truncated: boolean } {
  const { model, embedding, settings } = context;
  checkSettings(settings, embedding);
  const most = model.inputTokenLimit;
  const truncated = read.tokens > most;
  if (truncated && !settings.autoTruncate) {
    throw unable(
      `the input token count is ${read.tokens} but model only supports up to ${most}. Reduce the ` +
        "input token count and try again. You can also use the CountTokens API to calculate prompt " +
        `token count and billable characters. ${LEARN_MORE}`,
    );
  }
  const values = embeddingVector({ ...settings, content: read.content }, embedding);
  return { values, tokens: Math.min(read.tokens, most), truncated };
}

function checkSettings({ taskType, title, dimensions }: Settings, embedding: Embedding): void {
  const known = ENUMS["EmbedContentRequest.EmbeddingTaskType"] ?? [];
  if (taskType === "" || (taskType !== undefined && !known.includes(taskType))) {
    throw unable(`the task_type ${taskType} is not supported. ${LEARN_MORE}`);
  }
  if (title && taskType !== "RETRIEVAL_DOCUMENT") {
    throw unable(
      "the model does not support the title parameter unless the task_type is RETRIEVAL_DOCUMENT. " +
        LEARN_MORE,
    );
  }
  if (dimensions !== undefined && (dimensions < 1 || dimensions > embedding.dimensions)) {
    throw unable(
      `it has a outputDimensionality value of ${dimensions} but the supported range is from 1 ` +
        `(inclusive) to ${embedding.dimensions + 1} (exclusive). Update the value and try again.`,
    );
  }
}

function tooMany(count: number, { mostInstances }: Embedding): GoogleError {
  return mostInstances === 1
    ? unable(`batchSize must be 1 but the entered value was ${count}.`)
    : invalidArgument(`${mostInstances} instance(s) is allowed per prediction. Actual: ${count}`);
}

/**
 * Reads a value of `:predict` as an object.
 *
 * @param types The members that it may have, with their types.
 * @throws A GoogleError for anything else, with the emulator's own message: Google's is unknown.
 */
function membersOf(value: unknown, types: Readonly<Record<string, string>>): JsonObject {
  if (!isJsonObject(value)) throw unable("a value is not an object.");
  for (const [name, member] of Object.entries(value)) {
    const type = types[name];
    if (type === undefined) throw unable(`"${name}" is not a known field.`);
    const found: string = typeof member;
    if (found !== type) throw unable(`"${name}" is not a ${type}.`);
  }
  return value;
}

function unable(why: string): GoogleError {
  return invalidArgument(`Unable to submit request because ${why}`);
}
