/**
 * Applies scripted outcomes: makes the responses to model calls, complete or damaged, and the outcomes
 * that replace a response.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { tokensOf, type UsageCount } from "../counted_usage.ts";
import type { BodyStep, Exchange } from "../http/exchange.ts";
import { type Fault, faultBody, type FaultContext, isFault } from "./faults.ts";
import {
  ARRAY_FRAMING,
  type Framing,
  namedFraming,
  prettyJson,
  splitInsideCharacter,
  sseFraming,
} from "../http/framing.ts";
import type { GoogleError, Service } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import type { ErrorBody, OkOutcome, OutcomeSpec } from "./outcome.ts";
import { stringCoded } from "../interactions/string_codes.ts";

/** The response format that a call requests. */
export interface ResponseForm {
  readonly service: Service;
  readonly streamed: boolean;
  /** `alt=sse`. */
  readonly sse: boolean;
  /** False for `prettyPrint=false`. */
  readonly pretty: boolean;
  /** Whether errors have a code in words, and events a name: the form of interactions. */
  readonly stringCodes: boolean;
}

/** A successful response: how its messages are made, once the outcome is known. */
export type MakeMessages = (outcome: OkOutcome) => readonly JsonObject[];

const JSON_TYPE = "application/json; charset=UTF-8";
/** Delay between the two pieces of an event that is split within a character: it separates the writes. */
const SPLIT_PAUSE_MS = 2;

const BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
  "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/**
 * Makes the response for an outcome.
 *
 * @param outcome Taken from the account's script.
 * @param call `context`: values in errors; `make`: makes the messages of a successful response; `count`: counts the
 * tokens that they report, as they are sent.
 */
export async function respondAsScripted(
  outcome: OutcomeSpec,
  call: {
    readonly form: ResponseForm;
    readonly context: FaultContext;
    readonly exchange: Exchange;
    readonly make: MakeMessages;
    readonly count?: UsageCount;
  },
): Promise<Response> {
  const { form, context, exchange, make, count } = call;
  if (isFault(outcome)) return faultResponse(outcome, { form, context });
  const counted = { form, exchange, ...defined({ count }) };
  switch (outcome.type) {
    case "ok":
      return okResponse(outcome, { ...counted, messages: make(outcome) });
    // For what is no Live session.
    case "live":
      return okResponse({ type: "ok" }, { ...counted, messages: make({ type: "ok" }) });
    case "hang":
      await exchange.hang();
      return okResponse({ type: "ok" }, { ...counted, messages: make({ type: "ok" }) });
    case "hang-after-headers":
      return spoiled({ ...counted, messages: make({ type: "ok" }), holdFirst: true });
    case "reset-after-body":
      make({ type: "ok" });
      exchange.reset();
      return new Response(null, { status: 500 });
    // What a call without an upload's body has of this one.
    case "reset-mid-body":
    case "reset":
      exchange.reset();
      return new Response(null, { status: 500 });
    case "reset-mid-stream": {
      const { afterEvents } = outcome;
      return spoiled({ ...counted, messages: make({ type: "ok" }), cutAfter: afterEvents });
    }
    case "error-mid-stream": {
      const { body } = errorForm(faultBody({ type: outcome.error ?? "503" }, context), form);
      const { afterEvents, raw = false } = outcome;
      const messages = make({ type: "ok" });
      return spoiled({ ...counted, messages, cutAfter: afterEvents, error: { body, raw } });
    }
    case "empty-body":
      count?.answered();
      return new Response("", { headers: headersOf(form, bodyType(form)) });
    case "empty-answer": {
      count?.answered();
      const text = form.streamed ? framingOf(form).empty : "{}\n";
      return new Response(text, { headers: headersOf(form, bodyType(form)) });
    }
    case "html-502":
      return new Response(BAD_GATEWAY, { status: 502, headers: { "content-type": "text/html" } });
  }
}

/** Returns the response for an error that needs no script. */
export function errorResponse(error: GoogleError, form: ResponseForm): Response {
  const { status, body } = errorForm({ status: error.code, body: error.toJSON() }, form);
  return errorBody(status, body, { form, body: defaultErrorBody(form) });
}

function faultResponse(
  fault: Fault,
  call: { readonly form: ResponseForm; readonly context: FaultContext },
): Response {
  const { form, context } = call;
  const { status, body } = errorForm(faultBody(fault, context), form);
  return errorBody(status, body, { form, body: fault.body ?? defaultErrorBody(form) });
}

function errorForm(
  error: { readonly status: number; readonly body: JsonObject },
  form: ResponseForm,
): { readonly status: number; readonly body: JsonObject } {
  return form.stringCodes ? stringCoded(error) : error;
}

/** Code Assist sends the error of a streaming call as an array with one element. */
function defaultErrorBody(form: ResponseForm): ErrorBody {
  return form.streamed && form.sse && form.service === "cloudcode-pa.googleapis.com"
    ? "array"
    : "object";
}

