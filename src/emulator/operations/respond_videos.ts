/**
 * Videos: `:predictLongRunning` begins an operation. At the Gemini API its videos are files of the project; at
 * Vertex AI they are in a bucket or, if the request names none, in the response.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/video}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { fileDenied, unsupportedUri } from "../files/file_errors.ts";
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { numberAt, objectAt, objectsAt, textAt } from "../json.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { randomId } from "../random_id.ts";
import { StoredBytes } from "../uploads/stored_bytes.ts";

const TYPES = "type.googleapis.com/";
const GEMINI_RESPONSE = "google.ai.generativelanguage.v1beta.PredictLongRunningResponse";
const VERTEX_RESPONSE = "cloud.ai.large_models.vision.GenerateVideoResponse";

/** Most videos of one request. */
const MOST_VIDEOS = 4;

/** The beginning of an MP4 file. */
const VIDEO = utf8Bytes("\0\0\0\x18ftypmp42\0\0\0\0mp42isom");

/** Handles the Gemini API's `:predictLongRunning`. */
export function respondVideos(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const { stored, account } = call;
  const { instance, count } = readRequest(call, "dev");
  const uri = textAt(objectAt(instance, "video"), "uri");
  if (uri !== undefined) checkVideo(uri, call);
  const project = account.ownerProject;
  const finish = () => ({
    "@type": TYPES + GEMINI_RESPONSE,
    generateVideoResponse: {
      generatedSamples: Array.from({ length: count }, () => {
        const content = new StoredBytes(Infinity);
        content.write(VIDEO);
        const file = stored.files.add({
          project,
          mimeType: "video/mp4",
          source: "GENERATED",
          content,
        });
        return { video: { uri: file.toJSON()["downloadUri"] } };
      }),
    },
  });
  const name = `models/${model.id}/operations/${randomId(12)}`;
  return begin(call, { model, name, project, finish });
}

/** Handles Vertex AI's. */
export function respondVertexVideos(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const { route, account } = call;
  const { parameters, count } = readRequest(call, "vertex");
  const bucket = textAt(parameters, "storageUri");
  const name = `${route.resource}/operations/${crypto.randomUUID()}`;
  const finish = () => ({
    "@type": TYPES + VERTEX_RESPONSE,
    raiMediaFilteredCount: 0,
    videos: Array.from({ length: count }, (_, nth) => ({
      ...(bucket === undefined
        ? { bytesBase64Encoded: btoa(String.fromCharCode(...VIDEO)) }
        : { gcsUri: `${bucket.replace(/\/$/, "")}/${randomId(12)}/sample_${nth}.mp4` }),
      mimeType: "video/mp4",
    })),
  });
  return begin(call, { model, name, project: account.project ?? route.project, finish });
}

function begin(
  call: ServiceCall,
  { model, ...operation }: {
    readonly model: CatalogueModel;
    readonly name: string;
    readonly project: string;
    readonly finish: () => JsonObject;
  },
): Promise<Response> {
  const make = () => [{ name: call.stored.operations.add(operation).name }];
  return respondScripted(call, { model: model.id, make });
}

function readRequest(call: ServiceCall, flavour: "dev" | "vertex") {
  const message = "PredictLongRunningRequest";
  const request = parseBody(call.rawBody, { message, flavour });
  const [instance, ...more] = objectsAt(request, "instances");
  if (instance === undefined || more.length > 0) {
    throw invalidArgument("Video generation requires exactly one instance.");
  }
  if (!["prompt", "image", "video"].some((member) => member in instance)) {
    throw invalidArgument("Video generation requires a prompt, an image or a video.");
  }
  const parameters = objectAt(request, "parameters");
  const count = numberAt(parameters, "sampleCount") ?? 1;
  if (count < 1 || count > MOST_VIDEOS) {
    throw invalidArgument(`sampleCount must be between 1 and ${MOST_VIDEOS}, but got ${count}.`);
  }
  return { instance, parameters, count };
}

/** A video that is extended must be one that the project's own operations made. */
function checkVideo(uri: string, { stored, account }: ServiceCall): void {
  const [, id] =
    /^(?:https:\/\/generativelanguage\.googleapis\.com\/v1(?:beta|alpha)?\/)?files\/([a-z0-9-]+)(?::download\?alt=media)?$/
      .exec(uri) ?? [];
  if (id === undefined) throw unsupportedUri(uri);
  const file = stored.files.find(id, account.ownerProject);
  if (file.source !== "GENERATED") throw fileDenied(id);
}
