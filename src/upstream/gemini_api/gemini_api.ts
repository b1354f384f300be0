/**
 * The Gemini API itself, with an API key: calls are forwarded unchanged.
 *
 * @module
 */
import type { Secret } from "../../accounts/secret.ts";
import type { Clock } from "../../base/clock.ts";
import { defined } from "../../base/defined.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { type Collection, kindServes, type MethodName, METHODS } from "../../gemini/api/methods.ts";
import { type BaseUrls, mayRepeat, onFirstWorkingBase } from "../base_urls.ts";
import { pathOfModel } from "../model_name.ts";
import { allModels } from "../model_pages.ts";
import type { Outbound } from "../outbound.ts";
import { actionPath, sendFor, type SendRequest, unserved } from "../translation.ts";
import type { Model } from "../../gemini/api/model.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { sendForJson } from "../whole_response.ts";
import { GEMINI_API_TRANSLATIONS } from "./gemini_api_translations.ts";

/** Google's maximum page size for models. */
const PAGE_SIZE = 1000;

/** Options of {@linkcode GeminiApi}. */
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

  serves(method: MethodName): boolean {
    return kindServes(this.kind, method);
  }

  call(call: UpstreamCall): Promise<UpstreamResponse> {
    const { method } = call;
    if (!kindServes(this.kind, method)) throw unserved(this.kind, method);
    return GEMINI_API_TRANSLATIONS[METHODS[method].kinds[this.kind]](call, this.#send);
  }

  list(collection: Collection, signal: AbortSignal): Promise<readonly Model[]> {
    return allModels({
      member: collection,
      pageSize: PAGE_SIZE,
      read: (query) =>
        onFirstWorkingBase(this.#options.baseUrls, { signal }, (base) => {
          const url = `${base}/v1beta/${collection}?${query}`;
          return sendForJson({ ...this.#way(), method: "GET", url, signal });
        }),
    });
  }

  close(): void {
    this.#options.outbound.close();
  }

  readonly #send: SendRequest = (call, { body, headers, ...request }) => {
    const { signal, firstByteMs, version, model, method } = call;
    const path = "path" in request
      ? request.path
      : `models/${pathOfModel(model)}${actionPath(call, request.action)}`;
    return onFirstWorkingBase(
      this.#options.baseUrls,
      call,
      (base) =>
        sendFor(call, {
          ...this.#way(headers),
          method: METHODS[method].verb,
          url: `${base}/${version}/${path}`,
          ...defined({ body }),
          signal,
          firstByteMs,
          mayRepeat: mayRepeat(call),
        }),
    );
  };

  /** The common parts of all requests. */
  #way(headers: Readonly<Record<string, string>> = {}) {
    const { clock, outbound, key } = this.#options;
    return {
      clock,
      connections: outbound.connections,
      headers: {
        ...headers,
        ...outbound.headers,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        // Only in the header: Google rejects a key that is sent in two places.
        "x-goog-api-key": key.reveal(),
      },
    };
  }
}
