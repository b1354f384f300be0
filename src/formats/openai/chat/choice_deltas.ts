/**
 * Translates one candidate to the deltas of a choice. A whole response is the sum of its deltas.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/streaming}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import { CharacterOffsets } from "../../shared/response/character_offsets.ts";
import type {
  CallPart,
  Candidate,
  MediaPart,
  ResponsePart,
} from "../../shared/response/response_parts.ts";
import { type FinishReason, finishReason, nativeFinishReason } from "../finish_reason.ts";
import type { ChatScope } from "./chat_scope.ts";
import { type ChosenLogprob, tokenLogprobs } from "./token_logprobs.ts";
import { urlCitations } from "./url_citations.ts";

/** What a part of a candidate adds to the choice's message. */
export interface Delta {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly refusal?: string;
  readonly tool_calls?: readonly JsonObject[];
  readonly function_call?: JsonObject;
  readonly images?: readonly JsonObject[];
  readonly audio?: JsonObject;
  readonly annotations?: readonly JsonObject[];
  readonly extra_content?: JsonObject;
}

/** A delta, with the log probabilities of its tokens. */
export interface ChoiceDelta {
  readonly delta: Delta;
  readonly logprobs?: readonly ChosenLogprob[];
}

/** Most groundings of a response that are kept. */
const MOST_GROUNDINGS = 100;

/** How long clients may use the id of audio, in s: it is not stored at all, but the field is required. */
const AUDIO_LIFE_S = 3600;

/** The state of one choice. */
export class ChoiceDeltas {
  readonly #scope: ChatScope;
  readonly #offsets = new CharacterOffsets();
  readonly #partStarts: number[] = [];
  #chunks = 0;
  #calls = 0;
  #images = 0;
  #audioId: string | undefined;
  #reason: string | undefined;
  readonly #groundings: JsonObject[] = [];
  #isBlocked = false;

  constructor(scope: ChatScope) {
    this.#scope = scope;
  }

  /** The deltas of a candidate, or of its next chunk. */
  add(candidate: Candidate): ChoiceDelta[] {
    this.#chunks++;
    this.#reason = candidate.finishReason ?? this.#reason;
    this.#addGrounding(candidate.groundingMetadata);
    const deltas: ChoiceDelta[] = [];
    for (const part of candidate.parts) {
      if (this.#chunks === 1) this.#partStarts.push(this.#offsets.bytes);
      const delta = this.#partDelta(part);
      if (delta !== undefined) deltas.push({ delta });
    }
    const logprobs = candidate.logprobs === undefined ? [] : tokenLogprobs(candidate.logprobs);
    return logprobs.length === 0 ? deltas : withLogprobs(deltas, logprobs);
  }

  /** The deltas of a prompt that Google blocked. */
  block(reason: string): ChoiceDelta[] {
    this.#isBlocked = true;
    return [{ delta: { refusal: reason } }];
  }

  /** The deltas after the last chunk. */
  end(): ChoiceDelta[] {
    const deltas: ChoiceDelta[] = [];
    const annotations = urlCitations(this.#groundings, {
      offsets: this.#offsets,
      partStarts: this.#chunks === 1 ? this.#partStarts : [],
    });
    if (annotations.length > 0) deltas.push({ delta: { annotations } });
    if (this.#audioId !== undefined) {
      const expires_at = Math.floor(this.#scope.context.nowMs / 1000) + AUDIO_LIFE_S;
      deltas.push({ delta: { audio: { transcript: "", expires_at } } });
    }
    return deltas;
  }

  /** Why the choice ended, in the client's words. */
  get finish(): { readonly finish_reason: FinishReason; readonly native_finish_reason?: string } {
    if (this.#isBlocked) return { finish_reason: "content_filter" };
    const calls = this.#scope.isLegacy ? "function_call" : "tool_calls";
    return {
      finish_reason: finishReason(this.#reason, this.#calls > 0 ? calls : undefined),
      ...nativeFinishReason(this.#reason),
    };
  }

  /** Keeps what cites sources; most chunks of a stream have an empty grounding. */
  #addGrounding(grounding: JsonObject | undefined): void {
    if (grounding?.groundingSupports === undefined) return;
    if (this.#groundings.length < MOST_GROUNDINGS) this.#groundings.push(grounding);
  }

  #partDelta(part: ResponsePart): Delta | undefined {
    switch (part.type) {
      case "text":
        return this.#text(part.text, part.signature);
      case "thought":
        return part.text === "" ? undefined : { reasoning_content: part.text };
      case "call":
        return this.#call(part);
      case "media":
        // A draft is no part of the response.
        return part.isThought ? undefined : this.#media(part);
      case "file":
        return part.mimeType.startsWith("image/")
          ? this.#image(part.uri, part.signature)
          : this.#text(part.uri);
      case "code":
        return this.#text(`\n\`\`\`${part.language.toLowerCase()}\n${part.code}\n\`\`\`\n`);
      case "codeResult":
        return this.#text(`\n\`\`\`\n${part.output}\n\`\`\`\n`);
      case "other":
        return undefined;
    }
  }

  #text(content: string, signature?: string): Delta | undefined {
    if (content === "" && signature === undefined) return undefined;
    this.#offsets.add(content);
    return {
      ...defined({ content: content === "" ? undefined : content }),
      ...extraContent(signature),
    };
  }

  #call({ name, args, id, signature }: CallPart): Delta | undefined {
    const index = this.#calls++;
    const called = { name: this.#scope.names.toClient(name), arguments: JSON.stringify(args) };
    if (this.#scope.isLegacy) return index === 0 ? { function_call: called } : undefined;
    const callId = this.#scope.context.keepCall(defined({ id, signature }), "call_");
    return {
      tool_calls: [
        { index, id: callId, type: "function", function: called, ...extraContent(signature) },
      ],
    };
  }

  #media({ mimeType, data, signature }: MediaPart): Delta {
    if (!mimeType.startsWith("audio/")) {
      return this.#image(`data:${mimeType};base64,${data}`, signature);
    }
    const isFirst = this.#audioId === undefined;
    this.#audioId ??= this.#scope.context.newId("audio_");
    return { audio: { ...(isFirst ? { id: this.#audioId } : {}), data, mimeType } };
  }

  #image(url: string, signature: string | undefined): Delta {
    const index = this.#images++;
    return {
      images: [{ index, type: "image_url", image_url: { url }, ...extraContent(signature) }],
    };
  }
}

/** A signature in the field that Google's own OpenAI format has for it. */
function extraContent(signature: string | undefined): { readonly extra_content?: JsonObject } {
  return signature === undefined
    ? {}
    : { extra_content: { google: { thought_signature: signature } } };
}

/** Adds the log probabilities of a chunk to its first delta with text. */
function withLogprobs(
  deltas: readonly ChoiceDelta[],
  logprobs: readonly ChosenLogprob[],
): ChoiceDelta[] {
  const first = deltas.findIndex(({ delta }) => delta.content !== undefined);
  if (first < 0) return [...deltas, { delta: {}, logprobs }];
  return deltas.map((one, index) => index === first ? { ...one, logprobs } : one);
}
