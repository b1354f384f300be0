/**
 * Handles a model call that has passed all checks: takes the account's outcome and makes the response.
 *
 * @module
 */
import { makeResponse } from "./model_responses.ts";
import type { UsageCount, UsageCounts } from "../counted_usage.ts";
import type { CatalogueModel } from "./catalogue.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import type { EmulatedAccounts } from "../emulated_accounts.ts";
import type { Exchange } from "../http/exchange.ts";
import type { JsonObject } from "../../base/json.ts";
import type { OkOutcome, OutcomeSpec } from "../script/outcome.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import {
  chunkMessages,
  type MessageContext,
  scriptedChunks,
  wholeMessage,
  withIntegerEnums,
} from "./response_messages.ts";
import type { FaultContext } from "../script/faults.ts";
import type { RecordEntry } from "../recorder.ts";
import type { RequestBytes } from "../http/request_bytes.ts";
import { responseForm, type Route, wantsIntegerEnums } from "../route.ts";
import { isModelMethod } from "./model_methods.ts";
import type { StoredResources } from "../stored_resources.ts";
import { respondAsScripted } from "../script/scripted_response.ts";
import type { StoredCache } from "../caches/stored_cache.ts";
import { turnOf } from "./thought_signature.ts";
import {
  cachedTokens,
  requestTokens,
  sumOfTokens,
  type TokenCount,
  tokensByModality,
} from "./token_count.ts";

/** A call to a service. */
export interface ServiceCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  /** The body as text; empty for GET. */
  readonly rawBody: string;
  readonly request: Request;
  /** The body as bytes, if it is an upload's: then `rawBody` is empty. */
  readonly bytes: RequestBytes;
  /** What the recorder keeps of the call; undefined if requests are not recorded. */
  readonly entry: RecordEntry | undefined;
  /** The resources that Google stores. */
  readonly stored: StoredResources;
  /** Origin of the emulator's own addresses. */
  readonly origin: string;
  readonly account: EmulatedAccount;
  readonly accounts: EmulatedAccounts;
  /** The tokens of all responses. */
  readonly usage: UsageCounts;
  readonly exchange: Exchange;
  /** Now, in ms. */
  readonly now: number;
  /** Number of the call since the emulator started; ids are derived from it. */
  readonly serial: number;
}

/** A request to a model. */
export interface ModelQuestion {
  readonly model: CatalogueModel;
  /** A valid GenerateContentRequest, in the form that `checkMessage` returns. */
  readonly request: JsonObject;
  readonly flavour: Flavour;
  /** As in `Signer`. */
  readonly isCodeAssist?: boolean;
  /** The cache that the request names. */
  readonly cache?: StoredCache;
}

/** Handles generateContent and streamGenerateContent. */
export function respondGenerate(question: ModelQuestion, call: ServiceCall): Promise<Response> {
  const { model, request, cache } = question;
  const streamed = call.route.method === "streamGenerateContent";
  const integers = wantsIntegerEnums(call.query);

  function make(outcome: OkOutcome): readonly JsonObject[] {
    const context = contextOf(question, { now: call.now, responseId: `emulated-${call.serial}` });
    const texts = outcome.chunks ?? (outcome.text === undefined ? undefined : [outcome.text]);
    if (outcome.events !== undefined) return outcome.events.map((event) => wrap(event));
    if (!streamed) {
      const answer = texts === undefined
        ? makeResponse({ ...request, ...cache?.shared }, question)
        : { parts: [{ text: texts.join("") }] };
      return [wrap(wholeMessage(answer, context))];
    }
    const messages = outcome.chunks !== undefined
      ? scriptedChunks(outcome.chunks, context)
      : chunkMessages(
        texts === undefined
          ? makeResponse({ ...request, ...cache?.shared }, question)
          : { parts: [{ text: texts.join("") }] },
        context,
      );
    return messages.map((message) => wrap(message));
  }

  function wrap(message: JsonObject): JsonObject {
    const encoded = integers ? withIntegerEnums(message) : message;
    if (call.route.service !== "cloudcode-pa.googleapis.com") return encoded;
    return { response: encoded, traceId: call.serial.toString(16).padStart(16, "0") };
  }

  return respondScripted(call, { model: model.id, make });
}

