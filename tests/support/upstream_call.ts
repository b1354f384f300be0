/**
 * Calls for upstreams, and what a test asks of their responses.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import type { StreamEvent } from "../../src/gemini/stream/stream.ts";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../../src/upstream/upstream.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";

/** A body with one turn. */
export const HELLO = { contents: [{ role: "user", parts: [{ text: "Hello, Pollux" }] }] };

/** A call with this body, as text or as a value; `changes` override the rest. */
export function callOf(body: unknown, changes: Partial<UpstreamCall> = {}): UpstreamCall {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method: "generateContent",
    retry: "anywhere",
    version: "v1beta",
    model: "gemini-2.5-flash",
    resource: "",
    query: "",
    request: parseNativeRequest(new TextEncoder().encode(text)),
    requestId: "request-1",
    signal: new AbortController().signal,
    budget: new AttemptBudget(3),
    ...changes,
  };
}

/** The bytes of a response that is whole. */
export async function generateContent(upstream: Upstream, call: UpstreamCall): Promise<Uint8Array> {
  return bytesOf(await upstream.call({ ...call, method: "generateContent" }));
}

/** The bytes of a count. */
export async function countTokens(upstream: Upstream, call: UpstreamCall): Promise<Uint8Array> {
  return bytesOf(await upstream.call({ ...call, method: "countTokens" }));
}

/** The events of a streamed response. */
export async function streamGenerateContent(
  upstream: Upstream,
  call: UpstreamCall,
): Promise<AsyncIterable<readonly StreamEvent[]>> {
  const response = await upstream.call({ ...call, method: "streamGenerateContent" });
  assert.ok(response.type === "stream");
  return response.events;
}

function bytesOf(response: UpstreamResponse): Uint8Array {
  assert.ok(response.type === "json");
  return response.bytes;
}

/** The value of JSON bytes. */
export function parsed(json: Uint8Array) {
  return JSON.parse(new TextDecoder().decode(json));
}

/** The text of a GenerateContentResponse. */
export function textOf(json: Uint8Array): string {
  return parsed(json).candidates[0].content.parts[0].text;
}

/** Every event of a streamed response. */
export async function eventsOf(
  stream: AsyncIterable<readonly StreamEvent[]>,
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const batch of stream) events.push(...batch);
  return events;
}

/** The texts of the data events among these. */
export function textsOf(events: readonly StreamEvent[]): string[] {
  return events.flatMap((event) => event.type === "data" ? textOf(event.json) : []);
}

/** The fault that work ends with. */
export async function faultOf(work: Promise<unknown>): Promise<UpstreamFault> {
  const error: unknown = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof UpstreamFault, String(error));
  return error;
}
