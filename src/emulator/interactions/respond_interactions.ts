/**
 * The methods of interactions, in the Gemini API and in Vertex AI.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import { tokensOf } from "../counted_usage.ts";
import { createInteraction, inProgress } from "./create_interaction.ts";
import { eventsAfter } from "./interaction_events.ts";
import { failedPrecondition, invalidRequest } from "./string_codes.ts";
import { flagOf, parsedBody, projectOf, respondFamily } from "./interaction_call.ts";
import { iamDenied } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import type { ServiceCall } from "../models/model_call.ts";
import type { StoredInteraction } from "./interaction_store.ts";

/**
 * Handles a method of interactions.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondInteractions(call: ServiceCall): Promise<Response> {
  const { route, account, stored } = call;
  const isOwn = route.project === "" || account.project === null ||
    isSameProject(account.project, route.project);
  if (!isOwn) throw iamDenied("aiplatform.interactions.get", `projects/${route.project}`);
  if (route.method === "interactions.create") return createInteraction(call);
  const interaction = stored.interactions.find(route.id, projectOf(call));
  switch (route.method) {
    case "interactions.get":
      return getInteraction(call, interaction);
    case "interactions.cancel":
      return cancelInteraction(call, interaction);
    default: {
      const make = () => {
        stored.interactions.delete(interaction);
        return [{}];
      };
      return respondFamily(call, { make });
    }
  }
}

function getInteraction(call: ServiceCall, interaction: StoredInteraction): Promise<Response> {
  const { query } = call;
  const streamed = flagOf(query, "stream");
  const withInput = flagOf(query, "includeInput");
  const lastId = query.get("lastEventId") ?? "";
  if (lastId !== "" && !streamed) {
    throw invalidRequest("'last_event_id' can only be used if 'stream' is true.");
  }
  if (!streamed) {
    const make = () => {
      const now = shown(interaction, withInput);
      interaction.readsLeft = Math.max(0, interaction.readsLeft - 1);
      return [now];
    };
    return respondFamily(call, { make });
  }
  const events = lastId === "" ? interaction.events : eventsAfter(interaction.events, lastId);
  const make = () => {
    // The stream is open until the work is done.
    if (Number.isFinite(interaction.readsLeft)) interaction.readsLeft = 0;
    interaction.count.reports(tokensOf(interaction.resource));
    return events;
  };
  return respondFamily(call, { streamed, make });
}

function cancelInteraction(call: ServiceCall, interaction: StoredInteraction): Promise<Response> {
  if (Object.keys(parsedBody(call.rawBody)).length > 0) {
    throw invalidRequest("The request body must be empty.");
  }
  if (interaction.readsLeft === 0 || interaction.cancelled) {
    throw failedPrecondition("Only a background interaction that is in progress can be cancelled.");
  }
  const make = () => {
    interaction.cancelled = true;
    return [shown(interaction, false)];
  };
  return respondFamily(call, { make });
}

function shown(interaction: StoredInteraction, withInput: boolean): JsonObject {
  const { resource, input, steps, readsLeft, cancelled } = interaction;
  const own = withInput ? input : [];
  if (cancelled) return { ...inProgress(resource), status: "cancelled", steps: own };
  if (readsLeft > 0) return { ...inProgress(resource), steps: own };
  interaction.count.reports(tokensOf(resource));
  return { ...resource, steps: [...own, ...steps] };
}
