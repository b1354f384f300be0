/**
 * Code Assist: the v1internal envelope around native calls, with the user's own sign-in.
 *
 * @module
 */
import type { TokenSource } from "../accounts/token_source.ts";
import { jsonMember } from "../gemini/json_member.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import type { Clock } from "../pool/clock.ts";
import { AuthorizedExchange } from "./authorized_exchange.ts";
import { type BaseUrls, onFirstGoodBase, type SearchBounds } from "./base_urls.ts";
import { countEnvelope, envelop } from "./code_assist_envelope.ts";
import { modelsOfCatalogue } from "./code_assist_models.ts";
import { projectOf } from "./code_assist_project.ts";
import { EventStream } from "./event_stream.ts";
import { type Exchange, nonsense, send, sendForJson } from "./exchange.ts";
import type { Outbound } from "./outbound.ts";
import { timeLimit } from "./time_limit.ts";
import type { Model, Upstream, UpstreamCall } from "./upstream.ts";
import { USER_AGENT } from "./user_agent.ts";

/** What a {@linkcode CodeAssist} is made of. */
export interface CodeAssistOptions {
  readonly baseUrls: BaseUrls;
  readonly tokens: TokenSource;
  /** The Google Cloud project; asked of Code Assist when absent. */
  readonly project?: string | undefined;
  readonly clock: Clock;
  readonly outbound?: Outbound;
}

type Send<T> = (exchange: Exchange) => Promise<T>;

/** Most time for finding an account's project, in ms. */
const PROJECT_LIMIT_MS = 30_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An account of Code Assist. */
export class CodeAssist implements Upstream {
  readonly kind = "code-assist";
  readonly #options: CodeAssistOptions;
  readonly #authorized: AuthorizedExchange;
  #project: Promise<string> | undefined;

  constructor(options: CodeAssistOptions) {
    this.#options = options;
    this.#authorized = new AuthorizedExchange(options.tokens);
    if (options.project !== undefined) this.#project = Promise.resolve(options.project);
  }

  async generateContent(call: UpstreamCall): Promise<Uint8Array> {
    const body = envelop(call, await this.#ownProject());
    const answer = responseOf(await this.#post("generateContent", body, call));
    if (answer === undefined) throw nonsense('an answer without "response"');
    return answer;
  }

  async streamGenerateContent(
    call: UpstreamCall,
  ): Promise<AsyncIterable<readonly StreamEvent[]>> {
    const body = envelop(call, await this.#ownProject());
    return await this.#exchange("streamGenerateContent?alt=sse", body, call, openEvents);
  }

  async countTokens(call: UpstreamCall): Promise<Uint8Array> {
    const answer = await this.#post("countTokens", countEnvelope(call), call);
    return responseOf(answer) ?? answer;
  }

  async listModels(signal: AbortSignal): Promise<readonly Model[]> {
    const project = await this.#ownProject();
    return modelsOfCatalogue(await this.#postJson("fetchAvailableModels", { project }, { signal }));
  }

  close(): void {
    this.#options.outbound?.connections?.close();
  }

  /** One look-up serves every waiting caller, so it is nobody's to abort; only a success is kept. */
  #ownProject(): Promise<string> {
    this.#project ??= this.#findProject();
    return this.#project;
  }

  async #findProject(): Promise<string> {
    const { signal, dispose } = timeLimit(
      PROJECT_LIMIT_MS,
      "Code Assist did not name a project in time",
    );
    try {
      const loaded = await this.#postJson("loadCodeAssist", {
        metadata: {
          ideType: "IDE_UNSPECIFIED",
          platform: "PLATFORM_UNSPECIFIED",
          pluginType: "PLUGIN_UNSPECIFIED",
        },
      }, { signal });
      return projectOf(loaded);
    } catch (error) {
      this.#project = undefined;
      throw error;
    } finally {
      dispose();
    }
  }

  async #postJson(method: string, body: unknown, bounds: SearchBounds): Promise<unknown> {
    const bytes = await this.#post(method, encoder.encode(JSON.stringify(body)), bounds);
    try {
      return JSON.parse(decoder.decode(bytes));
    } catch {
      throw nonsense("an answer that is not JSON");
    }
  }

  #post(method: string, body: Uint8Array, bounds: SearchBounds): Promise<Uint8Array> {
    return this.#exchange(method, body, bounds, sendForJson);
  }

  #exchange<T>(
    method: string,
    body: Uint8Array,
    bounds: SearchBounds,
    sender: Send<T>,
  ): Promise<T> {
    const { baseUrls, clock, outbound } = this.#options;
    return this.#authorized.run(
      bounds,
      (token) =>
        onFirstGoodBase(baseUrls, bounds, (base) =>
          sender({
            method: "POST",
            url: `${base}/v1internal:${method}`,
            headers: {
              ...outbound?.headers,
              "authorization": `Bearer ${token}`,
              "content-type": "application/json",
              "user-agent": USER_AGENT,
            },
            body,
            signal: bounds.signal,
            clock,
            connections: outbound?.connections,
          })),
    );
  }
}

async function openEvents(exchange: Exchange): Promise<AsyncIterable<readonly StreamEvent[]>> {
  // An event without "response", such as a bare traceId, is no part of the answer.
  return new EventStream(await send(exchange), { ...exchange, unwrap: responseOf });
}

function responseOf(json: Uint8Array): Uint8Array | undefined {
  try {
    return jsonMember(json, "response");
  } catch {
    throw nonsense("an answer that is not whole JSON");
  }
}
