/**
 * Reads a request of Responses as one for an interaction.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { Reading } from "../../../operation.ts";
import { NO_EVENTS, ResponseEvents } from "../output/response_events.ts";
import { type InteractionParts, interactionRequest } from "./interaction_request.ts";
import { type InteractionOptions, InteractionRun } from "./interaction_run.ts";

/** The request and what its response depends on. */
export interface InteractionPlan {
  readonly request: InteractionParts;
  readonly response: InteractionOptions;
}

/** The call and the translation of its response; undefined if interactions lack something that the request says. */
export function interactionReading(
  { request, response }: InteractionPlan,
): Pick<Reading, "calls" | "response"> | undefined {
  const body = interactionRequest(request);
  if (body === undefined) return undefined;
  return {
    calls: [{ method: "interactions.create", model: request.model, body }],
    response: request.isStream ? { type: "stream", translator: () => streamed(response) } : {
      type: "whole",
      translate: ([interaction = {}]) => ({ json: whole(response, interaction) }),
    },
  };
}

function whole(options: InteractionOptions, interaction: JsonObject): JsonObject {
  const run = new InteractionRun(options, NO_EVENTS);
  run.whole(interaction);
  return run.end();
}

function streamed(options: InteractionOptions) {
  const events = new ResponseEvents();
  const run = new InteractionRun(options, events);
  return {
    chunk(event: JsonObject): string {
      run.event(event);
      return events.take();
    },
    error(error: Parameters<InteractionRun["fail"]>[0]): string {
      run.fail(error);
      return events.take();
    },
    end(): string {
      run.end();
      return events.take();
    },
  };
}
