/**
 * A call of a conversation: records the signatures in its response, and sends the request with those that the upstream
 * accepts.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ResponsePart, responseParts } from "../signatures/response_signatures.ts";
import {
  currentTurn,
  placeOfCall,
  signaturesIn,
  type Turn,
  usesFunctions,
} from "../signatures/function_turn.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import type { Signatures } from "../signatures/signatures.ts";
import { MappedStream } from "./exchange/mapped_stream.ts";
import { editSignatures } from "../signatures/signature_edits.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "./upstream.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

/** The conversation whose signatures are recorded and restored. */
export interface SignedConversation {
  readonly signatures: Signatures;
  /** Its fingerprint. */
  readonly session: string;
}

/**
 * Calls an upstream: records the signatures of its response, and restores or replaces those of the request. If no
 * function is called, only those that the client repeats can matter.
 */
export function callSigned(
  upstream: Upstream,
  call: UpstreamCall,
  conversation: SignedConversation,
): Promise<UpstreamResponse> {
  const { body } = call.request;
  const { signatures, session } = conversation;
  const origin = `${upstream.kind} ${call.model}`;
  const turn = usesFunctions(body) ? currentTurn(body, session) : undefined;
  const recorder = new SignatureRecorder(signatures, { turn, origin });
  const repeated = signaturesIn(body);
  const response = turn !== undefined || repeated.length > 0
    ? loadedAndRestored(upstream, call, { signatures, session, origin, repeated })
    : upstream.call(call);
  return response.then((response) => recorded(response, recorder));
}

/** The response, whose signatures are recorded as they pass. */
function recorded(response: UpstreamResponse, recorder: SignatureRecorder): UpstreamResponse {
  if (response.type === "json") {
    recorder.record(response.bytes);
    return response;
  }
  if (response.type !== "stream") return response;
  const events = new MappedStream(response.events, {
    batch(batch) {
      for (const event of batch) if (event.type === "data") recorder.record(event.json);
      return batch;
    },
  });
  return { ...response, events };
}

async function loadedAndRestored(
  upstream: Upstream,
  call: UpstreamCall,
  { repeated, ...context }: SignedConversation & {
    readonly origin: string;
    /** The signatures in the request. */
    readonly repeated: readonly string[];
  },
): Promise<UpstreamResponse> {
  const loaded = context.signatures.load(repeated);
  if (loaded instanceof Promise) await loaded;
  return await restored(upstream, call, context);
}

/** Sends a call; after a rejection because of signatures, retries once without any that could be wrong. */
async function restored(
  upstream: Upstream,
  call: UpstreamCall,
  context: SignedConversation & { readonly origin: string },
): Promise<UpstreamResponse> {
  const request = editSignatures(call.request, { ...context, refused: false });
  try {
    return await upstream.call({ ...call, request });
  } catch (error) {
    if (!isAboutSignatures(error) || call.budget.spent) throw error;
    context.signatures.noteRefusal(context.session, context.origin);
    const second = editSignatures(call.request, { ...context, refused: true });
    if (isSame(request, second)) throw error;
    return await upstream.call({ ...call, request: second });
  }
}

/** Where the signatures of a response come from. */
interface RecordedFrom {
  /** Undefined if the response can call no functions. */
  readonly turn: Turn | undefined;
  readonly origin: string;
}

/** Records the signatures of one response. */
class SignatureRecorder {
  readonly #signatures: Signatures;
  readonly #from: RecordedFrom;
  /** How many functions each candidate has called so far. */
  readonly #calls = new Map<number, number>();

  constructor(signatures: Signatures, from: RecordedFrom) {
    this.#signatures = signatures;
    this.#from = from;
  }

  /** Stores the signatures of a response, or of its next chunk. */
  record(json: Uint8Array): void {
    // Without functions, only the last chunk as a rule has a signature: the others need not be parsed.
    if (this.#from.turn === undefined && !mentionsSignature(json)) return;
    for (const part of responseParts(json)) this.#recordPart(part);
  }

  #recordPart({ candidate, call, signature }: ResponsePart): void {
    const { turn, origin } = this.#from;
    const made = this.#calls.get(candidate) ?? 0;
    if (call !== undefined) this.#calls.set(candidate, made + 1);
    if (signature === undefined) return;
    const place = call && turn && placeOfCall(turn.key, turn.calls + made, call);
    this.#signatures.remember({ value: signature, origin }, place);
  }
}

/** Whether the text of a response has the member, in either spelling. */
function mentionsSignature({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes('ignature"');
}

/** Google reports this only in the message: a signature is missing, corrupted, or not base64. */
function isAboutSignatures(error: unknown): boolean {
  return error instanceof UpstreamFault && error.scope === "request" &&
    /thought[_ ]?signature/i.test(error.message);
}

/** Whether two rewritten forms of one request are the same. */
function isSame(one: NativeRequest, other: NativeRequest): boolean {
  return one.edits.length === other.edits.length &&
    one.edits.every(({ at, remove, insert }, nth) => {
      const edit = other.edits[nth];
      return edit?.at === at && edit.remove === remove && edit.insert === insert;
    });
}
