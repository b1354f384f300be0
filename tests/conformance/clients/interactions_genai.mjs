/**
 * The calls of interactions by `@google/genai` from 2.0 on, for driver_genai.mjs.
 *
 * @module
 */

/** What `ClientOp` names, each with the client, the call, and the answer that it fills in. */
export const INTERACTION_RUN = {
  interact,

  // Newer versions continue by themselves.
  continueInteraction: interact,

  async readInteraction({ client, call, answer }) {
    const how = { stream: call.stream };
    if (call.after !== undefined) how.last_event_id = call.after;
    await note(await client.interactions.get(call.name, how), answer);
  },

  async cancelInteraction({ client, call, answer }) {
    await note(await client.interactions.cancel(call.name), answer);
  },

  async deleteInteraction({ client, call }) {
    await client.interactions.delete(call.name);
  },
};

async function interact({ client, call, answer }) {
  const request = { model: call.model, input: call.prompt, stream: call.stream };
  if (call.previous !== undefined) request.previous_interaction_id = call.previous;
  if (call.background !== undefined) request.background = call.background;
  await note(await client.interactions.create(request), answer);
}

async function note(response, answer) {
  const seen = answer.interaction = { events: [] };
  if (response[Symbol.asyncIterator] === undefined) {
    answer.chunks = 1;
    Object.assign(seen, { id: response.id, status: response.status });
    answer.usageTotal = response.usage?.total_tokens;
    answer.text = (response.steps ?? []).flatMap((step) => step.content ?? [])
      .map((content) => content.text ?? "").join("");
    return;
  }
  for await (const event of response) {
    answer.chunks++;
    if (event.event_id !== undefined) seen.events.push(event.event_id);
    if (event.interaction !== undefined) {
      Object.assign(seen, { id: event.interaction.id, status: event.interaction.status });
      answer.usageTotal = event.interaction.usage?.total_tokens ?? answer.usageTotal;
    }
    if (event.delta?.type === "text") answer.text += event.delta.text;
  }
}
