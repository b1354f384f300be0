/**
 * Embeddings on Vertex AI. It has two methods: `:embedContent` for models that accept media, and `:predict` for
 * text models. Both accept one content per request, so a batch is sent as many requests, and the batch fails if
 * one of them does.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 * @see {@link https://docs.cloud.google.com/python/docs/reference/aiplatform/latest/google.cloud.aiplatform_v1beta1.types.EmbedContentRequest}
 * @module
 */
import pMap from "p-map";
import { joinBytes } from "../../base/join_bytes.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { JsonSyntaxError } from "../../gemini/json/json_syntax_error.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { JsonScanner } from "../../gemini/json/json_scanner.ts";
import { KEEP, listShape, objectShape } from "../../gemini/json/json_shape.ts";
import { AttemptBudget } from "../attempt_budget.ts";
import { unusableResponse } from "../exchange/exchange.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { SendRequest, Translation } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";

/** Most concurrent requests of one batch. */
const MOST_AT_ONCE = 8;

/** Most requests of a batch, as for the Gemini API. */
const MOST_IN_BATCH = 100;

/** Most bytes of all vectors of a batch; Google's have about 40 KB each. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Most attempts for one content of a batch: a second one if the access token was rejected. */
const ATTEMPTS_EACH = 2;

/** The Gemini API's task types by their numbers, which some clients send; the first one means "unspecified". */
const TASK_TYPES = [
  "",
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
  "CODE_RETRIEVAL_QUERY",
] as const;

/** Longest name of a task type that is read, in bytes. */
const LONGEST_TASK_TYPE = 256;

/** A whole number of proto3 JSON in a string, and its most bytes that are read. */
const NUMERAL = /^-?(?:0|[1-9]\d{0,9})$/;
const LONGEST_NUMERAL = 16;

/** The members that are read of either method's response. */
const RESPONSE_SHAPE = objectShape({
  embedding: objectShape({ values: KEEP }),
  usageMetadata: objectShape({ promptTokenCount: KEEP }),
  predictions: listShape({
    embeddings: objectShape({ values: KEEP, statistics: objectShape({ tokenCount: KEEP }) }),
  }),
});

const OPEN_LIST = utf8Bytes("[");
const CLOSE_LIST = utf8Bytes("]");
const DOUBLE_QUOTE = utf8Bytes('"');
/** As it is written in a JSON string. */
const LINE_FEED = utf8Bytes("\\n");
const NO_BYTES = new Uint8Array();

/** The members of an object, as JSON. */
type JsonMembers = Readonly<Record<string, Uint8Array | undefined>>;

/** One vector. */
interface Embedded {
  /** The bytes of a ContentEmbedding. */
  readonly embedding: Uint8Array;
  /** Tokens of the content; undefined if upstream does not count them. */
  readonly tokens: number | undefined;
}

/** Serves `embedContent`. */
export const embedContent: Translation = async (call, send) => {
  checkRequest(call.request.body, call.model);
  const { embedding, tokens } = await embed(call, call.request.body, send);
  return message([utf8Bytes('{"embedding":'), embedding], tokens);
};

