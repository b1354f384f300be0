/**
 * cloudcode-pa.googleapis.com/v1internal: model calls in their envelope, tiers and the catalogue. Its
 * schema for what is inside the envelope is Vertex AI's.
 *
 * @module
 */
import { parseBody } from "../http/body.ts";
import { type CatalogueModel, findModel, modelsOf } from "../models/catalogue.ts";
import {
  GoogleError,
  invalidArgument,
  projectDenied,
  type Service,
  unknownModel,
} from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";
import {
  respondCount,
  respondGenerate,
  respondScripted,
  type ServiceCall,
} from "../models/model_call.ts";
import { loadCodeAssist, onboardUser, operation } from "./onboarding.ts";
import { withNamedCache } from "../caches/named_cache.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { retrieveUserQuota, retrieveUserQuotaSummary } from "./user_quota.ts";
import { findBrokenContents, findBrokenRule } from "../models/request_rules.ts";

const SERVICE: Service = "cloudcode-pa.googleapis.com";

/**
 * Handles a call.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondCodeAssist(call: ServiceCall): Promise<Response> {
  switch (call.route.method) {
    case "loadCodeAssist":
      return loadCodeAssist(call);
    case "onboardUser":
      return onboardUser(call);
    case "operation":
      return operation(call);
    case "fetchAvailableModels":
      return fetchAvailableModels(call);
    case "retrieveUserQuota":
      return retrieveUserQuota(call, { models: generating(), checkProject: checkedFor(call) });
    case "retrieveUserQuotaSummary":
      return retrieveUserQuotaSummary(call, checkedFor(call));
    case "countTokens":
      return countTokens(call);
    default:
      return generate(call);
  }
}

function fetchAvailableModels(call: ServiceCall): Promise<Response> {
  const body = parseBody(call.rawBody, {
    message: "FetchAvailableModelsRequest",
    flavour: "vertex",
  });
  if ("project" in body) checkProject(call, body);
  const resetTime = new Date(call.now + 18_000_000).toISOString();
  const models = generating()
    .map((model) => [model.id, availableModel(model, resetTime)]);
  const response = {
    models: Object.fromEntries(models),
    deprecatedModelIds: { "gemini-3-pro-preview": { newModelId: "gemini-3.1-pro-preview" } },
    defaultAgentModelId: "gemini-3.1-pro-preview",
  };
  return respondScripted(call, { model: "", make: () => [response] });
}

function generating(): readonly CatalogueModel[] {
  return modelsOf(SERVICE).filter((model) => model.methods.includes("generateContent"));
}

function checkedFor(call: ServiceCall): (body: JsonObject) => void {
  return (body) => checkProject(call, body);
}

function availableModel(model: CatalogueModel, resetTime: string): JsonObject {
  return {
    displayName: model.id,
    supportsImages: true,
    supportsThinking: !model.image,
    thinkingBudget: -1,
    maxTokens: model.inputTokenLimit,
    maxOutputTokens: model.outputTokenLimit,
    supportedMimeTypes: { "image/png": true, "image/jpeg": true, "text/plain": true },
    quotaInfo: { remainingFraction: 1, resetTime },
  };
}

function generate(call: ServiceCall): Promise<Response> {
  const envelope = parseBody(call.rawBody, {
    message: "CodeAssistGenerateRequest",
    flavour: "vertex",
  });
  checkProject(call, envelope);
  const model = findModel(textAt(envelope, "model") ?? "", SERVICE);
  if (model === undefined || !model.methods.includes("generateContent")) throw notFound();
  const request = objectAt(envelope, "request");
  if (request === undefined) throw invalidArgument("Request contains an invalid argument.");
  const question = { model, flavour: "vertex", isCodeAssist: true } as const;
  const broken = findBrokenRule(request, { ...question, message: "GenerateContentRequest" });
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  call.account.count(model.id, call.now);
  return respondGenerate(withNamedCache({ ...question, request }, call), call);
}

function countTokens(call: ServiceCall): Promise<Response> {
  const body = parseBody(call.rawBody, { message: "CodeAssistCountRequest", flavour: "vertex" });
  const request = objectAt(body, "request");
  if (request === undefined) throw invalidArgument("Request contains an invalid argument.");
  const model = findModel((textAt(request, "model") ?? "").replace(/^models\//, ""), SERVICE);
  if (model === undefined) throw notFound();
  const context = { model, flavour: "vertex", message: "CountTokensRequest" } as const;
  const broken = findBrokenContents(request, context);
  if (broken !== undefined) throw broken;
  checkNamedFiles(request, call);
  return respondCount({ model, request, flavour: "vertex" }, call);
}

/** Requires the account's own project; any project if Google manages none for it. */
function checkProject({ account }: ServiceCall, body: JsonObject): void {
  if (account.ineligible !== undefined || !account.onboarded) {
    const message = "The caller does not have permission";
    throw new GoogleError(403, "PERMISSION_DENIED", { message });
  }
  const project = textAt(body, "project") ?? "";
  if (project === "") throw projectDenied(SERVICE, "default");
  if (account.project !== null && account.project !== project) {
    throw projectDenied(SERVICE, project);
  }
}

function notFound(): GoogleError {
  return unknownModel(SERVICE, { model: "", version: "v1internal", method: "", resource: "" });
}
