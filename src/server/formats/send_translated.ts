/**
 * Sends the native calls of a translated request: one, or several side by side.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { Reading, TranslatedCall } from "../../formats/operation.ts";
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { type NativeRequest, NO_BODY, readNativeRequest } from "../../gemini/native_request.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { Caller } from "../access/caller.ts";
import { checkBody, checkPath } from "../access/key_rules.ts";
import type { BodyHold } from "../body/body_memory.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { preparedCall, type PrepareParts } from "../native/prepared_call.ts";
import { sendCall, type SendParts } from "../native/send_call.ts";
import type { GatewaySettings } from "../settings.ts";
import { withModelNamed } from "./unknown_model.ts";

/** A request whose calls are sent. */
export interface TranslatedRequest {
  readonly reading: Reading;
  /** Watches the request, and the first of its calls. */
  readonly watch: WatchedCall;
  /** Accounts for the memory of the client's body, and of the native ones. */
  readonly hold: BodyHold;
  readonly lifecycle: CallLifecycle;
  readonly caller: Caller;
  readonly parts: PrepareParts & SendParts & {
    readonly settings: GatewaySettings;
    readonly watch: CallWatch;
  };
}

/** A call and its response. */
export interface TranslatedResponse {
  readonly call: ClientCall;
  readonly response: UpstreamResponse;
}

/** The version of the native API that has all methods. */
const VERSION = "v1beta";

/**
 * Sends the calls.
 *
 * @returns The responses in the order of the calls. Of several calls, those that succeeded: at least one.
 * @throws {RpcError} The first call's error if none succeeded, or if one failed of those that are all needed.
 */
export async function sendTranslated(
  request: TranslatedRequest,
): Promise<readonly [TranslatedResponse, ...TranslatedResponse[]]> {
  const { reading: { calls, needsAllCalls = false }, watch } = request;
  const bodies = await bodiesOf(calls, request);
  const [first, ...others] = calls.map((call, nth) => ({
    ...call,
    native: bodies[nth] ?? NO_BODY,
  }));
  if (first === undefined) throw new TypeError("An operation made no call");
  if (others.length === 0) return [await send(first, watch, request)];
  // Each has time limits and an account of its own.
  const results = await Promise.allSettled([
    send(first, watch, request),
    ...others.map((call) => sendBeside(call, request)),
  ]);
  const [one, ...more] = results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : []
  );
  const failures = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (one !== undefined && (failures.length === 0 || !needsAllCalls)) return [one, ...more];
  throw failures[0];
}

/** A call with its body as it is sent. */
interface WrittenCall extends TranslatedCall {
  readonly native: NativeRequest;
}

/** Writes the bodies one after the other, each once: the calls for several images have the same one. */
async function bodiesOf(
  calls: readonly TranslatedCall[],
  { watch, hold }: TranslatedRequest,
): Promise<readonly NativeRequest[]> {
  const written = new Map<JsonObject, NativeRequest>();
  const bodies: NativeRequest[] = [];
  for (const { body } of calls) {
    const known = written.get(body) ?? await bodyOf(body, { watch, hold });
    written.set(body, known);
    bodies.push(known);
  }
  return bodies;
}

async function bodyOf(
  body: JsonObject,
  { watch, hold }: Pick<TranslatedRequest, "watch" | "hold">,
): Promise<NativeRequest> {
  const bytes = utf8Bytes(JSON.stringify(body));
  const memory = hold.take(hold.bytes + bytes.length);
  if (memory !== undefined) await watch.waitForMemory(memory);
  return await readNativeRequest(bytes);
}

/** Sends one of several calls; it is over when its response is there. */
async function sendBeside(
  call: WrittenCall,
  request: TranslatedRequest,
): Promise<TranslatedResponse> {
  const { watch, parts } = request;
  const own = parts.watch.add(watch.request, parts.settings.timeouts);
  try {
    return await send(call, own, request);
  } finally {
    own.finish();
  }
}

async function send(
  { method, model, native: body }: WrittenCall,
  watch: WatchedCall,
  { reading: { calls, session }, lifecycle, caller, parts }: TranslatedRequest,
): Promise<TranslatedResponse> {
  const { record } = lifecycle;
  record.method = method;
  record.model = model;
  const row: MethodRow = METHODS[method];
  const ruled = { caller, row, record, resource: "" };
  checkPath(ruled);
  const { modelNames, settings } = parts;
  checkBody(ruled, { body, modelNames, settings, calls: calls.length });
  const call = await preparedCall({
    method,
    version: VERSION,
    model,
    isVertexForm: false,
    isTranslated: true,
    resource: "",
    query: "",
    range: undefined,
    body,
    caller,
    watch,
    lifecycle,
    sessionId: session,
  }, parts);
  try {
    return { call, response: await sendCall(call, { body, parts, caller }) };
  } catch (error) {
    throw call.pinned === undefined ? withModelNamed(error, call.model) : error;
  }
}
