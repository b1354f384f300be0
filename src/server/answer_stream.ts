/**
 * A streamed answer on its way from upstream to the client.
 *
 * @module
 */
import type { StreamEvent, StreamWriter } from "../gemini/stream.ts";
import type { RpcError } from "../gemini/rpc_error.ts";
import type { Clock } from "../pool/clock.ts";
import { classify } from "../upstream/classify.ts";
import { nonsense } from "../upstream/exchange.ts";
import type { Upstream, UpstreamCall } from "../upstream/upstream.ts";
import { toRpcError } from "./error_response.ts";
import { type CallRecord, usageOf } from "./call_record.ts";
import type { WatchedCall } from "./call_watch.ts";

type Batch = readonly StreamEvent[];

/** A stream whose first event has come. */
export interface OpenedStream {
  readonly first: Batch;
  readonly rest: AsyncIterator<Batch>;
}

/**
 * Opens a streamed answer as far as its first event: until then another account may still answer.
 *
 * @param upstream The account's upstream.
 * @param call The call.
 * @throws {UpstreamFault} Also for an error in place of the first event, and for a stream without any.
 */
export async function openStream(
  upstream: Upstream,
  call: UpstreamCall,
  clock: Clock,
): Promise<OpenedStream> {
  const rest = (await upstream.streamGenerateContent(call))[Symbol.asyncIterator]();
  while (true) {
    const { done, value: batch } = await rest.next();
    if (done) throw nonsense("a stream without an answer");
    const first = batch.find(isNotDone);
    if (first === undefined) continue;
    if (first.type === "data") return { first: batch, rest };
    await rest.return?.();
    throw classify(first.error, { nowMs: clock.now() });
  }
}

/** How to write an answer. */
export interface AnswerOptions {
  readonly writer: StreamWriter;
  /** Whether a `[DONE]` that upstream sent is passed on. */
  readonly passDone: boolean;
  readonly watch: WatchedCall;
  readonly record: CallRecord;
  /** The last byte has gone, or the client has. */
  readonly onEnd: () => void;
}

/**
 * The bytes for the client, each as soon as upstream's come. A failure ends them with the error frame
 * of the client's framing. When the client stops reading, so does this; when it goes away, upstream is
 * aborted.
 */
export function answerStream(
  stream: OpenedStream,
  options: AnswerOptions,
): ReadableStream<Uint8Array> {
  const { watch, record, onEnd } = options;
  const frames = writeFrames(stream, options);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await frames.next();
      if (!done) return controller.enqueue(value);
      onEnd();
      controller.close();
    },
    async cancel() {
      // The abort comes first: giving up the frames waits for the read that is under way.
      watch.clientGone();
      record.failure = "The client closed the request";
      onEnd();
      await frames.return();
    },
  }, { highWaterMark: 0 });
}

async function* writeFrames(
  { first, rest }: OpenedStream,
  options: AnswerOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { writer, passDone, watch, record } = options;
  let last: Uint8Array | undefined;
  let failure: RpcError | undefined;
  try {
    for (let batch: Batch | undefined = first; batch !== undefined; batch = await next(rest)) {
      watch.progress();
      const frames: Uint8Array[] = [];
      for (const event of batch) {
        if (event.type === "data") frames.push(writer.data(last = event.json));
        else if (event.type === "error") failure = event.error;
        else if (passDone) frames.push(writer.done());
      }
      // What came before an error is the client's, even when it came in the same read.
      if (frames.length > 0) yield joined(frames);
      if (failure !== undefined) throw failure;
    }
    if (last !== undefined) record.usage = usageOf(last);
    const end = writer.end();
    if (end.length > 0) yield end;
  } catch (error) {
    const rpc = watch.over?.rpc ?? toRpcError(error);
    record.failure = rpc.message;
    for (const frame of writer.error(rpc)) {
      await nextWrite();
      yield frame;
    }
  } finally {
    await rest.return?.();
  }
}

/** Deno gathers what is ready at the same time into one write; after this, a new one begins. */
function nextWrite(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function next(rest: AsyncIterator<Batch>): Promise<Batch | undefined> {
  const { done, value } = await rest.next();
  return done ? undefined : value;
}

function isNotDone(event: StreamEvent): event is Exclude<StreamEvent, { readonly type: "done" }> {
  return event.type !== "done";
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let offset = 0;
  for (const frame of frames) {
    whole.set(frame, offset);
    offset += frame.length;
  }
  return whole;
}