function errorBody(
  status: number,
  json: JsonObject,
  options: { readonly form: ResponseForm; readonly body: ErrorBody },
): Response {
  const { form, body } = options;
  const text = body === "array" ? `[${prettyJson(json)}]` : prettyJson(json);
  const type = body === "event-stream" ? "text/event-stream" : JSON_TYPE;
  return new Response(text, { status, headers: headersOf(form, type) });
}

function okResponse(
  outcome: OkOutcome,
  call: {
    readonly form: ResponseForm;
    readonly exchange: Exchange;
    readonly messages: readonly JsonObject[];
    readonly count?: UsageCount;
  },
): Response {
  const { form, exchange, messages, count } = call;
  count?.answered();
  if (!form.streamed) {
    count?.reports(tokensOf(messages[0] ?? {}));
    const body = written(messages[0] ?? {}, form);
    return new Response(body, { headers: headersOf(form, JSON_TYPE) });
  }
  const framing = framingOf(form, outcome);
  const frames = framing.frames(messages);
  const steps: BodyStep[] = [];
  frames.forEach((frame, index) => {
    const last = index === frames.length - 1;
    const bytes = utf8Bytes(last ? frame + framing.end : frame);
    if (index === outcome.holdAfter) steps.push("hold");
    if (index > 0 && outcome.chunkDelayMs) steps.push({ pauseMs: outcome.chunkDelayMs });
    steps.push(...countStep(messages[index], count));
    const pieces = outcome.splitUtf8 === true ? splitInsideCharacter(bytes) : [bytes];
    pieces.forEach((piece, nth) => {
      if (nth > 0) steps.push({ pauseMs: SPLIT_PAUSE_MS });
      steps.push(piece);
    });
  });
  return new Response(exchange.body(steps), { headers: headersOf(form, framing.contentType) });
}

/** Returns a response that is interrupted: until `release()`, by an error, or by a dropped connection. */
function spoiled(call: {
  readonly form: ResponseForm;
  readonly exchange: Exchange;
  readonly messages: readonly JsonObject[];
  readonly holdFirst?: boolean;
  readonly cutAfter?: number;
  readonly error?: { readonly body: JsonObject; readonly raw: boolean };
  readonly count?: UsageCount;
}): Response {
  const { form, exchange, messages, holdFirst = false, cutAfter, error, count } = call;
  count?.answered();
  const framing = framingOf(form);
  const whole = form.streamed ? framing.frames(messages) : [written(messages[0] ?? {}, form)];
  const kept = cutAfter === undefined
    ? whole
    : form.streamed
    ? whole.slice(0, cutAfter)
    : whole.map((text) => text.slice(0, text.length / 2));
  // Half of a body reports nothing.
  const isReadable = form.streamed || cutAfter === undefined;
  const steps = kept.flatMap((text, index): BodyStep[] => [
    ...(isReadable ? countStep(messages[index], count) : []),
    utf8Bytes(text),
  ]);
  if (holdFirst) steps.unshift("hold");
  if (cutAfter === undefined && form.streamed) steps.push(utf8Bytes(framing.end));
  if (error !== undefined) {
    const text = error.raw ? prettyJson(error.body) : framing.errorFrame(error.body, kept.length);
    steps.push(utf8Bytes(text));
  }
  const reset = cutAfter !== undefined && error === undefined;
  const headers = headersOf(form, bodyType(form));
  return new Response(exchange.body(steps, reset), { headers });
}

/** Counts what a message of a stream reports, when it is sent. */
function countStep(message: JsonObject | undefined, count: UsageCount | undefined): BodyStep[] {
  const tokens = message && tokensOf(message);
  return count === undefined || tokens === undefined ? [] : [() => count.reports(tokens)];
}

function framingOf(form: ResponseForm, outcome?: OkOutcome): Framing {
  if (!form.sse) return ARRAY_FRAMING;
  const { lineEnd, ending } = outcome ?? {};
  const options = defined({ lineEnd, ending });
  return form.stringCodes ? namedFraming(options) : sseFraming(options);
}

function bodyType(form: ResponseForm): string {
  return form.streamed ? framingOf(form).contentType : JSON_TYPE;
}

function written(body: JsonObject, form: ResponseForm): string {
  return form.pretty ? prettyJson(body) : JSON.stringify(body);
}

function headersOf(form: ResponseForm, contentType: string): Record<string, string> {
  const codeAssist = form.service === "cloudcode-pa.googleapis.com";
  return {
    "content-type": contentType,
    ...(contentType === "text/event-stream" ? { "content-disposition": "attachment" } : {}),
    ...(codeAssist ? { "x-cloudaicompanion-trace-id": "0000000000e11a7e" } : {}),
    // Without `no-transform` Deno up to 2.7 compresses responses, which delays the events of a stream.
    "cache-control": "private, no-transform",
    "server": codeAssist ? "ESF" : "scaffolding on HTTPServer2",
    "server-timing": "gfet4t7; dur=1",
    "vary": "Origin, X-Origin, Referer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "0",
  };
}
