/**
 * The Gemini API itself, with an API key: calls pass as they are.
 *
 * @module
 */
import type { Secret } from "../accounts/secret.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import type { Clock } from "../pool/clock.ts";
import { type BaseUrls, onFirstGoodBase } from "./base_urls.ts";
import { EventStream } from "./event_stream.ts";
import { send, sendForBody, sendForJson, SHORTEST_ANSWER } from "./exchange.ts";
import { pathOfModel, withModel } from "./model_name.ts";
import { allModels } from "./model_pages.ts";
import type { Outbound } from "./outbound.ts";
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
    const body = withModel(call.request, call.model);
    const { signal } = call;
    return await onFirstGoodBase(this.#options.baseUrls, call, async (base) => {
      const url = `${base}${methodPath(call, "streamGenerateContent")}?alt=sse`;
      const exchange = { ...this.#request(url, signal), method: "POST", body } as const;
      return new EventStream(await send(exchange), exchange);
    });
  }

  listModels(signal: AbortSignal): Promise<readonly Model[]> {
    return allModels({
      member: "models",
      pageSize: PAGE_SIZE,
      read: (query) =>
        onFirstGoodBase(this.#options.baseUrls, { signal }, (base) => {
          const url = `${base}/v1beta/models?${query}`;
          return sendForJson({ ...this.#request(url, signal), method: "GET" });
        }),
    });
  }

  close(): void {
    this.#options.outbound?.connections?.close();
  }

  #unary(call: UpstreamCall, method: string): Promise<WholeAnswer> {
    const body = withModel(call.request, call.model);
    return onFirstGoodBase<WholeAnswer>(this.#options.baseUrls, call, (base) => {
      const url = `${base}${methodPath(call, method)}`;
      const exchange = { ...this.#request(url, call.signal), method: "POST", body } as const;
      if (call.readsWhole) return sendForJson(exchange);
      return sendForBody(exchange, method === "generateContent" ? SHORTEST_ANSWER : 1);
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
