/**
 * The Gemini API itself, with an API key: calls pass as they are.
 *
 * @module
 */
import type { Secret } from "../accounts/secret.ts";
import { isJsonObject, type JsonObject } from "../gemini/json_object.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import type { Clock } from "../pool/clock.ts";
import { type BaseUrls, onFirstGoodBase } from "./base_urls.ts";
import { EventStream } from "./event_stream.ts";
import { nonsense, send, sendForBody, sendForJson } from "./exchange.ts";
import { pathOfModel, withModel } from "./model_name.ts";
import type { Outbound } from "./outbound.ts";
import { withoutSessionId } from "./session_id.ts";
import type { Model, Upstream, UpstreamCall, WholeAnswer } from "./upstream.ts";
import { USER_AGENT } from "./user_agent.ts";

/** Google's most for a page of models. */
const PAGE_SIZE = 1000;

/** What a {@linkcode GeminiApi} is made of. */
export interface GeminiApiOptions {
  readonly baseUrls: BaseUrls;
  readonly key: Secret;
  readonly clock: Clock;
  readonly outbound?: Outbound;
}

/** An account of the Gemini API. */
export class GeminiApi implements Upstream {
  readonly kind = "gemini-api";
  readonly #options: GeminiApiOptions;

  constructor(options: GeminiApiOptions) {
    this.#options = options;
  }

  generateContent(call: UpstreamCall): Promise<WholeAnswer> {
    return this.#unary(call, "generateContent");
  }

  countTokens(call: UpstreamCall): Promise<WholeAnswer> {
    return this.#unary(call, "countTokens");
  }

  async streamGenerateContent(
    call: UpstreamCall,
  ): Promise<AsyncIterable<readonly StreamEvent[]>> {
    const body = withModel(withoutSessionId(call.request), call.model);
    const { signal } = call;
    return await onFirstGoodBase(this.#options.baseUrls, call, async (base) => {
      const url = `${base}${methodPath(call, "streamGenerateContent")}?alt=sse`;
      const exchange = { ...this.#request(url, signal), method: "POST", body } as const;
      return new EventStream(await send(exchange), exchange);
    });
  }

  async listModels(signal: AbortSignal): Promise<readonly Model[]> {
    const models: Model[] = [];
    const tokens = new Set<string>();
    let pageToken = "";
    do {
      tokens.add(pageToken);
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
      if (pageToken !== "") query.set("pageToken", pageToken);
      const page = await onFirstGoodBase(
        this.#options.baseUrls,
        { signal },
        (base) =>
          sendForJson({
            ...this.#request(`${base}/v1beta/models?${query}`, signal),
            method: "GET",
          }),
      );
      const listed = parsePage(page);
      models.push(...listed.models);
      pageToken = listed.nextPageToken;
      // An upstream that gives a token twice would be asked for ever.
    } while (!tokens.has(pageToken) && pageToken !== "");
    return models;
  }

  close(): void {
    this.#options.outbound?.connections?.close();
  }

  #unary(call: UpstreamCall, method: string): Promise<WholeAnswer> {
    const body = withModel(withoutSessionId(call.request), call.model);
    return onFirstGoodBase(this.#options.baseUrls, call, (base) => {
      const url = `${base}${methodPath(call, method)}`;
      return sendForBody({ ...this.#request(url, call.signal), method: "POST", body });
    });
  }

  #request(url: string, signal: AbortSignal) {
    const { clock, outbound } = this.#options;
    return {
      url,
      signal,
      clock,
      connections: outbound?.connections,
      headers: {
        ...outbound?.headers,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        // By header, and alone: Google refuses a key that comes in two places.
        "x-goog-api-key": this.#options.key.reveal(),
      },
    };
  }
}

function methodPath(call: UpstreamCall, method: string): string {
  return `/${call.version}/models/${pathOfModel(call.model)}:${method}`;
}

function parsePage(
  bytes: Uint8Array,
): { readonly models: Model[]; readonly nextPageToken: string } {
  let page: unknown;
  try {
    page = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw nonsense("a model list that is not JSON");
  }
  if (!isJsonObject(page)) throw nonsense("a model list that is no object");
  const models = Array.isArray(page["models"]) ? page["models"].filter(isModel) : [];
  const token = page["nextPageToken"];
  return { models, nextPageToken: typeof token === "string" ? token : "" };
}

function isModel(value: unknown): value is Model & JsonObject {
  return isJsonObject(value) && typeof value["name"] === "string";
}
