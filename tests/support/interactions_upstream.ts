/**
 * A project's Interactions API, as small as tests of the gateway need it: it knows its own interactions only.
 *
 * @module
 */
import { startTestUpstream, type TestUpstream } from "./test_upstream.ts";

/** A project's interactions. */
export interface InteractionsUpstream extends TestUpstream {
  /** Ids, in the order in which they were made. */
  readonly ids: readonly string[];
}

/** What a test changes. */
export interface InteractionsOptions {
  /** Responds in place of the project, unless it gives nothing. */
  readonly instead?: (request: Request, body: Record<string, unknown>) => Response | undefined;
}

const USAGE = {
  total_tokens: 9,
  total_input_tokens: 2,
  total_output_tokens: 3,
  total_thought_tokens: 4,
};

/** An error in the form of the Interactions API. */
export function refusal(status: number, code: string, message = `It is ${code}`): Response {
  return Response.json({ error: { code, message } }, { status });
}

/** A response in `text/event-stream`. */
export function sse(body: string | ReadableStream<Uint8Array>): Response {
  const headers = { "content-type": "text/event-stream", "cache-control": "no-transform" };
  return new Response(body, { headers });
}

/** The stream of an interaction, as Google frames it. */
export function interactionStream(id: string, environment?: string): string {
  const interaction = { id, status: "in_progress", object: "interaction" };
  const completed = {
    ...interaction,
    status: "completed",
    usage: USAGE,
    environment_id: environment,
  };
  const events = [
    { interaction, event_type: "interaction.created" },
    { interaction_id: id, status: "in_progress", event_type: "interaction.status_update" },
    { index: 0, step: { type: "model_output" }, event_type: "step.start" },
    { index: 0, delta: { text: "Made up – ünd so.", type: "text" }, event_type: "step.delta" },
    { index: 0, event_type: "step.stop" },
    { interaction: completed, event_type: "interaction.completed" },
  ];
  const frames = events.map((event, nth) =>
    `event: ${event.event_type}\nid: e${nth}\ndata: ${JSON.stringify(event)}\n\n`
  );
  return `: a comment\n\n${frames.join("")}event: done\ndata: [DONE]\n\n`;
}

/**
 * Starts a project.
 *
 * @param project Stands in the ids of its interactions.
 */
export function startInteractions(
  project: string,
  { instead = () => undefined }: InteractionsOptions = {},
): InteractionsUpstream {
  const ids: string[] = [];
  const known = new Set<string>();
  const upstream = startTestUpstream((request, index) => {
    const text = upstream.seen[index]?.body ?? "";
    const body = text === "" ? {} : JSON.parse(text);
    const scripted = instead(request, body);
    if (scripted !== undefined) return scripted;
    const { pathname, searchParams } = new URL(request.url);
    const [, collection, id = "", action] =
      /\/(interactions|models)(?:\/([^/]+))?(?:\/(cancel))?$/.exec(pathname) ?? [];
    if (collection !== "interactions") return Response.json({ models: [] });
    if (id === "" && request.method === "POST") return create(body);
    if (!known.has(id)) return refusal(404, "not_found", `Interaction ${id} not found.`);
    if (request.method === "DELETE") {
      known.delete(id);
      return Response.json({});
    }
    if (searchParams.get("stream") === "true") return sse(interactionStream(id));
    return Response.json({ id, status: action === "cancel" ? "cancelled" : "completed" });
  });

  function create(body: Record<string, unknown>): Response {
    const previous = body["previous_interaction_id"];
    if (typeof previous === "string" && !known.has(previous)) {
      return refusal(404, "not_found", `Interaction ${previous} not found.`);
    }
    const id = `v1_${project}_${ids.length}`;
    ids.push(id);
    known.add(id);
    const { model, agent, stream } = body;
    return stream === true
      ? sse(interactionStream(id))
      : Response.json({ id, status: "completed", model, agent, steps: [], usage: USAGE });
  }
  return { ...upstream, ids, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() };
}
