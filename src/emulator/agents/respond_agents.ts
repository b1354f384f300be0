/**
 * The methods of agents, environments, triggers, webhooks, credentials, voices and decisions.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import type { AgentCollection, AgentResource } from "./agent_resources.ts";
import { AGENT_SHAPES } from "./agent_shapes.ts";
import { COLLECTIONS, newSecret, type PlainCollection } from "./agent_collections.ts";
import { checkShape } from "../interactions/shape_check.ts";
import { entityNotFound, invalidRequest } from "../interactions/string_codes.ts";
import { respondEnvironmentFiles } from "./environment_files.ts";
import type { JsonObject } from "../../base/json.ts";
import { checkCredentials } from "./named_credentials.ts";
import { newEnvironment } from "./new_environment.ts";
import { parsedBody, projectOf, respondFamily } from "../interactions/interaction_call.ts";
import { PREBUILT_VOICES } from "./prebuilt_voices.ts";
import { resourcePage } from "../resource_page.ts";
import { respondDecision } from "./decisions.ts";
import { runTrigger } from "./trigger_executions.ts";
import { secondStamp } from "../timestamps.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { textAt } from "../json.ts";

/** The collections that this file serves. */
const FAMILY = /^(?:agents|environments|triggers|webhooks|credentials|voices|decisions)\./;

/** Whether a method is one of these. */
export function isAgentMethod(method: string): boolean {
  return FAMILY.test(method);
}

/**
 * Handles a method.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondAgents(call: ServiceCall): Promise<Response> {
  const { route } = call;
  const [collection = "", method = ""] = route.method.split(".");
  if (collection === "decisions") return respondDecision(call);
  if (route.method === "environments.create") return createEnvironment(call);
  if (/^environments\.(?:files|upload)$/.test(route.method)) return respondEnvironmentFiles(call);
  if (!isCollection(collection)) throw entityNotFound();
  switch (method) {
    case "create":
      return createResource(call, collection);
    case "list":
      return listResources(call, { collection });
    case "get": {
      const { shown } = findResource(call, collection);
      return respondFamily(call, { make: () => [shown] });
    }
    case "delete": {
      const { id } = call.route;
      const found = call.stored.agents.find(collection, { id, project: projectOf(call) });
      const make = () => {
        call.stored.agents.delete(collection, found);
        return [{}];
      };
      return respondFamily(call, { make });
    }
    case "update":
      return updateResource(call, collection);
    case "run":
      return runTrigger(call, findResource(call, collection));
    case "executions":
      return listResources(call, {
        collection: "executions",
        prefix: `${findResource(call, collection).id}/`,
      });
    default:
      return actOnWebhook(call, { method, webhook: findResource(call, collection) });
  }
}

function isCollection(name: string): name is PlainCollection | "environments" {
  return name === "environments" || Object.hasOwn(COLLECTIONS, name);
}

function bodyOf(call: ServiceCall, message: string): JsonObject {
  const body = parsedBody(call.rawBody);
  checkShape(body, message, AGENT_SHAPES);
  return body;
}

/** Finds the resource of the path. The voices of Google's catalogue can be read in every project. */
function findResource(call: ServiceCall, collection: AgentCollection): AgentResource {
  const { id } = call.route;
  const prebuilt = collection === "voices"
    ? PREBUILT_VOICES.find((voice) => voice.id === id)
    : undefined;
  return prebuilt ?? call.stored.agents.find(collection, { id, project: projectOf(call) });
}

