/**
 * The input of a batch: requests within the call, or the lines of a file.
 *
 * @module
 */
import { type JsonObject, parsedObject } from "../../base/json.ts";
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { tokensOf, type UsageCount } from "../counted_usage.ts";
import { fileDenied, fileNotActive } from "../files/file_errors.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import { parseBody } from "../http/body.ts";
import { brokenModel } from "../models/named_model.ts";
import { StoredBytes } from "../uploads/stored_bytes.ts";
import type { BatchContext, BatchMethod } from "./batch_methods.ts";
import type { BatchResult } from "./stored_batch.ts";

/** The form of a file's name in a batch: not its address. */
const FILE_NAME = /^files\/([a-z0-9-]+)$/;

/** The numbers of the codes that errors of requests have. */
const CODES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
};

/** A batch's requests, and how their results are returned. */
export interface BatchInput {
  readonly count: number;
  run(at: { readonly id: string; readonly now: number }): BatchResult;
}

/** The call that makes the batch, without what differs from request to request. */
type InputContext = Pick<BatchContext, "call" | "model"> & {
  readonly method: BatchMethod;
  /** Counts the tokens of the results. */
  readonly count: UsageCount;
  /** The model's name in the path, as `models/x` or `tunedModels/x`. */
  readonly name: string;
};

/**
 * Reads the member `inputConfig` of a batch.
 *
 * @throws A GoogleError where Google refuses the call. What is wrong with a single request is an error in its result.
 */
export function readBatchInput(batch: JsonObject | undefined, context: InputContext): BatchInput {
  const config = objectAt(batch, "inputConfig");
  const place = `${context.method.message}.batch.input_config`;
  const inlined = objectAt(config, "requests");
  const fileName = textAt(config, "fileName");
  if (config === undefined) throw invalidArgument(`* ${place}: input_config is not specified\n`);
  if (inlined !== undefined && fileName !== undefined) {
    throw invalidArgument(
      `* ${place}: oneof field 'source' is already set. Cannot set 'requests'\n`,
    );
  }
  if (fileName !== undefined) return fileInput(fileName, { ...context, place });
  const requests = objectsAt(inlined, "requests");
  if (requests.length === 0) {
    throw invalidArgument(`* ${place}.requests.requests: requests is not specified\n`);
  }
  const lines = requests.flatMap((item, nth) =>
    brokenModel(objectAt(item, "request") ?? {}, {
      model: context.name,
      place: `${place}.requests.requests[${nth}].request`,
      isRequired: false,
    })
  );
  if (lines.length > 0) throw invalidArgument(lines.join(""));
  return inlinedInput(requests, context);
}

function inlinedInput(requests: readonly JsonObject[], context: InputContext): BatchInput {
  return {
    count: requests.length,
    run(at) {
      const results = requests.map((item, nth) => ({
        ...resultOf(() => objectAt(item, "request") ?? {}, { ...context, ...at, nth }),
        ...("metadata" in item ? { metadata: item["metadata"] } : {}),
      }));
      const output = { inlinedResponses: { inlinedResponses: results } };
      return { output, ...countsOf(results) };
    },
  };
}

/** Checks the file now; its lines are read when the batch runs. */
function fileInput(name: string, context: InputContext & { readonly place: string }): BatchInput {
  const { call: { stored: { files }, account }, place } = context;
  const [, id] = FILE_NAME.exec(name) ?? [];
  if (id === undefined) {
    throw invalidArgument(`* ${place}.file_name: Invalid resource name: ${name}\n`);
  }
  const file = files.find(id, account.ownerProject);
  if (file.state !== "ACTIVE") throw fileNotActive(id);
  const bytes = file.content?.bytes;
  if (bytes === undefined) throw fileDenied(id);
  const lines = utf8Text(bytes).split("\n").filter((line) => line.trim() !== "");
  return {
    count: lines.length,
    run(at) {
      if (lines.length === 0) {
        return { error: { code: 3, message: `The file ${name} contains no requests.` } };
      }
      const results = lines.map((line, nth) => ({
        ...keyOf(line),
        ...resultOf(() => requestIn(line, context), { ...context, ...at, nth }),
      }));
      const content = new StoredBytes(Infinity);
      for (const result of results) content.write(utf8Bytes(`${JSON.stringify(result)}\n`));
      const { name: responsesFile } = files.add({
        id: `batch-${at.id}`,
        project: account.ownerProject,
        mimeType: "application/jsonl",
        source: "GENERATED",
        content,
      });
      return { output: { responsesFile }, ...countsOf(results) };
    },
  };
}

/** The key of a line, which its result repeats even if the request is refused. */
function keyOf(line: string): JsonObject {
  const key = textAt(parsedObject(utf8Bytes(line)), "key");
  return key === undefined ? {} : { key };
}

/** The request of a line; throws a GoogleError if it is malformed or for another model. */
function requestIn(line: string, { method, name }: InputContext): JsonObject {
  const request = objectAt(parseBody(line, { message: method.line, flavour: "dev" }), "request") ??
    {};
  const wrong = brokenModel(request, { model: name, place: method.request, isRequired: false });
  if (wrong.length > 0) throw invalidArgument(wrong.join(""));
  return request;
}

/** The result of one request: its response, or why it was refused. */
function resultOf(
  read: () => JsonObject,
  { nth, id, ...context }: InputContext & {
    readonly id: string;
    readonly now: number;
    readonly nth: number;
  },
): { readonly response: JsonObject } | { readonly error: JsonObject } {
  const responseId = `emulated-${id}-${nth}`;
  try {
    const response = context.method.respond(read(), { ...context, responseId });
    context.count.adds(tokensOf(response));
    return { response };
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    return { error: { code: CODES[error.status] ?? 13, message: error.message } };
  }
}

function countsOf(
  results: readonly object[],
): { readonly succeeded: number; readonly failed: number } {
  const failed = results.filter((result) => "error" in result).length;
  return { succeeded: results.length - failed, failed };
}
