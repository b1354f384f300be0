/**
 * Redacts all errors of an upstream: removes the account's secrets and e-mail addresses. Responses are not
 * changed.
 *
 * @module
 */
import type { TokenSource } from "../accounts/tokens/token_source.ts";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import { utf8Bytes, utf8Text } from "../base/text/text.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import type { ObservedEvent } from "../gemini/interactions/interaction_event.ts";
import type { UpstreamSocket } from "./exchange/upstream_socket.ts";
import { MappedStream, type StreamMapping } from "./exchange/mapped_stream.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "./upstream.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

type Batch = readonly StreamEvent[];

/**
 * An upstream whose errors are redacted.
 *
 * @param redaction Contains the account's secrets.
 */
export function redactedUpstream(upstream: Upstream, redaction: Redaction): Upstream {
  function refuse(error: unknown): never {
    throw redactedError(error, redaction);
  }
  const mapping: StreamMapping<StreamEvent> = {
    batch: (batch) => redactedBatch(batch, redaction),
    error: (error) => redactedError(error, redaction),
  };
  const observed: StreamMapping<ObservedEvent> = {
    batch: (batch) => batch.map((event) => redactedEvent(event, redaction)),
    error: mapping.error,
  };
  function mapped(response: UpstreamResponse): UpstreamResponse {
    switch (response.type) {
      case "stream":
        return { ...response, events: new MappedStream(response.events, mapping) };
      case "events":
        return { ...response, events: new MappedStream(response.events, observed) };
      case "socket":
        return { ...response, socket: redactedSocket(response.socket, redaction) };
      default:
        return response;
    }
  }
  const { quotas } = upstream;
  return {
    kind: upstream.kind,
    serves: (method, model) => upstream.serves(method, model),
    call: (call) => upstream.call(withRedactedListener(call, redaction)).then(mapped, refuse),
    list: (collection, signal) => upstream.list(collection, signal).catch(refuse),
    ...(quotas && { quotas: (signal: AbortSignal) => quotas.call(upstream, signal).catch(refuse) }),
    close: () => upstream.close(),
  };
}

/** A token source that adds its tokens to the redaction before they are sent anywhere. */
export function tokensAddedTo(tokens: TokenSource, redaction: Redaction): TokenSource {
  return {
    async token(signal) {
      const token = await tokens.token(signal);
      redaction.addSecret(token);
      return token;
    },
    invalidate: (token) => tokens.invalidate(token),
  };
}

/** The error, redacted. Other errors than faults contain no text from upstream and stay unchanged. */
export function redactedError(error: unknown, redaction: Redaction): unknown {
  return error instanceof UpstreamFault ? redactedFault(error, redaction) : error;
}

/** A redacted copy of the fault with all its properties; the fault itself if nothing has to be redacted. */
export function redactedFault(fault: UpstreamFault, redaction: Redaction): UpstreamFault {
  const rpc = redaction.error(fault.rpc);
  const message = redaction.text(fault.message);
  if (rpc === fault.rpc && message === fault.message) return fault;
  // Keeps all properties and the class of the fault.
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

/** The call with a listener that receives redacted faults, because listeners may store them. */
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

/** The session, with redacted reasons of its close. */
function redactedSocket(socket: UpstreamSocket, redaction: Redaction): UpstreamSocket {
  return {
    listen: ({ onFrame, onClose }) =>
      socket.listen({
        onFrame,
        onClose: ({ code, reason }) => onClose({ code, reason: redaction.text(reason) }),
      }),
    send: (frame) => socket.send(frame),
    get waitingBytes() {
      return socket.waitingBytes;
    },
    get isClosed() {
      return socket.isClosed;
    },
    close: (close) => socket.close(close),
  };
}

/** An event that reports an error is redacted, as every error is; all other events are not changed. */
function redactedEvent(event: ObservedEvent, redaction: Redaction): ObservedEvent {
  const { bytes, facts } = event;
  if (facts.error === undefined) return event;
  const lines = utf8Text(bytes).split(/(\r\n|\r|\n)/);
  const redacted = lines.map((line, nth) => nth % 2 === 0 ? redaction.jsonLine(line) : line);
  const error = redaction.error(facts.error);
  if (redacted.join("") === lines.join("")) return event;
  return { bytes: utf8Bytes(redacted.join("")), facts: { ...facts, error } };
}

function redactedBatch(batch: Batch, redaction: Redaction): Batch {
  if (!batch.some(({ type }) => type === "error")) return batch;
  return batch.map((event) =>
    event.type === "error" ? { ...event, error: redaction.error(event.error) } : event
  );
}
