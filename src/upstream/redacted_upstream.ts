/**
 * The one door through which an upstream's errors leave: whatever they were made of, the account's secrets
 * are taken out of them, and e-mail addresses. Responses pass untouched.
 *
 * @module
 */
import type { TokenSource } from "../accounts/tokens/token_source.ts";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import { MappedStream, type StreamMapping } from "./mapped_stream.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "./upstream.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

type Batch = readonly StreamEvent[];

/**
 * An upstream whose errors are redacted.
 *
 * @param redaction Knows the account's secrets.
 */
export function redactedUpstream(upstream: Upstream, redaction: Redaction): Upstream {
  function refuse(error: unknown): never {
    throw redactedError(error, redaction);
  }
  const mapping: StreamMapping = {
    batch: (batch) => redactedBatch(batch, redaction),
    error: (error) => redactedError(error, redaction),
  };
  function mapped(response: UpstreamResponse): UpstreamResponse {
    if (response.type !== "stream") return response;
    return { ...response, events: new MappedStream(response.events, mapping) };
  }
  return {
    kind: upstream.kind,
    serves: (method, model) => upstream.serves(method, model),
    call: (call) => upstream.call(withRedactedListener(call, redaction)).then(mapped, refuse),
    list: (collection, signal) => upstream.list(collection, signal).catch(refuse),
    close: () => upstream.close(),
  };
}

/** A token source whose tokens are known to the redaction before they are sent anywhere. */
export function knownTokens(tokens: TokenSource, redaction: Redaction): TokenSource {
  return {
    async token(signal) {
      const token = await tokens.token(signal);
      redaction.learn(token);
      return token;
    },
    invalidate: (token) => tokens.invalidate(token),
  };
}

/** The error, redacted. What is no fault holds none of upstream's words, and stays as it is. */
export function redactedError(error: unknown, redaction: Redaction): unknown {
  return error instanceof UpstreamFault ? redactedFault(error, redaction) : error;
}

/** The fault with everything that is known of it, redacted; the fault itself where nothing has to go. */
export function redactedFault(fault: UpstreamFault, redaction: Redaction): UpstreamFault {
  const rpc = redaction.error(fault.rpc);
  const message = redaction.text(fault.message);
  if (rpc === fault.rpc && message === fault.message) return fault;
  // Facts and kind of a fault stay, whichever there are.
  const copy: UpstreamFault = Object.create(
    Object.getPrototypeOf(fault),
    Object.getOwnPropertyDescriptors(fault),
  );
  return Object.defineProperties(copy, {
    rpc: { value: rpc, enumerable: true },
    message: { value: message },
    cause: { value: rpc },
  });
}

/** The call, whose listener hears of redacted faults: what it is told may be kept. */
function withRedactedListener(call: UpstreamCall, redaction: Redaction): UpstreamCall {
  const { listener } = call;
  if (listener === undefined) return call;
  return {
    ...call,
    listener: {
      onBytes: () => listener.onBytes(),
      onFault: (fault) => listener.onFault(redactedFault(fault, redaction)),
    },
  };
}

function redactedBatch(batch: Batch, redaction: Redaction): Batch {
  if (!batch.some(({ type }) => type === "error")) return batch;
  return batch.map((event) =>
    event.type === "error" ? { ...event, error: redaction.error(event.error) } : event
  );
}
