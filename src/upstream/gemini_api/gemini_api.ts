/**
 * The Gemini API itself, with an API key: calls are forwarded unchanged.
 *
 * @module
 */
import type { Secret } from "../../accounts/secret.ts";
import type { Clock } from "../../base/clock.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import {
  type Collection,
  kindServes,
  type MethodName,
  type MethodRow,
  METHODS,
} from "../../gemini/api/methods.ts";
import { type BaseUrls, mayRepeat, onFirstWorkingBase } from "../base_urls.ts";
import { pathOfModel } from "../request/model_name.ts";
import { allModels } from "../model_pages.ts";
import type { Outbound } from "../outbound.ts";
import {
  actionPath,
  sendFor,
  type SendRequest,
  type TranslatedPath,
  unserved,
} from "../translation.ts";
import type { Model } from "../../gemini/api/model.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { sendForJson } from "../exchange/whole_response.ts";
import { GEMINI_API_TRANSLATIONS } from "./gemini_api_translations.ts";

/** Google's maximum page size for models. */
const PAGE_SIZE = 1000;

const JSON_HEADERS = { "content-type": "application/json" };

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

  readonly #send: SendRequest = (call, { body, headers, transfer, isBearer, ...request }) => {
    const { signal, firstByteMs, method } = call;
    const { verb }: MethodRow = METHODS[method];
    const path = pathOf(call, request);
    return onFirstWorkingBase(
      basesFor(transfer?.url, this.#options.baseUrls),
      call,
      (base) =>
        sendFor(call, {
          ...this.#way(
            transfer?.headers ?? (headers && { ...JSON_HEADERS, ...headers }),
            { token: call.token, isBearer },
          ),
          method: transfer?.verb ?? verb,
          url: transfer?.url ?? `${base}/${path}`,
          body: transfer === undefined ? body : transfer.body,
          signal,
          firstByteMs,
          mayRepeat: mayRepeat(call),
        }),
    );
  };

  /**
   * The common parts of all requests.
   *
   * @param headers Those that only some requests have.
   * @param how `token`: an ephemeral token, which replaces the key; `isBearer`: whether the key is sent as a bearer token.
   */
  #way(
    headers: Readonly<Record<string, string>> = JSON_HEADERS,
    { token, isBearer = false }: {
      readonly token?: string | undefined;
      readonly isBearer?: boolean | undefined;
    } = {},
  ) {
    const { clock, outbound, key } = this.#options;
    return {
      clock,
      connections: outbound.connections,
      socketClient: outbound.socketClient,
      headers: {
        ...headers,
        ...outbound.headers,
        "user-agent": USER_AGENT,
        // Only in the header: Google rejects a key that is sent in two places.
        ...(token !== undefined
          ? { "authorization": `Token ${token}` }
          : isBearer
          ? { "authorization": `Bearer ${key.reveal()}` }
          : { "x-goog-api-key": key.reveal() }),
      },
    };
  }
}

/** The path of a request after the base URL. */
function pathOf(call: UpstreamCall, request: TranslatedPath): string {
  if ("socket" in request) return request.socket;
  const { version, model, method } = call;
  const { prefix }: MethodRow = METHODS[method];
  const top = prefix === undefined ? version : `${prefix}/${version}`;
  const path = "path" in request
    ? request.path
    : `models/${pathOfModel(model)}${actionPath(call, request.action)}`;
  return `${top}/${path}`;
}

/** The base URL to which an upload's address belongs; all of them, if no upload has begun. */
function basesFor(url: string | undefined, baseUrls: BaseUrls): BaseUrls {
  if (url === undefined) return baseUrls;
  const base = baseUrls.find((base) => new URL(base).origin === new URL(url).origin);
  if (base !== undefined) return [base];
  const message =
    "The account's base URL was changed since this upload began. Start the upload again";
  throw new UpstreamFault("request", new RpcError("NOT_FOUND", message));
}