function createEnvironment(call: ServiceCall): Promise<Response> {
  const body = bodyOf(call, "CreateEnvironment");
  const project = projectOf(call);
  const from = textAt(body, "from_environment");
  if (from !== undefined) {
    const id = from.replace(/^environments\//, "");
    call.stored.agents.find("environments", { id, project });
  }
  checkCredentials(body, { stored: call.stored, project });
  const make = () => [newEnvironment(body, { ...call, project }).shown];
  return respondFamily(call, { make });
}

function createResource(
  call: ServiceCall,
  collection: PlainCollection | "environments",
): Promise<Response> {
  if (collection === "environments") return createEnvironment(call);
  const row = COLLECTIONS[collection];
  const shown = row.make(bodyOf(call, row.create), call);
  const id = textAt(shown, "id");
  const { stored } = call;
  const project = projectOf(call);
  // Taken before the script's outcome: an id that exists is refused first.
  const added = id === undefined ? undefined : { id, project, shown };
  if (added !== undefined) stored.agents.refuseKnown(collection, added);
  const make = () => {
    if (added !== undefined) stored.agents.add(collection, added);
    return [{ ...shown, ...row.onlyAtFirst?.() }];
  };
  return respondFamily(call, { make });
}

function listResources(
  call: ServiceCall,
  list: { readonly collection: AgentCollection; readonly prefix?: string },
): Promise<Response> {
  const { collection, prefix = "" } = list;
  const { query, stored } = call;
  const project = projectOf(call);
  const own = stored.agents.list(collection, project).filter(({ id }) => id.startsWith(prefix));
  const all = collection === "voices" ? [...PREBUILT_VOICES, ...own] : own;
  const filters = [...query].filter(([name]) => FILTERS.has(name));
  const listed = all.filter(({ shown }) =>
    filters.every(([name]) => query.getAll(name).includes(String(shown[FILTERS.get(name) ?? ""])))
  );
  const member = collection === "executions" ? "trigger_executions" : collection;
  const make = () => {
    const options = { member, project, defaultSize: 50, largestSize: 1000 };
    const { nextPageToken, ...page } = resourcePage(listed, query, options);
    return [nextPageToken === undefined ? page : { ...page, next_page_token: nextPageToken }];
  };
  return respondFamily(call, { make });
}

/** The parameters of `voices.list` that filter, and their members. */
const FILTERS: ReadonlyMap<string, string> = new Map([
  ["accent", "accent"],
  ["context", "context"],
  ["gender", "gender"],
  ["languageCode", "language_code"],
  ["persona", "persona"],
  ["pitch", "pitch"],
  ["regionCode", "region_code"],
  ["type", "type"],
]);

function updateResource(
  call: ServiceCall,
  collection: PlainCollection | "environments",
): Promise<Response> {
  const row = collection === "environments" ? undefined : COLLECTIONS[collection];
  if (row?.update === undefined) throw entityNotFound();
  const body = bodyOf(call, row.update);
  const mask = call.query.get("updateMask")?.split(",").map((name) => name.trim());
  const strange = mask?.find((name) => !(name in body));
  if (strange !== undefined) {
    throw invalidRequest(`The field '${strange}' of 'update_mask' is not in the request body.`);
  }
  const found = findResource(call, collection);
  if ("type" in body && body["type"] !== found.shown["type"]) {
    throw invalidRequest("The type of a credential cannot be changed.");
  }
  const change = Object.fromEntries(
    Object.entries(body).filter(([name]) => mask === undefined || mask.includes(name)),
  );
  const make = () => {
    found.shown = {
      ...found.shown,
      ...(row.shownOf?.(change) ?? change),
      ...(row.updated === undefined ? {} : { [row.updated]: secondStamp(call.now) }),
    };
    return [found.shown];
  };
  return respondFamily(call, { make });
}

function actOnWebhook(
  call: ServiceCall,
  action: { readonly method: string; readonly webhook: AgentResource },
): Promise<Response> {
  const { method, webhook } = action;
  bodyOf(call, method === "ping" ? "Empty" : "RotateSigningSecret");
  if (method === "ping") return respondFamily(call, { make: () => [{}] });
  const make = () => {
    const secret = newSecret();
    webhook.shown = {
      ...webhook.shown,
      signing_secrets: [{ truncated_secret: secret.slice(-4) }],
    };
    return [{ secret }];
  };
  return respondFamily(call, { make });
}
