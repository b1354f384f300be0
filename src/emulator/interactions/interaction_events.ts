/**
 * The events of an interaction's stream. Each has an id from which a stored interaction's stream can be
 * resumed.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/streaming}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectsAt, textAt } from "../json.ts";
import { invalidRequest } from "./string_codes.ts";

/** Least number of deltas of a text, if it is long enough. */
const LEAST_DELTAS = 3;
/** Longest delta of a text, in code points. */
const DELTA = 64;

/** The interaction that the events stream. */
export interface StreamedInteraction {
  readonly id: string;
  /** The interaction as it is at the end. */
  readonly resource: JsonObject;
  readonly steps: readonly JsonObject[];
  readonly stored: boolean;
  /** Resumes the work from its start, should the stream break before any content. */
  readonly checkpoint?: string;
  /** The deltas of its only text, as a script has them. */
  readonly chunks?: readonly string[];
}

/** Returns all events, the first and the last included. */
export function eventsOf(interaction: StreamedInteraction): readonly JsonObject[] {
  const { id, resource, steps, stored, checkpoint } = interaction;
  const { model, agent, environment_id } = resource;
  const start = {
    id,
    status: "in_progress",
    ...defined({ environment_id }),
    object: "interaction",
  };
  const events: JsonObject[] = [
    { interaction: { ...start, ...defined({ model, agent }) }, event_type: "interaction.created" },
    {
      interaction_id: id,
      status: "in_progress",
      usage: usageOfInput(resource),
      ...(checkpoint === undefined ? {} : { continuation_token: checkpoint }),
      event_type: "interaction.status_update",
    },
    ...steps.flatMap((step, index) => stepEvents(step, index, interaction)),
    { interaction: briefly(resource), event_type: "interaction.completed" },
  ];
  if (!stored) return events;
  return events.map(({ event_type, ...event }, index) => ({
    ...event,
    event_id: btoa(`${id}/${index}`),
    event_type,
  }));
}

/** Returns the events after the one with that id. */
export function eventsAfter(events: readonly JsonObject[], lastId: string): readonly JsonObject[] {
  const index = events.findIndex((event) => event["event_id"] === lastId);
  if (index < 0) throw invalidRequest("The last_event_id is invalid for this interaction.");
  return events.slice(index + 1);
}

/** What is used before the model has written anything. */
function usageOfInput({ usage }: JsonObject): JsonObject {
  const tokens = isJsonObject(usage) ? usage["total_input_tokens"] : 0;
  return { total_tokens: tokens, total_input_tokens: tokens, total_output_tokens: 0 };
}

/** The members of an interaction that the last event contains. */
const BRIEF = [
  "id",
  "status",
  "usage",
  "created",
  "updated",
  "service_tier",
  "environment_id",
  "continuation_token",
  "errors",
  "object",
  "model",
  "agent",
];

function briefly(resource: JsonObject): JsonObject {
  return Object.fromEntries(
    BRIEF.filter((name) => name in resource).map((name) => [name, resource[name]]),
  );
}

function stepEvents(
  step: JsonObject,
  index: number,
  { chunks }: StreamedInteraction,
): readonly JsonObject[] {
  return [
    { index, step: startOf(step), event_type: "step.start" },
    ...deltasOf(step, chunks).map((delta) => ({ index, delta, event_type: "step.delta" })),
    { index, event_type: "step.stop" },
  ];
}

function startOf(step: JsonObject): JsonObject {
  const { type, id, name } = step;
  return type === "function_call" ? { type, id, name, arguments: {} } : { type };
}

function deltasOf(step: JsonObject, chunks: readonly string[] | undefined): readonly JsonObject[] {
  switch (step["type"]) {
    case "thought":
      return [
        ...objectsAt(step, "summary").map((content) => ({ content, type: "thought_summary" })),
        { signature: step["signature"] ?? "", type: "thought_signature" },
      ];
    case "function_call": {
      const text = JSON.stringify(step["arguments"]);
      return halves(text).map((half) => ({ arguments: half, type: "arguments_delta" }));
    }
    default:
      return objectsAt(step, "content").flatMap((content) => {
        const text = textAt(content, "text");
        if (text === undefined) return [content];
        return (chunks ?? pieces(text)).map((piece) => ({ text: piece, type: "text" }));
      });
  }
}

function halves(text: string): string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

/** Splits a text between code points. */
function pieces(text: string): string[] {
  const points = [...text];
  const count = Math.max(LEAST_DELTAS, Math.ceil(points.length / DELTA));
  const size = Math.max(1, Math.ceil(points.length / count));
  const cut: string[] = [];
  for (let start = 0; start < points.length; start += size) {
    cut.push(points.slice(start, start + size).join(""));
  }
  return cut;
}
