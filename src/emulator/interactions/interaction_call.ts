/**
 * Helpers for the methods of interactions and their related collections.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { UsageCount } from "../counted_usage.ts";
import { badRequest } from "../google_errors.ts";
import { faultContext, type ServiceCall, spendCredentials } from "../models/model_call.ts";
import { invalidRequest } from "./string_codes.ts";
import { isJsonObject, type JsonObject, parsedJson } from "../../base/json.ts";
import type { MakeMessages } from "../script/scripted_response.ts";
import { respondAsScripted } from "../script/scripted_response.ts";
import { responseForm } from "../route.ts";

/** The project whose resources a call sees: that of the key, or that of Vertex AI's path. */
export function projectOf({ account, route }: ServiceCall): string {
  return route.project === "" ? account.ownerProject : route.project;
}

/** Parses a body; an empty one is an empty object. */
export function parsedBody(text: string): JsonObject {
  if (text.trim() === "") return {};
  const json = parsedJson(text);
  if (json === undefined) {
    throw badRequest([{ field: "", description: "Invalid JSON payload received." }]);
  }
  if (!isJsonObject(json)) throw invalidRequest("The request body must be a JSON object.");
  return json;
}

/** Returns a flag of the query. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const value = (query.get(name) ?? "false").toLowerCase();
  if (value !== "true" && value !== "false") {
    throw invalidRequest(`Invalid value at '${name}': expected boolean.`);
  }
  return value === "true";
}

/**
 * Takes the account's outcome for a call and applies it.
 *
 * @param response `make`: makes the body, or the events of a stream; `model`: bare id, empty for none; `count`: counts
 * the tokens that the response reports.
 */
export function respondFamily(
  call: ServiceCall,
  response: {
    readonly model?: string;
    readonly streamed?: boolean;
    readonly count?: UsageCount;
    readonly make: MakeMessages;
  },
): Promise<Response> {
  const { route, account, exchange, query } = call;
  const { model = "", streamed = false, count, make } = response;
  const outcome = account.take({ method: route.method, model });
  spendCredentials(outcome, call);
  return respondAsScripted(outcome, {
    form: { ...responseForm(route, query), streamed, sse: streamed, pretty: false },
    context: faultContext(call, model),
    exchange,
    make,
    ...defined({ count }),
  });
}
