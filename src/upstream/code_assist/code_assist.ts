/**
 * Code Assist: the v1internal envelope around native calls, with the user's own sign-in.
 *
 * @module
 */
import type { TokenSource } from "../../accounts/tokens/token_source.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";
import { type Collection, kindServes, type MethodName, METHODS } from "../../gemini/api/methods.ts";
import type { Clock } from "../../base/clock.ts";
import { AuthorizedExchange } from "../authorized_exchange.ts";
import { type BaseUrls, mayRepeat, onFirstGoodBase, type SearchBounds } from "../base_urls.ts";
import { modelsOfCatalogue } from "./code_assist_models.ts";
import { NotEligible } from "./code_assist_project.ts";
import { CODE_ASSIST_TRANSLATIONS, type CodeAssistMeans } from "./code_assist_translations.ts";
import { type Exchange, unusableResponse } from "../exchange.ts";
import { findProject } from "./find_project.ts";
import type { Outbound } from "../outbound.ts";
import { timeLimit } from "../time_limit.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import { actionPath, sendFor, unserved } from "../translation.ts";
import type { Model } from "../../gemini/api/model.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { sendForJson, sendForOperation } from "../whole_response.ts";

/** What a {@linkcode CodeAssist} is made of. */
export interface CodeAssistOptions {
  readonly baseUrls: BaseUrls;
  readonly tokens: TokenSource;
  /** The Google Cloud project; asked of Code Assist when absent. */
  readonly project?: string | undefined;
  /** A project to propose when Code Assist is asked. */
  readonly hint?: string | undefined;
  readonly clock: Clock;
  readonly outbound: Outbound;
  /** Google named the project. */
  readonly onProject?: ((project: string) => void) | undefined;
  /** Google does not let the account in, in its own words; it is not asked again. */
  readonly onNotEligible?: ((reason: string) => void) | undefined;
  /** Google sets the account up for a tier, which takes a while. */
  readonly onOnboarding?: ((tierId: string) => void) | undefined;
}

type Send<T> = (exchange: Exchange) => Promise<T>;

/** Most time for finding an account's project, onboarding included, in ms. */
const PROJECT_LIMIT_MS = 60_000;

/** The one method that makes something: a project. */
const ONBOARDING = ":onboardUser";

const encoder = new TextEncoder();

/** An account of Code Assist. */
export class CodeAssist implements Upstream {
  readonly kind = "code-assist";
  readonly #options: CodeAssistOptions;
  readonly #authorized: AuthorizedExchange;
  readonly #means: CodeAssistMeans = {
    send: (call, { action, body }) =>
      this.#exchange(
        actionPath(call, action),
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

  /** The account's models: v1internal lists nothing else. */
  async list(_collection: Collection, signal: AbortSignal): Promise<readonly Model[]> {
    const project = await this.project(signal);
    return modelsOfCatalogue(await this.#postJson("fetchAvailableModels", { project }, { signal }));
  }

  close(): void {
    this.#options.outbound.close();
  }

  /**
   * The account's project. One search serves every waiting caller, so it is nobody's to abort. Kept
   * are a success, and a refusal that would be the same the next time.
   *
   * @param signal Ends the wait of this caller only.
   * @throws {UpstreamFault} {@linkcode NotEligible} where Google does not let the account in.
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
    // What onboardUser answers is an operation.
    const sender = method === "onboardUser" ? sendForOperation : sendForJson;
    const bytes = encoder.encode(JSON.stringify(body));
    return parseJson(await this.#exchange(`:${method}`, bytes, bounds, sender));
  }

  /** Posts the body, or gets where there is none; `path` is what follows `/v1internal`. */
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
        onFirstGoodBase(baseUrls, bounds, (base) =>
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

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseBounded(bytes);
  } catch {
    throw unusableResponse("a response that is not JSON");
  }
}
