/**
 * Vertex AI, in the user's own project or, with an API key, in express mode. Calls are forwarded almost
 * unchanged: only model names and versions are rewritten, and each content gets a role.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest}
 * @module
 */
import type { Secret } from "../../accounts/secret.ts";
import type { TokenSource } from "../../accounts/tokens/token_source.ts";
import { type Collection, kindServes, type MethodName, METHODS } from "../../gemini/api/methods.ts";
import type { Clock } from "../../base/clock.ts";
import { AuthorizedExchange } from "../exchange/authorized_exchange.ts";
import { type BaseUrls, mayRepeat, onFirstWorkingBase, type SearchBounds } from "../base_urls.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { allModels } from "../model_pages.ts";
import { faultOfNamedModel } from "../faults/named_resource.ts";
import type { Outbound } from "../outbound.ts";
import { actionPath, sendFor, type SendRequest, unserved } from "../translation.ts";
import type { Model } from "../../gemini/api/model.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { modelOfPublisher, type ModelPlace, pathOfVertexModel, versionOf } from "./vertex_names.ts";
import { IN_PROJECT, VERTEX_TRANSLATIONS } from "./vertex_translations.ts";
import { sendForJson } from "../exchange/whole_response.ts";

/** How calls are authorized. An API key belongs to one project, so requests with a key do not name the project. */
export type VertexAccess =
  | { readonly tokens: TokenSource; readonly place: ModelPlace }
  | { readonly key: Secret };

/** Options of {@linkcode Vertex}. */
export interface VertexOptions {
  readonly baseUrls: BaseUrls;
  readonly access: VertexAccess;
  readonly clock: Clock;
  readonly outbound: Outbound;
}

/** The parameters of one request. */
interface VertexRequest<T> {
  readonly method: Exchange["method"];
  /** The path after the base URL, with its query. */
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  /** Base URLs to use instead of the account's. */
  readonly baseUrls?: BaseUrls;
  readonly bounds: SearchBounds;
  readonly sender: (exchange: Exchange) => Promise<T>;
}

/** Sends a request with the headers that authorize it. */
type Authorize = <T>(
  bounds: SearchBounds,
  call: (credential: Readonly<Record<string, string>>) => Promise<T>,
) => Promise<T>;

/** Models per page: the list has a few hundred. */
const PAGE_SIZE = 100;

/** The only version with a list of models. */
const LIST_VERSION = "v1beta1";

/** An account of Vertex AI. */
export class Vertex implements Upstream {
  readonly kind = "vertex";
  readonly #options: VertexOptions;
  readonly #place: ModelPlace | undefined;
  readonly #authorize: Authorize;

  constructor(options: VertexOptions) {
    const { access } = options;
    this.#options = options;
    this.#place = "key" in access ? undefined : access.place;
    this.#authorize = authorizerOf(access);
  }

  serves(method: MethodName): boolean {
    if (!kindServes(this.kind, method)) return false;
    return this.#place !== undefined || !IN_PROJECT.includes(METHODS[method].kinds[this.kind]);
  }

  async call(call: UpstreamCall): Promise<UpstreamResponse> {
    const { method, model } = call;
    if (!kindServes(this.kind, method)) throw unserved(this.kind, method);
    try {
      const means = { send: this.#send, place: this.#place };
      return await VERTEX_TRANSLATIONS[METHODS[method].kinds[this.kind]](call, means);
    } catch (error) {
      throw faultOfNamedModel(error, model);
    }
  }

  async list(collection: Collection, signal: AbortSignal): Promise<readonly Model[]> {
    const models = await allModels({
      member: "publisherModels",
      pageSize: PAGE_SIZE,
      read: (query) =>
        this.#exchange({
          method: "GET",
          path: `/${LIST_VERSION}/publishers/google/${collection}?${query}`,
          bounds: { signal },
          sender: sendForJson,
        }),
    });
    return models.map(modelOfPublisher);
  }

  close(): void {
    this.#options.outbound.close();
  }

  readonly #send: SendRequest = (call, { body, isForGemini = false, ...request }) => {
    const version = isForGemini ? call.version : versionOf(call.version);
    const path = "socket" in request
      ? request.socket
      : "path" in request
      ? `${version}/${request.path}`
      : `${version}/${pathOfVertexModel(call.model, this.#place)}${
        actionPath(call, request.action)
      }`;
    return this.#exchange({
      method: METHODS[call.method].verb,
      path: `/${path}`,
      body,
      baseUrls: isForGemini ? this.#options.baseUrls.map(geminiBase) : this.#options.baseUrls,
      bounds: call,
      sender: (exchange) => sendFor(call, exchange),
    });
  };

  #exchange<T>(
    { path, bounds, sender, baseUrls = this.#options.baseUrls, ...rest }: VertexRequest<T>,
  ): Promise<T> {
    const { clock, outbound } = this.#options;
    const { signal, firstByteMs } = bounds;
    return this.#authorize(bounds, (credential) => {
      const headers = {
        ...outbound.headers,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        ...credential,
      };
      const { connections } = outbound;
      const way = {
        headers,
        signal,
        clock,
        connections,
        socketClient: outbound.socketClient,
        mayRepeat: mayRepeat(bounds),
        firstByteMs,
      };
      return onFirstWorkingBase(
        baseUrls,
        bounds,
        (base) => sender({ ...rest, ...way, url: base + path }),
      );
    });
  }
}

function authorizerOf(access: VertexAccess): Authorize {
  if ("key" in access) {
    return (_, call) => call({ "x-goog-api-key": access.key.reveal() });
  }
  const authorized = new AuthorizedExchange(access.tokens);
  return (bounds, call) =>
    authorized.run(bounds, (token) => call({ authorization: `Bearer ${token}` }));
}

/** The base URL of the Gemini API: Google has a separate host for it; any other base URL is used unchanged. */
function geminiBase(base: string): string {
  return /^https:\/\/(?:[\w-]+-)?aiplatform(?:\.[\w-]+)*\.googleapis\.com$/.test(base)
    ? "https://generativelanguage.googleapis.com"
    : base;
}
