/**
 * Code Assist: the v1internal envelope around native calls, with the user's own sign-in.
 *
 * @module
 */
import type { TokenSource } from "../../accounts/tokens/token_source.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";
import { type Collection, kindServes, type MethodName, METHODS } from "../../gemini/api/methods.ts";
import type { Clock } from "../../base/clock.ts";
import { AuthorizedExchange } from "../exchange/authorized_exchange.ts";
import { type BaseUrls, mayRepeat, onFirstWorkingBase, type SearchBounds } from "../base_urls.ts";
import { modelsOfCatalogue } from "./code_assist_models.ts";
import { NotEligible } from "./code_assist_project.ts";
import { quotasOfCatalogue, quotasOfSummary, quotasOfUser } from "./code_assist_quotas.ts";
import { CODE_ASSIST_TRANSLATIONS, type CodeAssistMeans } from "./code_assist_translations.ts";
import { type Exchange, unusableResponse } from "../exchange/exchange.ts";
import { findProject } from "./find_project.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { Outbound } from "../outbound.ts";
import type { QuotaStatement } from "../../pool/quota/quota_statement.ts";
import { timeLimit } from "../time_limit.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import { actionPath, sendFor, unserved } from "../translation.ts";
import type { Model } from "../../gemini/api/model.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { sendForJson, sendForOperation } from "../exchange/whole_response.ts";

/** Options of {@linkcode CodeAssist}. */
export interface CodeAssistOptions {
  readonly baseUrls: BaseUrls;
  readonly tokens: TokenSource;
  /** The Google Cloud project; if absent, Code Assist is asked for it. */
  readonly project?: string | undefined;
  /** A project to propose to Code Assist. */
  readonly hint?: string | undefined;
  readonly clock: Clock;
  readonly outbound: Outbound;
  /** Called when Google named the project. */
  readonly onProject?: ((project: string) => void) | undefined;
  /** Called when Google denies the account access, with Google's message; the account is not tried again. */
  readonly onNotEligible?: ((reason: string) => void) | undefined;
  /** Called when Google onboards the account to a tier, which takes a while. */
  readonly onOnboarding?: ((tierId: string) => void) | undefined;
}

type Send<T> = (exchange: Exchange) => Promise<T>;

/** Time limit for finding an account's project, including onboarding, in ms. */
const PROJECT_LIMIT_MS = 60_000;

/** The only method that creates something: a project. */
const ONBOARDING = ":onboardUser";

const encoder = new TextEncoder();