/** Serves `batchEmbedContents`: one vector for each request, in the order of the requests. */
export const batchEmbedContents: Translation = async (call, send) => {
  const requests = call.request.body.field("requests")?.list ?? [];
  if (requests.length === 0) throw invalid("requests is not specified");
  if (requests.length > MOST_IN_BATCH) {
    throw invalid(`at most ${MOST_IN_BATCH} requests can be in one batch`);
  }
  // The client's errors are found before any request is sent and billed.
  for (const request of requests) checkRequest(request, call.model);
  // For the client and the pool, the whole batch is one attempt.
  call.budget.take();
  const failed = new AbortController();
  const signal = AbortSignal.any([call.signal, failed.signal]);
  let embedded: readonly Embedded[];
  let bytes = 0;
  async function embedOne(request: JsonNode): Promise<Embedded> {
    const budget = new AttemptBudget(ATTEMPTS_EACH);
    const vector = await embed({ ...call, signal, budget }, request, send);
    bytes += vector.embedding.length;
    if (bytes > MOST_BYTES) throw tooLong();
    return vector;
  }
  try {
    embedded = await pMap(requests, embedOne, { concurrency: MOST_AT_ONCE });
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  const pieces = embedded.flatMap(({ embedding }, nth) => [
    utf8Bytes(nth === 0 ? '{"embeddings":[' : ","),
    embedding,
  ]);
  const counts = embedded.flatMap(({ tokens }) => tokens ?? []);
  const total = counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  return message([...pieces, CLOSE_LIST], total);
};

/**
 * Whether Vertex AI serves a model with `:embedContent`, and not with `:predict`; the same rule as in Google's
 * SDKs.
 */
export function hasEmbedContent(model: string): boolean {
  const isMultimodal = model.includes("gemini") && !model.endsWith("gemini-embedding-001");
  return isMultimodal || model.includes("maas");
}

/**
 * One vector.
 *
 * @param request An EmbedContentRequest.
 */
async function embed(call: UpstreamCall, request: JsonNode, send: SendRequest): Promise<Embedded> {
  return hasEmbedContent(call.model)
    ? readEmbedding(await send(call, { action: "embedContent", body: embedContentBody(request) }))
    : readPrediction(await send(call, { action: "predict", body: predictBody(request) }));
}

/**
 * Checks the members that the translation reads.
 *
 * @throws {UpstreamFault} For a request that no account would accept.
 */
function checkRequest(request: JsonNode, model: string): void {
  if (!request.isObject) throw invalid("a request of the batch is not an object");
  // Throws for an unknown task type.
  settingsOf(request);
  if (hasEmbedContent(model)) return;
  const content = request.field("content");
  if (!content?.isObject) throw invalid("content is not specified, or not an object with parts");
  for (const part of partsOf(request)) {
    if (part.get("text")?.isString) continue;
    throw invalid("on Vertex AI this model embeds text only, and a part of the content has none");
  }
}

/** The body of Vertex AI's `:embedContent`; the content itself is unchanged. */
function embedContentBody(request: JsonNode): Uint8Array {
  return object({
    content: request.field("content")?.bytes,
    embedContentConfig: unlessEmpty(settingsOf(request)),
  });
}

/** The body of `:predict`. */
function predictBody(request: JsonNode): Uint8Array {
  const { taskType, title, outputDimensionality, autoTruncate } = settingsOf(request);
  const instance = object({ content: textOf(request), task_type: taskType, title });
  const parameters = unlessEmpty({ outputDimensionality, autoTruncate });
  return object({ instances: joinBytes([OPEN_LIST, instance, CLOSE_LIST]), parameters });
}

/** Settings of an EmbedContentRequest, as JSON; undefined for absent ones. */
function settingsOf(request: JsonNode) {
  const config = request.field("embedContentConfig");
  function setting(name: string): JsonNode | undefined {
    const value = request.field(name) ?? config?.field(name);
    return value?.isNull ? undefined : value;
  }
  return {
    taskType: taskTypeOf(setting("taskType")),
    title: setting("title")?.bytes,
    outputDimensionality: numeralOf(setting("outputDimensionality")),
    autoTruncate: setting("autoTruncate")?.bytes,
    documentOcr: setting("documentOcr")?.bytes,
    audioTrackExtraction: setting("audioTrackExtraction")?.bytes,
  };
}

/**
 * A number as JSON. Proto3 JSON also accepts it as a string, `:predict` does not. Other values are unchanged.
 *
 * @see {@link https://protobuf.dev/programming-guides/json/}
 */
function numeralOf(value: JsonNode | undefined): Uint8Array | undefined {
  const text = value?.text(LONGEST_NUMERAL) ?? "";
  return NUMERAL.test(text) ? utf8Bytes(text) : value?.bytes;
}

/**
 * A task type by its name; undefined for the unspecified one.
 *
 * @throws {UpstreamFault} For a number that is unknown to the Gemini API, because on Vertex AI that number is
 * another task type.
 */
function taskTypeOf(value: JsonNode | undefined): Uint8Array | undefined {
  const text = value?.text(LONGEST_TASK_TYPE);
  const numeral = value?.numeral ?? (NUMERAL.test(text ?? "") ? text : undefined);
  if (numeral === undefined) return text === "TASK_TYPE_UNSPECIFIED" ? undefined : value?.bytes;
  const name = TASK_TYPES[Number(numeral)];
  if (name === undefined) throw invalid(`no task type has the number "${numeral}"`);
  return name === "" ? undefined : utf8Bytes(`"${name}"`);
}

/** The text of a content as one JSON string: the parts' own bytes, joined by line feeds. */
function textOf(request: JsonNode): Uint8Array {
  const texts = partsOf(request).map((part) => part.get("text")?.bytes.subarray(1, -1) ?? NO_BYTES);
  const pieces = texts.flatMap((text, nth) => nth === 0 ? [text] : [LINE_FEED, text]);
  return joinBytes([DOUBLE_QUOTE, ...pieces, DOUBLE_QUOTE]);
}

function partsOf(request: JsonNode): readonly JsonNode[] {
  return request.field("content")?.field("parts")?.list ?? [];
}

function readEmbedding(response: UpstreamResponse): Embedded {
  const root = rootOf(response);
  const embedding = root.get("embedding");
  if (!embedding?.get("values")?.isArray) {
    throw unusableResponse("a response without an embedding");
  }
  const tokens = root.get("usageMetadata")?.get("promptTokenCount");
  // A copy: a view would keep the whole response in memory until the batch is complete.
  return { embedding: embedding.bytes.slice(), tokens: countOf(tokens) };
}

function readPrediction(response: UpstreamResponse): Embedded {
  const embeddings = rootOf(response).get("predictions")?.list[0]?.get("embeddings");
  const values = embeddings?.get("values");
  if (!values?.isArray) throw unusableResponse("a response without an embedding");
  return {
    embedding: object({ values: values.bytes }),
    tokens: countOf(embeddings?.get("statistics")?.field("tokenCount")),
  };
}

function rootOf(response: UpstreamResponse): JsonNode {
  if (response.type !== "json") throw unusableResponse("a stream of embeddings");
  try {
    const scanner = new JsonScanner(response.bytes, { shape: RESPONSE_SHAPE });
    scanner.scan();
    return scanner.root();
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unusableResponse("a response that can't be read");
  }
}

/** The fault for a batch with too many bytes; another attempt would give as many. */
function tooLong(): UpstreamFault {
  const message = `Upstream sent more than ${MOST_BYTES / 1024 / 1024} MiB of embeddings; ` +
    "send fewer requests in a batch";
  return new UpstreamFault("transient", new RpcError("INTERNAL", message), { isFinal: true });
}

function countOf(value: JsonNode | undefined): number | undefined {
  const count = Number(value?.numeral ?? Number.NaN);
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/**
 * A response with its token count.
 *
 * @param pieces The message without its closing brace.
 */
function message(pieces: readonly Uint8Array[], tokens: number | undefined): UpstreamResponse {
  const usage = tokens === undefined ? "" : `,"usageMetadata":{"promptTokenCount":${tokens}}`;
  return { type: "json", bytes: joinBytes([...pieces, utf8Bytes(`${usage}}`)]) };
}

/** An object of JSON values, without those that are undefined. */
function object(members: JsonMembers): Uint8Array {
  return unlessEmpty(members) ?? utf8Bytes("{}");
}

/** The same; undefined for an object without members. */
function unlessEmpty(members: JsonMembers): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    pieces.push(utf8Bytes(`${pieces.length === 0 ? "{" : ","}"${name}":`), value);
  }
  return pieces.length === 0 ? undefined : joinBytes([...pieces, utf8Bytes("}")]);
}

/** The client's own fault: no other account would accept the request. */
function invalid(why: string): UpstreamFault {
  return new UpstreamFault("request", new RpcError("INVALID_ARGUMENT", `Cannot embed: ${why}`));
}
