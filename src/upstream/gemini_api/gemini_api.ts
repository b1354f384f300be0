/**
 * The Gemini API itself, with an API key: calls pass as they are.
 *
 * @module
 */
import type { Secret } from "../../accounts/secret.ts";
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import type { Clock } from "../../base/clock.ts";
import { type BaseUrls, onFirstGoodBase } from "../base_urls.ts";
import { sendForStream } from "../event_stream.ts";
import type { Exchange } from "../exchange.ts";
import { pathOfModel, withModel } from "../model_name.ts";
import { allModels } from "../model_pages.ts";
import type { Outbound } from "../outbound.ts";
import { withoutSessionId } from "../session_id.ts";
import type { Model, Upstream, UpstreamCall } from "../upstream.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { sendForJson, sendForResponse } from "../whole_response.ts";

/** Google's most for a page of models. */
const PAGE_SIZE = 1000;

/** What a {@linkcode GeminiApi} is made of. */
export interface GeminiApiOptions {
  readonly baseUrls: BaseUrls;
  readonly key: Secret;
  readonly clock: Clock;
  readonly outbound: Outbound;
}

/** An account of the Gemini API. */
export class GeminiApi implements Upstream {
  readonly kind = "gemini-api";
  readonly #options: GeminiApiOptions;

  constructor(options: GeminiApiOptions) {
    this.#options = options;
  }

  generateContent(call: UpstreamCall): Promise<Uint8Array> {
    return this.#unary(call, "generateContent", sendForResponse);
  }

  countTokens(call: UpstreamCall): Promise<Uint8Array> {
    return this.#unary(call, "countTokens", sendForJson);
  }

  async streamGenerateContent(
    call: UpstreamCall,
  ): Promise<AsyncIterable<readonly StreamEvent[]>> {
    const body = withModel(withoutSessionId(call.request), call.model);
    const { listener } = call;
    return await onFirstGoodBase(this.#options.baseUrls, call, async (base) => {
      const url = `${base}${methodPath(call, "streamGenerateContent")}?alt=sse`;
      return await sendForStream(this.#post(url, { ...boundsOf(call), body }), { listener });
    });
  }

  listModels(signal: AbortSignal): Promise<readonly Model[]> {
    return allModels({
      member: "models",
      pageSize: PAGE_SIZE,
      read: (query) =>
        onFirstGoodBase(this.#options.baseUrls, { signal }, (base) => {
          const url = `${base}/v1beta/models?${query}`;
          return sendForJson({ ...this.#way(), method: "GET", url, signal });
        }),
    });
  }

  close(): void {
    this.#options.outbound.close();
  }

  #unary(
    call: UpstreamCall,
    method: string,
    sender: (exchange: Exchange) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const body = withModel(withoutSessionId(call.request), call.model);
    return onFirstGoodBase(this.#options.baseUrls, call, (base) => {
      const url = `${base}${methodPath(call, method)}`;
      return sender(this.#post(url, { ...boundsOf(call), body }));
    });
  }

  /** Nothing that is posted here makes anything: it may be sent twice. */
  #post(
    url: string,
    request: Pick<Exchange, "signal" | "firstByteMs"> & { readonly body: Uint8Array },
  ): Exchange {
    return { ...this.#way(), ...request, method: "POST", url, mayRepeat: true };
  }

  /** What all requests have in common. */
  #way() {
    const { clock, outbound, key } = this.#options;
    return {
      clock,
      connections: outbound.connections,
      headers: {
        ...outbound.headers,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        // By header, and alone: Google refuses a key that comes in two places.
        "x-goog-api-key": key.reveal(),
      },
    };
  }
}

function boundsOf({ signal, firstByteMs }: UpstreamCall): Pick<Exchange, "signal" | "firstByteMs"> {
  return { signal, firstByteMs };
}

function methodPath(call: UpstreamCall, method: string): string {
  return `/${call.version}/models/${pathOfModel(call.model)}:${method}`;
}
