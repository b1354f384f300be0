/**
 * Checks a request of `interactions.create`: its shape, its rules, and that all that it names belongs to
 * the project.
 *
 * @module
 */
import { type CatalogueModel, findModel } from "../models/catalogue.ts";
import { checkNamedStores } from "../stores/named_stores.ts";
import { checkShape } from "./shape_check.ts";
import { entityNotFound, failedPrecondition, invalidRequest } from "./string_codes.ts";
import { INTERACTION_SHAPES } from "./interaction_shapes.ts";
import { inputSteps } from "./interaction_prompt.ts";
import type { Continuation, StoredInteraction } from "./interaction_store.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { checkCredentials } from "../agents/named_credentials.ts";
import { newEnvironment } from "../agents/new_environment.ts";
import { objectsAt, textAt } from "../json.ts";
import { projectOf } from "./interaction_call.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { unknownModel } from "../google_errors.ts";

/** Google's own agents. */
const AGENTS = /^(?:deep-research(?:-pro|-max)?-preview|antigravity-preview)-\d\d-20\d\d$/;

/** Whether an agent is one of Google's own. */
export function isGoogleAgent(agent: string): boolean {
  return AGENTS.test(agent);
}

/** The model that the emulated agents use. */
const AGENT_MODEL = "gemini-3.1-pro-preview";

/** The first revision of the schema with steps. */
const FIRST_REVISION = "2026-05-20";

const LEGACY = "The legacy Interactions API schema is no longer supported. Please upgrade your " +
  "client SDK to Python >= 2.0.0 or JavaScript/TypeScript >= 2.0.0 to adopt the new 'steps' " +
  "schema. For details and migration examples, see: " +
  "https://ai.google.dev/gemini-api/docs/interactions-breaking-changes-may-2026";

/** A request that is valid. */
export interface InteractionRequest {
  readonly body: JsonObject;
  readonly model: CatalogueModel;
  /** Undefined for an interaction with a model. */
  readonly agent: string | undefined;
  /** The steps of its own input. */
  readonly input: readonly JsonObject[];
  /** The steps of earlier interactions, and the input. */
  readonly conversation: readonly JsonObject[];
  readonly continuation: Continuation | undefined;
  /** The id of the environment, which is made now if the request wants a new one. */
  readonly environmentId: () => string | undefined;
}

/**
 * Checks a body.
 *
 * @throws A GoogleError if Google would refuse it.
 */
export function checkRequest(body: JsonObject, call: ServiceCall): InteractionRequest {
  if (body["model"] !== undefined && body["agent"] !== undefined) {
    throw invalidRequest("Only one of 'model' and 'agent' can be set.");
  }
  if (body["model"] === undefined && body["agent"] === undefined) {
    throw invalidRequest("One of 'model' and 'agent' must be set.");
  }
  const { input: given } = body;
  // Of the schema that a client wants.
  const revision = call.request.headers.get("api-revision") ?? FIRST_REVISION;
  if (revision < FIRST_REVISION) throw invalidRequest(LEGACY);
  if (Array.isArray(given) && given.some((item) => isJsonObject(item) && "role" in item)) {
    throw invalidRequest(LEGACY);
  }
  const message = "agent" in body ? "CreateAgentInteraction" : "CreateModelInteraction";
  checkShape(body, message, INTERACTION_SHAPES);
  checkModes(body);
  const continuation = continuationOf(body, call);
  const input = inputSteps(given);
  if (input.length === 0 && !continuation) {
    throw invalidRequest("Missing required parameter 'input'.");
  }
  const conversation = [...earlierSteps(body, call), ...input];
  checkResults(input, conversation);
  checkNames(body, call);
  const agent = textAt(body, "agent");
  return {
    body,
    model: modelOf(body, call),
    agent,
    input,
    conversation,
    continuation,
    environmentId: environmentOf(body, call),
  };
}

function checkModes(body: JsonObject): void {
  if (body["background"] === true && body["store"] === false) {
    throw invalidRequest("'background' requires 'store' to be true.");
  }
  if (/^deep-research/.test(textAt(body, "agent") ?? "") && body["background"] !== true) {
    throw invalidRequest("Deep Research agents require 'background' to be true.");
  }
}

function continuationOf(body: JsonObject, call: ServiceCall): Continuation | undefined {
  const token = textAt(body, "continuation_token") ?? "";
  if (token === "") return undefined;
  const previous = textAt(body, "previous_interaction_id");
  return call.stored.interactions.continuation(token, { project: projectOf(call), previous });
}

function earlierSteps(body: JsonObject, call: ServiceCall): readonly JsonObject[] {
  const id = textAt(body, "previous_interaction_id") ?? "";
  if (id === "") return [];
  const previous: StoredInteraction = call.stored.interactions.find(id, projectOf(call));
  if (previous.readsLeft > 0 && !previous.cancelled) {
    throw failedPrecondition(`The interaction '${id}' is still in progress.`);
  }
  return [...previous.history, ...previous.steps];
}

/** A function's result must be that of a call before it. */
function checkResults(input: readonly JsonObject[], conversation: readonly JsonObject[]): void {
  const calls = new Set(conversation.map(({ type, id }) => type === "function_call" ? id : null));
  for (const { type, call_id } of input) {
    if (type === "function_result" && !calls.has(call_id)) {
      throw invalidRequest(`No function call with the id '${call_id}' comes before its result.`);
    }
  }
}

/** Stores and caches that the request names. */
function checkNames(body: JsonObject, call: ServiceCall): void {
  const tools = objectsAt(body, "tools").filter(({ type }) => type === "file_search")
    .map(({ file_search_store_names: names }) => ({ fileSearch: { fileSearchStoreNames: names } }));
  checkNamedStores({ tools }, call);
  const cache = textAt(body, "cached_content");
  if (cache !== undefined) {
    const place = { project: projectOf(call), location: "" };
    call.stored.caches.find(cache.replace(/^cachedContents\//, ""), place);
  }
}

function modelOf(body: JsonObject, call: ServiceCall): CatalogueModel {
  const { service, version } = call.route;
  const agent = textAt(body, "agent");
  if (agent !== undefined && !isGoogleAgent(agent)) {
    call.stored.agents.find("agents", {
      id: agent.replace(/^agents\//, ""),
      project: projectOf(call),
    });
  }
  const id = agent === undefined
    ? (textAt(body, "model") ?? "").replace(/^models\//, "")
    : AGENT_MODEL;
  const model = findModel(id, service);
  if (model === undefined || !model.methods.includes("generateContent")) {
    throw unknownModel(service, { model: id, version, method: "interactions", resource: id });
  }
  return model;
}

/** Checks which environment a request uses; the one that it wants to be made is made later. */
function environmentOf(body: JsonObject, call: ServiceCall): () => string | undefined {
  const { environment } = body;
  const project = projectOf(call);
  if (environment === undefined || environment === null) return () => undefined;
  const settings = isJsonObject(environment) ? environment : {};
  if ("type" in settings && settings["type"] !== "remote") {
    throw invalidRequest(
      `The value '${settings["type"]}' is not supported for 'type' at 'environment'. ` +
        "Supported values: 'remote'.",
    );
  }
  checkCredentials(settings, { stored: call.stored, project });
  const id = typeof environment === "string" ? environment : textAt(settings, "environment_id");
  if (id === undefined || id === "remote") {
    const context = { stored: call.stored, now: call.now, project };
    return () => newEnvironment(settings, context).id;
  }
  const found = call.stored.agents.find("environments", { id, project });
  if (found.shown["status"] !== "active") throw entityNotFound();
  return () => found.id;
}
