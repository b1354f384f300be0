/**
 * generativelanguage.googleapis.com: the list of models, and the calls of models.
 *
 * @see {@link https://ai.google.dev/api}
 * @module
 */
import { createBatch, respondBatches } from "../batches/respond_batches.ts";
import { parseBody } from "../http/body.ts";
import { type CatalogueModel, findModel, modelsOf } from "../models/catalogue.ts";
import { respondBatchEmbedContents, respondEmbedContent } from "../embeddings/native_embeddings.ts";
import { invalidArgument, type Service, unknownModel } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import {
  respondCount,
  respondGenerate,
  respondScripted,
  type ServiceCall,
} from "../models/model_call.ts";
import { isLive, respondLive } from "../live/respond_live.ts";
import { modelPage } from "../models/model_page.ts";
import { withNamedCache } from "../caches/named_cache.ts";
import { respondAuthTokens } from "../live/respond_auth_tokens.ts";
import { respondCaches } from "../caches/respond_caches.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { isAgentMethod, respondAgents } from "../agents/respond_agents.ts";
import { respondInteractions } from "../interactions/respond_interactions.ts";
import { checkNamedStores } from "../stores/named_stores.ts";
import { isOpenAi } from "../openai/openai_routes.ts";
import { respondOpenAi } from "../openai/respond_openai.ts";
import { respondImages } from "../operations/respond_images.ts";
import { respondOperations } from "../operations/respond_operations.ts";
import { respondVideos } from "../operations/respond_videos.ts";
import { respondAnswer } from "../shared/respond_answer.ts";
import { respondCorpora } from "../shared/respond_corpora.ts";
import { respondPermissions } from "../shared/respond_permissions.ts";
import { respondTunedModels, withBaseModel } from "../shared/respond_tuned_models.ts";
import { respondStores } from "../stores/respond_stores.ts";
import { respondFiles } from "../files/respond_files.ts";
import { findBrokenContents, findBrokenRule } from "../models/request_rules.ts";

const SERVICE: Service = "generativelanguage.googleapis.com";

/** Names of methods in the error for an unknown model, if they differ from the method's name. */
const METHODS_AS_NAMED: Readonly<Record<string, string>> = {
  model: "getModel",
  batchEmbedContents: "embedContent",
};

/**
 * Handles a call.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondGenerativeLanguage(sent: ServiceCall): Promise<Response> {
  const call = withBaseModel(sent);
  const { route } = call;
  if (route.method.startsWith("files.")) return respondFiles(call);
  if (route.method.startsWith("cachedContents.")) return respondCaches(call, "dev");
  if (route.method.startsWith("fileSearchStores.")) return respondStores(call);
  if (route.method.startsWith("batches.")) return respondBatches(call);
  if (route.method.startsWith("interactions.")) return respondInteractions(call);
  if (isLive(route)) return respondLive(call);
  if (isOpenAi(route.method)) return respondOpenAi(call);
  if (isAgentMethod(route.method)) return respondAgents(call);
  if (route.method.includes("operations.")) return respondOperations(call);
  if (route.method.includes(".permissions.")) return respondPermissions(call);
  if (route.method.startsWith("tunedModels.")) return respondTunedModels(call);
  if (/^(?:corpora|generatedFiles)\./.test(route.method)) return respondCorpora(call);
  switch (route.method) {
    case "auth_tokens.create":
      return respondAuthTokens(call);
    case "models":
      return respondScripted(call, { model: "", make: () => [listModels(call.query)] });
    case "model": {
      const model = findModel(route.model, SERVICE);
      if (model === undefined) throw modelNotFound(call);
      return respondScripted(call, { model: model.id, make: () => [model.resource] });
    }
    case "countTokens":
      return countTokens(call);
    case "embedContent":
      return respondEmbedContent(modelWith(call, "embedContent"), call);
    case "batchEmbedContents":
      return respondBatchEmbedContents(modelWith(call, "embedContent"), call);
    case "batchGenerateContent":
    case "asyncBatchEmbedContent":
      return createBatch(modelWith(call, route.method), call);
    case "predict":
      return respondImages(call, { model: modelWith(call, "predict"), flavour: "dev" });
    case "predictLongRunning":
      return respondVideos(modelWith(call, "predictLongRunning"), call);
    case "generateAnswer":
      return respondAnswer(modelWith(call, "generateAnswer"), call);
    default:
      return generate(call);
  }
}

function generate(call: ServiceCall): Promise<Response> {
  const model = modelWith(call, "generateContent");
  const request = parseBody(call.rawBody, { message: "GenerateContentRequest", flavour: "dev" });
  const context = { model, flavour: "dev", message: "GenerateContentRequest" } as const;
  const broken = findBrokenRule(request, context);
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  checkNamedStores(request, call);
  return respondGenerate(withNamedCache({ model, request, flavour: "dev" }, call), call);
}

function countTokens(call: ServiceCall): Promise<Response> {
  const model = modelWith(call, "countTokens");
  const body = parseBody(call.rawBody, { message: "CountTokensRequest", flavour: "dev" });
  const inner = objectAt(body, "generateContentRequest");
  if (inner !== undefined && "contents" in body) {
    throw invalidArgument(
      "* CountTokensRequest: contents and generate_content_request are mutually exclusive\n",
    );
  }
  if (inner !== undefined) checkInner(inner);
  const message = inner === undefined
    ? "CountTokensRequest"
    : "CountTokensRequest.generate_content_request";
  const request = inner ?? body;
  const broken = findBrokenContents(request, { model, flavour: "dev", message });
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  checkNamedStores(request, call);
  return respondCount(withNamedCache({ model, request, flavour: "dev" }, call), call);
}

function checkInner(inner: JsonObject): void {
  const place = "* CountTokensRequest.generate_content_request";
  const lines = [
    ...(objectsAt(inner, "contents").length > 0
      ? []
      : [`${place}.contents: contents is not specified\n`]),
    ...(textAt(inner, "model") ? [] : [`${place}.model: model is not specified\n`]),
  ];
  if (lines.length > 0) throw invalidArgument(lines.join(""));
}

function listModels(query: URLSearchParams): JsonObject {
  return modelPage(query, {
    member: "models",
    models: modelsOf(SERVICE),
    defaultSize: 50,
    largestSize: 1000,
    show: (model) => model.resource,
  });
}

function modelWith(call: ServiceCall, method: string): CatalogueModel {
  const model = findModel(call.route.model, SERVICE);
  if (model === undefined || !model.methods.includes(method)) throw modelNotFound(call);
  return model;
}

function modelNotFound({ route }: ServiceCall): Error {
  const method = METHODS_AS_NAMED[route.method] ?? route.method;
  return unknownModel(route.service, { ...route, method });
}
