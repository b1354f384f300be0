/**
 * The embeddings of generativelanguage: `:embedContent` for one content, `:batchEmbedContents` for up to
 * a hundred.
 *
 * @see {@link https://ai.google.dev/api/embeddings}
 * @module
 */
import { checkNamedFiles } from "../files/named_files.ts";
import { parseBody } from "../http/body.ts";
import type { CatalogueModel, Embedding } from "../models/catalogue.ts";
import { type GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { numberAt, objectAt, objectsAt, textAt } from "../json.ts";
import { brokenModel } from "../models/named_model.ts";
import { respondBody, type ServiceCall } from "../models/model_call.ts";
import { sumOfTokens, type TokenCount, tokensByModality } from "../models/token_count.ts";
import { readEmbeddedContent } from "./embedding_content.ts";
import { embeddingVector } from "./embedding_vector.ts";

/** Most requests in one batch. */
const MOST_REQUESTS = 100;

/** Handles `:embedContent`. */
export function respondEmbedContent(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const message = "EmbedContentRequest";
  const name = `models/${model.id}`;
  const request = parseBody(call.rawBody, { message, flavour: "dev" });
  const lines = [
    ...brokenModel(request, { model: name, place: message, isRequired: false }),
    ...brokenRequest(request, message),
  ];
  const embedding = embed([request], { model, lines });
  checkNamedFiles(request, call);
  const [vector] = embedding.vectors;
  return respondBody(call, { model, body: { embedding: vector, ...embedding.usage } });
}

/** Handles `:batchEmbedContents`: returns one vector for each request, in their order. */
export function respondBatchEmbedContents(
  model: CatalogueModel,
  call: ServiceCall,
): Promise<Response> {
  const message = "BatchEmbedContentsRequest";
  const name = `models/${model.id}`;
  const batch = parseBody(call.rawBody, { message, flavour: "dev" });
  const requests = objectsAt(batch, "requests");
  const places = requests.map((request, index) =>
    [request, `${message}.requests[${index}]`] as const
  );
  const lines = [
    ...brokenModel(batch, { model: name, place: message, isRequired: false }),
    ...brokenSize(requests.length, message),
    ...places.flatMap(([request, place]) => [
      ...brokenModel(request, { model: name, place, isRequired: true }),
      ...brokenRequest(request, place),
    ]),
  ];
  const { vectors, usage } = embed(requests, { model, lines });
  checkNamedFiles(batch, call);
  return respondBody(call, { model, body: { embeddings: vectors, ...usage } });
}

/**
 * The response to one request of a batch that runs in the background.
 *
 * @throws A GoogleError where the request is refused.
 */
export function backgroundEmbedding(model: CatalogueModel, request: JsonObject): JsonObject {
  const lines = brokenRequest(request, "EmbedContentRequest");
  const { vectors: [vector], tokens } = embed([request], { model, lines });
  return { embedding: vector, tokenCount: String(tokens.total) };
}

function brokenSize(count: number, message: string): string[] {
  if (count === 0) return [`* ${message}.requests: requests is not specified\n`];
  return count <= MOST_REQUESTS
    ? []
    : [`* ${message}.requests: at most ${MOST_REQUESTS} requests can be in one batch\n`];
}

function brokenRequest(request: JsonObject, place: string): string[] {
  const lines: string[] = [];
  if (!("content" in request)) lines.push(`* ${place}.content: content is not specified\n`);
  if (textAt(request, "title") && textAt(request, "taskType") !== "RETRIEVAL_DOCUMENT") {
    lines.push(`* ${place}.title: title is only applicable to task type RETRIEVAL_DOCUMENT\n`);
  }
  return lines;
}

/** The vectors of requests, and their tokens. */
function embed(
  requests: readonly JsonObject[],
  context: { readonly model: CatalogueModel; readonly lines: readonly string[] },
): {
  readonly vectors: readonly JsonObject[];
  readonly tokens: TokenCount;
  /** Empty if the model does not report its usage. */
  readonly usage: JsonObject;
} {
  const { model, lines } = context;
  if (lines.length > 0) throw invalidArgument(lines.join(""));
  const { embedding } = model;
  if (embedding === undefined) throw new Error(`"${model.id}" is not a model that embeds`);
  const counts: TokenCount[] = [];
  const vectors = requests.map((request) => {
    const read = readEmbeddedContent(objectAt(request, "content"), embedding.multimodal);
    const broken = brokenValues(request, { embedding, isEmpty: read.isEmpty });
    if (broken !== undefined) throw broken;
    counts.push(read.tokens);
    const values = embeddingVector({
      content: read.content,
      taskType: textAt(request, "taskType"),
      title: textAt(request, "title"),
      dimensions: numberAt(request, "outputDimensionality"),
    }, embedding);
    return { values };
  });
  const total = sumOfTokens(counts);
  const usage = embedding.multimodal
    ? {
      usageMetadata: {
        promptTokenCount: total.total,
        promptTokenDetails: tokensByModality(total),
      },
    }
    : {};
  return { vectors, tokens: total, usage };
}

function brokenValues(
  request: JsonObject,
  context: { readonly embedding: Embedding; readonly isEmpty: boolean },
): GoogleError | undefined {
  if (context.isEmpty) {
    return invalidArgument("EmbedContentRequest.content contains an empty Part.");
  }
  const dimensions = numberAt(request, "outputDimensionality") ?? 1;
  const hasUnknownTask = typeof request["taskType"] === "number";
  return hasUnknownTask || dimensions < 1 || dimensions > context.embedding.dimensions
    ? invalidArgument("Request contains an invalid argument.")
    : undefined;
}
