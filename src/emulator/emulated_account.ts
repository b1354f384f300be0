/**
 * One account of the emulated Google: its properties, tokens and script.
 *
 * @module
 */
import { isModelMethod } from "./models/model_methods.ts";
import { type Outcome, type OutcomeSpec, outcomeSpec } from "./script/outcome.ts";
import type { ServiceAccountIdentity } from "./oauth/service_account.ts";

/** Google's message for a user who may not use Code Assist. */
export interface IneligibleTier {
  readonly reasonCode: string;
  readonly reasonMessage: string;
  readonly tierId: string;
  readonly tierName: string;
  readonly [field: string]: unknown;
}

/** Options of a user. */
export interface UserOptions {
  /** Project that Google manages for the user; null: the user supplies one. Default: a generated one. */
  readonly project?: string | null;
  /** Id of the current tier; default `standard-tier`. */
  readonly tier?: string;
  /** True for the refusal that individuals get since June 2026, or another message. */
  readonly ineligible?: true | IneligibleTier;
  /**
   * False for a user who is new to Code Assist: onboardUser must be called first. A number: how often the
   * operation then reports that it is not done. Default true.
   */
  readonly onboarded?: boolean | number;
  /** Life of an access token, in seconds; default 3599. */
  readonly expiresInSeconds?: number;
  /** How many requests Code Assist states as the daily quota of each model; default 1000. */
  readonly requestsPerDay?: number;
  /** Whether each refresh returns a new refresh token and revokes the used one. */
  readonly rotates?: boolean;
}

/** Selects the calls that a script applies to. */
export interface ScriptFilter {
  /** Bare model id. */
  readonly model?: string;
  /**
   * A method of models, as `generateContent`; without it, any of them. The other calls are scripted
   * only by name: `token`, `loadCodeAssist`, `onboardUser`, `operation`, `fetchAvailableModels`,
   * `retrieveUserQuota`, `retrieveUserQuotaSummary`, `models`; `files.create` (uploads in one request, and starts of sessions), `files.upload` (what
   * continues a session), `files.query` (how far it is), `files.get`, `files.list`, `files.delete`, `files.download`,
   * `files.content` (where a download's redirect leads), `files.register`;
   * `cachedContents.create`, `.get`, `.list`, `.patch`, `.delete`; `fileSearchStores.create`,
   * `.upload` (starts of sessions), `.delete`; `batches.get`, `.list`, `.cancel`, `.delete` and the updates;
   * `interactions.create`, `.get`, `.cancel`, `.delete`; `auth_tokens.create`;
   * `bidiGenerateContent.connect` (the opening of a Live session's socket);
   * `create`, `get`, `list`, `update` and `delete` of
   * `agents`, `environments`, `triggers`, `webhooks`, `credentials` and `voices`; `environments.files`,
   * `.upload`; `triggers.run`, `.executions`; `webhooks.ping`, `.rotateSigningSecret`; `decisions.create`.
   */
  readonly method?: string;
}

const UNSUPPORTED_CLIENT: IneligibleTier = {
  reasonCode: "UNSUPPORTED_CLIENT",
  reasonMessage:
    "This client is no longer supported for Gemini Code Assist for individuals. To continue using " +
    "Gemini, please migrate to the Antigravity suite of products: https://antigravity.google",
  tierId: "free-tier",
  tierName: "Gemini Code Assist for individuals",
};

const MOST_COUNTED = 10_000;

/** A call that a script applies to. */
export interface ScriptedCall {
  readonly method: string;
  /** Bare model id. */
  readonly model?: string;
}

/** Chooses the outcome of a call, for an account whose outcomes follow a rule. */
export type OutcomeRule = (call: ScriptedCall) => Outcome;

interface ScriptedOutcome {
  readonly outcome: OutcomeSpec;
  readonly filter: ScriptFilter;
}

/** Properties of an account. */
export interface AccountOptions extends UserOptions {
  /** Project that owns what the account makes, if it is not `project`. */
  readonly ownerProject: string;
  readonly hasKey?: boolean;
  readonly isExpress?: boolean;
  readonly serviceAccount?: ServiceAccountIdentity;
}

