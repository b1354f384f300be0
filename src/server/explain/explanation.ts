/**
 * The explanation of a call, as `GET /admin/explain/ID` sends it.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { ConversationSource, TracedWait } from "./call_trace.ts";
import type { PassedOver } from "./passed_over.ts";

/**
 * How a call ended:
 * - `running`: it has not.
 * - `ok`: with a response.
 * - `access`: its key was refused, or it had none.
 * - `limit`: a limit of its key refused it.
 * - `refused`: the gateway refused it for another reason, before an account was chosen.
 * - `no-account`: no account was left that could serve it.
 * - `account`: with the error of an account.
 * - `client-left`: the client disconnected.
 */
export type Outcome =
  | "running"
  | "ok"
  | "access"
  | "limit"
  | "refused"
  | "no-account"
  | "account"
  | "client-left";

/** Why a call had the account that it had. */
export type Decision =
  /** Only the account that holds a resource could serve it; `found`: whether accounts were asked who holds it. */
  | {
    readonly by: "resource";
    readonly resource: string;
    readonly account: string;
    readonly found: "recorded" | "asked";
  }
  /** The conversation went to this account before. */
  | { readonly by: "conversation"; readonly account: string }
  /** `left`: the account to which the conversation went before, and which was not available. */
  | { readonly by: "strategy"; readonly left?: string }
  /** The response puts the lists of all accounts together. */
  | { readonly by: "list" };

/** One attempt. */
export interface ExplainedAttempt {
  readonly account: string;
  readonly by: "resource" | "conversation" | "strategy";
  /** When it began, in ms after the arrival of the call. */
  readonly startMs: number;
  /** How long the account took to respond, in ms; absent if it has not. */
  readonly ms?: number;
  /** The HTTP status of its response. */
  readonly status?: number;
  readonly error?: string;
  /** The delay that the error states, in ms. */
  readonly delayMs?: number;
  /** Requests to Google: several if another address or a new token was tried. */
  readonly requests: number;
  /** The other accounts. */
  readonly passedOver: readonly PassedOver[];
  /** How many more accounts were passed over. */
  readonly more: number;
}

/** Something that a call waited for. Times are in ms; `startMs` counts from the arrival of the call. */
export interface ExplainedWait {
  readonly for: TracedWait["what"] | "body" | "account";
  readonly startMs: number;
  readonly ms: number;
  readonly account?: string;
}

/** The explanation of one call. It contains no body, no secret and no e-mail address. */
export interface Explanation {
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly outcome: Outcome;
  /** Absent while the call lasts, and for a client that left before a response began. */
  readonly status?: number;
  readonly error?: string;
  /** From the arrival to the last byte, in ms; absent while the call lasts. */
  readonly durationMs?: number;
  /** From the arrival to the first byte of a successful response, in ms. */
  readonly firstByteMs?: number;
  /** The client key. `open`: none was needed; `default`: the gateway's own. */
  readonly key: { readonly id: string; readonly name: string };
  readonly method: string;
  /** The operation of another API that was translated to the method, as `openai.chat`. */
  readonly operation?: string;
  /** Verb and path of a request without a method. */
  readonly request?: string;
  readonly model?: string;
  readonly account?: string;
  readonly conversation?: { readonly id: string; readonly found: ConversationSource };
  /** Absent if no account was looked for. */
  readonly decision?: Decision;
  readonly attempts: readonly ExplainedAttempt[];
  /** How often it moved to another account. */
  readonly rotations: number;
  /** Why it got no further account; `attempts`: it had as many as `routing.max_attempts` allows. */
  readonly gaveUp?: string;
  /** The accounts that were left when it gave up. */
  readonly passedOver: readonly PassedOver[];
  readonly more: number;
  /** In the order of their start. */
  readonly waits: readonly ExplainedWait[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** As Google counted them; absent if it reported none. */
  readonly tokens?: TokenUsage;
  /** Estimated; absent if the tokens or the price are not known. */
  readonly costUsd?: number;
}
