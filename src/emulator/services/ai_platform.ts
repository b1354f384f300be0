/**
 * Emulates aiplatform.googleapis.com, which is Vertex AI: the list of Google's models, and model calls in a project and
 * location or in express mode.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest}
 * @module
 */
import { parseBody } from "../http/body.ts";
import { type CatalogueModel, findModel, modelsOf } from "../models/catalogue.ts";
import { respondEmbedContent, respondPredict } from "../embeddings/vertex_embeddings.ts";
import { iamDenied, invalidArgument, type Service, unknownModel } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import {
  respondCount,
  respondGenerate,
  respondScripted,
  type ServiceCall,
} from "../models/model_call.ts";
import { isLive, respondLive } from "../live/respond_live.ts";
import { modelPage } from "../models/model_page.ts";
import { withNamedCache } from "../caches/named_cache.ts";
import { respondCaches } from "../caches/respond_caches.ts";
import { respondInteractions } from "../interactions/respond_interactions.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { respondImages } from "../operations/respond_images.ts";
import { respondFetchOperation } from "../operations/respond_operations.ts";
import { respondVertexVideos } from "../operations/respond_videos.ts";
import { findBrokenContents, findBrokenRule } from "../models/request_rules.ts";

const SERVICE: Service = "aiplatform.googleapis.com";

/** The format of `model` in a body. */
const MODEL_NAME = /^projects\/[^/]+\/locations\/[^/]+\/publishers\/[^/]+\/models\/[^/]+$/;

/**
 * Handles a call.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondAiPlatform(call: ServiceCall): Promise<Response> {
  if (call.route.method.startsWith("cachedContents.")) return respondCaches(call, "vertex");
  if (call.route.method.startsWith("interactions.")) return respondInteractions(call);
  if (isLive(call.route)) return respondLive(call);
  switch (call.route.method) {
    case "models":
      return respondScripted(call, { model: "", make: () => [listModels(call.query)] });
    case "countTokens":
      return countTokens(call);
    case "embedContent":
      return respondEmbedContent(permittedModel(call, "embedContent"), call);
    case "predict":
      return predict(call);
    case "predictLongRunning":
      return respondVertexVideos(permittedModel(call, "predictLongRunning"), call);
    case "fetchPredictOperation":
      return respondFetchOperation(permittedModel(call, "predictLongRunning"), call);
    default:
      return generate(call);
  }
}

function generate(call: ServiceCall): Promise<Response> {
  const model = permittedModel(call, "generateContent");
  const message = "GenerateContentRequest";
  const request = parseBody(call.rawBody, { message, flavour: "vertex" });
  const broken = findBrokenRule(request, { model, flavour: "vertex", message });
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  return respondGenerate(withNamedCache({ model, request, flavour: "vertex" }, call), call);
}

function predict(call: ServiceCall): Promise<Response> {
  // Every text model has countTokens, and so passes this check; respondPredict refuses those that cannot embed.
  const model = permittedModel(call, "predict", "countTokens");
  return model.methods.includes("predict")
    ? respondImages(call, { model, flavour: "vertex" })
    : respondPredict(model, call);
}

function countTokens(call: ServiceCall): Promise<Response> {
  const model = permittedModel(call, "countTokens");
  const message = "CountTokensRequest";
  const request = parseBody(call.rawBody, { message, flavour: "vertex" });
  const named = textAt(request, "model");
  if (named !== undefined && !MODEL_NAME.test(named)) {
    throw invalidArgument(`Invalid resource name: ${named}`);
  }
  const broken = findBrokenContents(request, { model, flavour: "vertex", message });
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  return respondCount({ model, request, flavour: "vertex" }, call);
}

function listModels(query: URLSearchParams): JsonObject {
  return modelPage(query, {
    member: "publisherModels",
    models: modelsOf(SERVICE),
    defaultSize: 20,
    largestSize: 100,
    show: ({ id }) => ({
      name: `publishers/google/models/${id}`,
      versionId: "default",
      openSourceCategory: "PROPRIETARY",
      launchStage: id.endsWith("-preview") ? "PUBLIC_PREVIEW" : "GA",
    }),
  });
}

/**
 * Returns the model in the path.
 *
 * @throws A GoogleError if the path names another project than the account's, or if the model has none of the methods.
 */
function permittedModel(
  { route, account }: ServiceCall,
  ...methods: readonly [string, ...string[]]
): CatalogueModel {
  const isOwn = account.isExpress
    ? route.project === ""
    : route.project !== "" && isSameProject(account.project ?? route.project, route.project);
  if (!isOwn) throw iamDenied("aiplatform.endpoints.predict", route.resource);
  const model = route.resource.includes("publishers/google/")
    ? findModel(route.model, SERVICE)
    : undefined;
  if (model === undefined || !methods.some((method) => model.methods.includes(method))) {
    throw unknownModel(route.service, { ...route, method: methods[0] });
  }
  return model;
}
