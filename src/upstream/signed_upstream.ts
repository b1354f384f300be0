/**
 * An upstream for a conversation with function calls: learns the signatures in its responses, and sends
 * each request with those that it takes.
 *
 * @module
 */
import { type ResponsePart, responseParts } from "../signatures/response_signatures.ts";
import { currentTurn, placeOfCall, type Turn, usesFunctions } from "../signatures/function_turn.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import type { Signatures } from "../signatures/signatures.ts";
import { MappedStream } from "./mapped_stream.ts";
import { editSignatures } from "../signatures/signature_edits.ts";
import type { Model, Upstream, UpstreamCall } from "./upstream.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

type Batch = readonly StreamEvent[];

/** Whose signatures are minded. */
export interface SignedConversation {
  readonly signatures: Signatures;
  /** Its fingerprint. */
  readonly session: string;
}

/**
 * The upstream, with signatures minded where they can matter. Where no function is called, neither
 * requests nor answers are looked into.
 *
 * @param request The client's body.
 */
export function withSignatures(
  upstream: Upstream,
  request: NativeRequest,
  conversation: SignedConversation,
): Upstream {
  return usesFunctions(request.body) ? new SignedUpstream(upstream, conversation) : upstream;
}

class SignedUpstream implements Upstream {
  readonly #upstream: Upstream;
  readonly #conversation: SignedConversation;

  constructor(upstream: Upstream, conversation: SignedConversation) {
    this.#upstream = upstream;
    this.#conversation = conversation;
  }

  get kind() {
    return this.#upstream.kind;
  }

  async generateContent(call: UpstreamCall): Promise<Uint8Array> {
    const recorder = this.#recorder(call);
    const response = await this.#send(
      call,
      (rewritten) => this.#upstream.generateContent(rewritten),
    );
    recorder.record(response);
    return response;
  }

  async streamGenerateContent(call: UpstreamCall): Promise<AsyncIterable<Batch>> {
    const recorder = this.#recorder(call);
    const events = await this.#send(
      call,
      (rewritten) => this.#upstream.streamGenerateContent(rewritten),
    );
    return new MappedStream(events, {
      batch(batch) {
        for (const event of batch) if (event.type === "data") recorder.record(event.json);
        return batch;
      },
    });
  }

  countTokens(call: UpstreamCall): Promise<Uint8Array> {
    return this.#upstream.countTokens(call);
  }

  listModels(signal: AbortSignal): Promise<readonly Model[]> {
    return this.#upstream.listModels(signal);
  }

  close(): void {
    this.#upstream.close();
  }

  /** Sends a call; a refusal over signatures is tried once more, without any that could be wrong. */
  async #send<T>(call: UpstreamCall, send: (call: UpstreamCall) => Promise<T>): Promise<T> {
    const { signatures, session } = this.#conversation;
    const context = { signatures, session, origin: this.#origin(call) };
    const request = editSignatures(call.request, { ...context, refused: false });
    try {
      return await send({ ...call, request });
    } catch (error) {
      if (!isAboutSignatures(error) || call.budget.spent) throw error;
      signatures.noteRefusal(session, context.origin);
      const second = editSignatures(call.request, { ...context, refused: true });
      if (isSame(request, second)) throw error;
      return await send({ ...call, request: second });
    }
  }

  #recorder(call: UpstreamCall): SignatureRecorder {
    const { signatures, session } = this.#conversation;
    const turn = currentTurn(call.request.body, session);
    return new SignatureRecorder(signatures, { turn, origin: this.#origin(call) });
  }

  #origin({ model }: UpstreamCall): string {
    return `${this.kind} ${model}`;
  }
}

/** What one response teaches. */
class SignatureRecorder {
  readonly #signatures: Signatures;
  readonly #from: { readonly turn: Turn; readonly origin: string };
  /** How many calls each candidate has made so far. */
  readonly #calls = new Map<number, number>();

  constructor(signatures: Signatures, from: { readonly turn: Turn; readonly origin: string }) {
    this.#signatures = signatures;
    this.#from = from;
  }

  /** Remembers the signatures of a response, or of its next chunk. */
  record(json: Uint8Array): void {
    for (const part of responseParts(json)) this.#recordPart(part);
  }

  #recordPart({ candidate, call, signature }: ResponsePart): void {
    const { turn, origin } = this.#from;
    const made = this.#calls.get(candidate) ?? 0;
    if (call !== undefined) this.#calls.set(candidate, made + 1);
    if (signature === undefined) return;
    const place = call && placeOfCall(turn.key, turn.calls + made, call);
    this.#signatures.remember({ value: signature, origin }, place);
  }
}

/** Google says so only in words: that a signature is missing, corrupted, or no base64. */
function isAboutSignatures(error: unknown): boolean {
  return error instanceof UpstreamFault && error.scope === "request" &&
    /thought[_ ]?signature/i.test(error.message);
}

/** Whether two dresses of one request are the same. */
function isSame(one: NativeRequest, other: NativeRequest): boolean {
  return one.edits.length === other.edits.length &&
    one.edits.every(({ at, remove, insert }, nth) => {
      const edit = other.edits[nth];
      return edit?.at === at && edit.remove === remove && edit.insert === insert;
    });
}