/** The model's response to one request of a batch. */
export function backgroundResponse(
  question: ModelQuestion,
  at: { readonly responseId: string; readonly now: number },
): JsonObject {
  const { request, cache } = question;
  return wholeMessage(
    makeResponse({ ...request, ...cache?.shared }, question),
    contextOf(question, at),
  );
}

function contextOf(
  question: ModelQuestion,
  { responseId, now }: { readonly responseId: string; readonly now: number },
): MessageContext {
  const { model, flavour, isCodeAssist = false, request, cache } = question;
  return {
    model,
    flavour,
    prompt: promptTokens(question),
    cached: cache?.tokens,
    responseId,
    createTime: new Date(now).toISOString(),
    isCodeAssist,
    turn: turnOf(request),
  };
}

/** Handles countTokens. */
export function respondCount(question: ModelQuestion, call: ServiceCall): Promise<Response> {
  const count = promptTokens(question);
  const { service } = call.route;
  const body = {
    totalTokens: count.total,
    ...(service === "aiplatform.googleapis.com"
      ? { totalBillableCharacters: count.characters }
      : {}),
    ...(service === "cloudcode-pa.googleapis.com"
      ? {}
      : { promptTokensDetails: tokensByModality(count) }),
    ...cachedTokens(question.cache?.tokens),
  };
  return respondScripted(call, { model: question.model.id, make: () => [body] });
}

/** The tokens of a prompt, those of the cache included. */
function promptTokens({ request, cache }: ModelQuestion): TokenCount {
  const own = requestTokens(request);
  return cache === undefined ? own : sumOfTokens([own, cache.tokens]);
}

/** Handles a call whose response is one body. A script can replace the body. */
export function respondBody(
  call: ServiceCall,
  response: { readonly model: CatalogueModel; readonly body: JsonObject },
): Promise<Response> {
  const { model, body } = response;
  return respondScripted(call, { model: model.id, make: ({ events }) => events ?? [body] });
}

/**
 * Takes the account's outcome for a call and applies it.
 *
 * @param answer `make`: makes the messages of a successful response; `model`: bare id, empty for none.
 */
export function respondScripted(
  call: ServiceCall,
  answer: {
    readonly model: string;
    readonly make: (outcome: OkOutcome) => readonly JsonObject[];
  },
): Promise<Response> {
  const { route, account, exchange } = call;
  const { model, make } = answer;
  const outcome = account.take({ method: route.method, model });
  spendCredentials(outcome, call);
  return respondAsScripted(outcome, {
    form: responseForm(route, call.query),
    context: faultContext(call, model),
    exchange,
    make,
    ...(isModelMethod(route.method) ? { count: countOf(call, model) } : {}),
  });
}

/** Begins to count what a call uses. `model`: bare id. */
export function countOf({ route, account, usage }: ServiceCall, model: string): UsageCount {
  const { name, ownerProject: project } = account;
  return usage.begin({ project, account: name, model, method: route.method });
}

/** The values in scripted errors of a call. `model`: bare id, empty for none. */
export function faultContext(call: ServiceCall, model: string): FaultContext {
  const { service, version, method, resource } = call.route;
  const { account, now } = call;
  return { service, version, method, model, resource, project: account.project ?? "", now };
}

/** Applies a scripted 401: the credential is revoked. */
export function spendCredentials(outcome: OutcomeSpec, call: ServiceCall): void {
  const revoked = outcome.type === "401-revoked";
  if (revoked || outcome.type === "401-expired") call.accounts.revokeTokens(call.account);
  if (revoked) call.account.revoked = true;
}
