/**
 * The operations of Vertex AI's models. They are read by a method of the model, with the name in the body.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation}
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";
import { plainName } from "../../gemini/resources/resources.ts";
import type { UpstreamCall } from "../upstream.ts";
import { operationIn } from "../videos/operation_name.ts";
import { type ModelPlace, pathOfPlace, pathOfVertexModel } from "./vertex_names.ts";

const METHOD = "fetchPredictOperation";

/** A full name; the first group is the model's. No segment is a dot segment, which would change a request's path. */
const FULL_NAME =
  /^((?:projects\/(?!\.{1,2}\/)[\w.:-]+\/locations\/[\w-]+\/)?publishers\/[\w-]+\/models\/(?!\.{1,2}\/)[\w.-]+)\/operations\/[\w.-]+$/;

/** A request for an operation: its call, path and body. */
export interface OperationRequest {
  readonly call: UpstreamCall;
  readonly path: string;
  readonly body: Uint8Array;
}

/** The request for the operation in a call's path. */
export function fetchOfPath(call: UpstreamCall, place: ModelPlace | undefined): OperationRequest {
  const operationName = fullName(call.resource, place);
  const [, model = ""] = /^models\/([^/]+)\//.exec(plainName(call.resource)) ?? [];
  return {
    call: { ...call, method: METHOD, model },
    path: pathFor(operationName, pathOfVertexModel(model, place)),
    body: utf8Bytes(JSON.stringify({ operationName })),
  };
}

/** The request for the operation in a call's body. */
export function fetchOfBody(call: UpstreamCall, place: ModelPlace | undefined): OperationRequest {
  const { request, model } = call;
  const path = pathFor(operationIn(request), pathOfVertexModel(model, place));
  return { call, path, body: request.bytes };
}

/** The path of the operation's own model; that of `model` for a name that has another form. */
function pathFor(operationName: string, model: string): string {
  return `${FULL_NAME.exec(operationName)?.[1] ?? model}:${METHOD}`;
}

/**
 * The name that Vertex AI gave an operation: in the account's project, which clients may name by id or by number.
 *
 * @param resource In the form of the Gemini API, with a project and location as a rule.
 */
function fullName(resource: string, place: ModelPlace | undefined): string {
  const [own = "", project = ""] = /^projects\/([^/]+)\/locations\/[^/]+\//.exec(resource) ?? [];
  const isOwn = /^\d+$/.test(project) || (project !== "" && project === place?.project);
  return `${isOwn ? own : pathOfPlace(place)}publishers/google/${plainName(resource)}`;
}