/** An account of Code Assist. */
export class CodeAssist implements Upstream {
  readonly kind = "code-assist";
  readonly #options: CodeAssistOptions;
  readonly #authorized: AuthorizedExchange;
  readonly #means: CodeAssistMeans = {
    send: (call, { body, ...request }) =>
      this.#exchange(
        "action" in request
          ? actionPath(call, request.action)
          : `/${"path" in request ? request.path : request.socket}`,
        body,
        call,
        (exchange) => sendFor(call, exchange, { isEnveloped: true }),
      ),
    project: (signal) => this.project(signal),
  };
  #project: Promise<string> | undefined;

  constructor(options: CodeAssistOptions) {
    this.#options = options;
    this.#authorized = new AuthorizedExchange(options.tokens);
    if (options.project !== undefined) this.#project = Promise.resolve(options.project);
  }

  serves(method: MethodName): boolean {
    return kindServes(this.kind, method);
  }

  call(call: UpstreamCall): Promise<UpstreamResponse> {
    const { method } = call;
    if (!kindServes(this.kind, method)) throw unserved(this.kind, method);
    return CODE_ASSIST_TRANSLATIONS[METHODS[method].kinds[this.kind]](call, this.#means);
  }

  /** The account's models: v1internal has no other lists. */
  async list(_collection: Collection, signal: AbortSignal): Promise<readonly Model[]> {
    const project = await this.project(signal);
    return modelsOfCatalogue(await this.#postJson("fetchAvailableModels", { project }, { signal }));
  }

  /**
   * The quotas of the account. Not every service has both methods; the catalogue has quotas as well, and is read
   * if retrieveUserQuota gives none.
   */
  async quotas(signal: AbortSignal): Promise<readonly QuotaStatement[]> {
    const { clock } = this.#options;
    const project = await this.project(signal);
    const post = (method: string) => this.#postJson(method, { project }, { signal });
    const byModel = quotasOfUser(await unlessUnknown(post("retrieveUserQuota")), clock.now());
    const shared = quotasOfSummary(
      await unlessUnknown(post("retrieveUserQuotaSummary")),
      clock.now(),
    );
    return byModel.length > 0 || shared.length > 0
      ? [...byModel, ...shared]
      : quotasOfCatalogue(await post("fetchAvailableModels"), clock.now());
  }

  close(): void {
    this.#options.outbound.close();
  }

  /**
   * The account's project. All waiting callers share one search, so no caller can abort it. A success is
   * cached, and so is a permanent rejection.
   *
   * @param signal Ends the wait of this caller only.
   * @throws {UpstreamFault} {@linkcode NotEligible} if Google denies the account access.
   */
  project(signal: AbortSignal): Promise<string> {
    this.#project ??= this.#findProject();
    return unlessAborted(this.#project, signal);
  }

  async #findProject(): Promise<string> {
    const { hint, onProject, onNotEligible, onOnboarding } = this.#options;
    const { signal, dispose } = timeLimit(
      PROJECT_LIMIT_MS,
      "Code Assist did not name a project in time",
    );
    try {
      const project = await findProject({
        post: (method, body) => this.#postJson(method, body, { signal }),
        operation: async (name) =>
          parseJson(await this.#exchange(`/${name}`, undefined, { signal }, sendForOperation)),
        hint,
        signal,
        onOnboarding: (tierId) => onOnboarding?.(tierId),
      });
      onProject?.(project);
      return project;
    } catch (error) {
      if (error instanceof NotEligible) onNotEligible?.(error.message);
      else this.#project = undefined;
      throw error;
    } finally {
      dispose();
    }
  }

  async #postJson(method: string, body: unknown, bounds: SearchBounds): Promise<unknown> {
    // onboardUser returns an operation.
    const sender = method === "onboardUser" ? sendForOperation : sendForJson;
    const bytes = encoder.encode(JSON.stringify(body));
    return parseJson(await this.#exchange(`:${method}`, bytes, bounds, sender));
  }

  /** Sends a POST with the body, or a GET without one; `path` is the part after `/v1internal`. */
  #exchange<T>(
    path: string,
    body: Uint8Array | undefined,
    bounds: SearchBounds,
    sender: Send<T>,
  ): Promise<T> {
    const { baseUrls, clock, outbound } = this.#options;
    return this.#authorized.run(
      bounds,
      (token) =>
        onFirstWorkingBase(baseUrls, bounds, (base) =>
          sender({
            method: body === undefined ? "GET" : "POST",
            url: `${base}/v1internal${path}`,
            headers: {
              ...outbound.headers,
              "authorization": `Bearer ${token}`,
              "content-type": "application/json",
              "user-agent": USER_AGENT,
            },
            ...(body === undefined ? {} : { body }),
            signal: bounds.signal,
            mayRepeat: path !== ONBOARDING && mayRepeat(bounds),
            model: bounds.model,
            firstByteMs: bounds.firstByteMs,
            clock,
            connections: outbound.connections,
          })),
    );
  }
}

/** The response; undefined if the service has no such method, or not for this account. */
async function unlessUnknown(response: Promise<unknown>): Promise<unknown> {
  try {
    return await response;
  } catch (error) {
    const code = error instanceof UpstreamFault ? error.rpc.code : 0;
    if (![400, 403, 404, 501].includes(code)) throw error;
    return undefined;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseBounded(bytes);
  } catch {
    throw unusableResponse("a response that is not JSON");
  }
}
