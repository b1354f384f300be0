/**
 * Translates a whole response to a chat completion.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/object}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { blockReasonOf, candidatesOf } from "../../shared/response/response_parts.ts";
import { countsOf } from "../../shared/response/token_counts.ts";
import { completionUsage } from "../usage.ts";
import { audioMessage } from "./audio_message.ts";
import type { ChatScope } from "./chat_scope.ts";
import { type ChoiceDelta, ChoiceDeltas } from "./choice_deltas.ts";
import { completionHead } from "./completion_head.ts";
import { tierOf } from "../service_tier.ts";

/** The chat completion of a native response. */
export function wholeCompletion(response: JsonObject, scope: ChatScope): JsonObject {
  const { id, created, model } = completionHead(response, scope);
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: choicesOf(response, scope),
    usage: completionUsage(countsOf(response)),
    service_tier: tierOf(response),
    system_fingerprint: null,
  };
}

function choicesOf(response: JsonObject, scope: ChatScope): JsonObject[] {
  const candidates = candidatesOf(response);
  if (candidates.length > 0) {
    return candidates.map((candidate) => {
      const deltas = new ChoiceDeltas(scope);
      return choice(candidate.index, { all: deltas.add(candidate), deltas, scope });
    });
  }
  const deltas = new ChoiceDeltas(scope);
  const blocked = blockReasonOf(response);
  const all = blocked === undefined ? [] : deltas.block(blocked);
  return [choice(0, { all, deltas, scope })];
}

interface Parts {
  readonly all: readonly ChoiceDelta[];
  readonly deltas: ChoiceDeltas;
  readonly scope: ChatScope;
}

function choice(index: number, { all, deltas, scope }: Parts): JsonObject {
  const every = [...all, ...deltas.end()];
  const logprobs = every.flatMap((one) => one.logprobs ?? []);
  return {
    index,
    message: messageOf(every, scope),
    logprobs: logprobs.length === 0 ? null : { content: logprobs, refusal: null },
    ...deltas.finish,
  };
}

/** The sum of the deltas. */
function messageOf(deltas: readonly ChoiceDelta[], scope: ChatScope): JsonObject {
  const text: string[] = [];
  const thoughts: string[] = [];
  const calls: JsonObject[] = [];
  const images: JsonObject[] = [];
  const annotations: JsonObject[] = [];
  const audio: JsonObject[] = [];
  let others: JsonObject = {};
  for (const { delta } of deltas) {
    const { content, reasoning_content, tool_calls = [], ...rest } = delta;
    if (content !== undefined) text.push(content);
    if (reasoning_content !== undefined) thoughts.push(reasoning_content);
    for (const { index: _, ...call } of tool_calls) calls.push(call);
    for (const image of rest.images ?? []) images.push(image);
    for (const annotation of rest.annotations ?? []) annotations.push(annotation);
    if (rest.audio !== undefined) audio.push(rest.audio);
    const { refusal, function_call, extra_content } = rest;
    others = {
      ...others,
      ...(refusal === undefined ? {} : { refusal }),
      ...(function_call === undefined ? {} : { function_call }),
      ...(extra_content === undefined ? {} : { extra_content }),
    };
  }
  const hasNoText = text.length === 0 &&
    (calls.length > 0 || audio.length > 0 || "refusal" in others || "function_call" in others);
  return {
    role: "assistant",
    content: hasNoText ? null : text.join(""),
    refusal: null,
    annotations,
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join("") }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(images.length === 0 ? {} : { images }),
    ...(audio.length === 0 ? {} : { audio: audioMessage(audio, scope.audio) }),
    ...others,
  };
}