/** One account. */
export class EmulatedAccount {
  readonly name: string;
  /** Project of a user; null if any is accepted. */
  readonly project: string | null;
  /** Project that owns the files and caches that the account makes. */
  readonly ownerProject: string;
  /** Whether its credential is an API key. */
  readonly hasKey: boolean;
  readonly tier: string;
  readonly requestsPerDay: number;
  /** The last calls that count against Code Assist's quotas, oldest first. */
  readonly counted: { readonly model: string; readonly atMs: number }[] = [];
  readonly ineligible: IneligibleTier | undefined;
  /** Life of an access token, in seconds. */
  readonly expiresInSeconds: number;
  /** Whether it is an API key of Vertex AI's express mode. */
  readonly isExpress: boolean;
  /** For a service account: the data that its assertions are checked against. */
  readonly serviceAccount: ServiceAccountIdentity | undefined;
  /** Whether each refresh replaces the refresh token. */
  readonly rotates: boolean;
  /** Whether Code Assist knows the user. */
  onboarded: boolean;
  /** How often the operation of an onboarding will still report that it is not done. */
  pollsLeft: number;
  /** The project that the user supplied for an onboarding. */
  ownProject: string | undefined;
  /** Name of the operation of an onboarding. */
  operation: string | undefined;
  /** Ids of the OAuth clients that the user has consented to. */
  readonly consentedTo = new Set<string>();
  /** Whether the user revoked the grant, or the service account's key was deleted. */
  revoked = false;
  /** How often a token was requested. */
  tokenRequests = 0;
  /** Access tokens and their expiry, in ms. */
  readonly tokens = new Map<string, number>();
  #queue: ScriptedOutcome[] = [];
  #standing: OutcomeRule = () => "ok";
  readonly #standingOf = new Map<string, OutcomeRule>();

  constructor(name: string, options: AccountOptions) {
    this.name = name;
    this.project = options.project ?? null;
    this.ownerProject = options.ownerProject;
    this.hasKey = options.hasKey ?? false;
    this.requestsPerDay = options.requestsPerDay ?? 1000;
    this.tier = options.tier ?? "standard-tier";
    this.ineligible = options.ineligible === true ? UNSUPPORTED_CLIENT : options.ineligible;
    this.expiresInSeconds = options.expiresInSeconds ?? 3599;
    this.isExpress = options.isExpress ?? false;
    this.serviceAccount = options.serviceAccount;
    this.rotates = options.rotates ?? false;
    this.onboarded = options.onboarded === undefined || options.onboarded === true;
    this.pollsLeft = typeof options.onboarded === "number" ? options.onboarded : 0;
  }

  script(outcomes: readonly Outcome[], filter: ScriptFilter): void {
    this.#queue.push(...outcomes.map((outcome) => ({ outcome: outcomeSpec(outcome), filter })));
  }

  always(outcome: Outcome | OutcomeRule, method: string | undefined): void {
    const rule = typeof outcome === "function" ? outcome : () => outcome;
    if (method === undefined) this.#standing = rule;
    else this.#standingOf.set(method, rule);
  }

  /** Counts a call against Code Assist's quotas. */
  count(model: string, atMs: number): void {
    this.counted.push({ model, atMs });
    if (this.counted.length > MOST_COUNTED) this.counted.shift();
  }

  forgetScript(): void {
    this.#queue = [];
    this.#standing = () => "ok";
    this.#standingOf.clear();
  }

  /** Removes and returns the first outcome in the queue that applies to such a call. */
  take(call: ScriptedCall): OutcomeSpec {
    const isModelCall = isModelMethod(call.method);
    const index = this.#queue.findIndex(({ filter }) =>
      (filter.method === undefined ? isModelCall : filter.method === call.method) &&
      (filter.model === undefined || filter.model === call.model)
    );
    const [scripted] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (scripted !== undefined) return scripted.outcome;
    const rule = this.#standingOf.get(call.method) ?? (isModelCall ? this.#standing : undefined);
    return outcomeSpec(rule?.(call) ?? "ok");
  }
}
