/**
 * The gateway's settings. The server itself reads no file and no environment variable.
 *
 * @module
 */

import type { CopyLimits } from "../base/stored/copies.ts";
import type { StrategyName } from "../pool/strategy.ts";

/** When a client must send the gateway's key. */
export type AuthMode = "off" | "strict" | "all_except_health" | "auto";

/** The gateway's settings. Times are in ms, sizes in bytes. */
export interface GatewaySettings {
  readonly server: {
    /** The address that the gateway is bound to. */
    readonly host: string;
    /** Names that a `Host` header may contain besides the loopback ones; without port. */
    readonly allowedHosts: readonly string[];
    /** Origins of web pages that may call the gateway, as in `https://example.com`. */
    readonly corsOrigins: readonly string[];
    /** Proxies whose `X-Forwarded-For` names the client: addresses, and ranges such as `10.0.0.0/8`. */
    readonly trustedProxies: readonly string[];
    /** The gateway's address for its clients, as in `https://gemini.example.com`; undefined: as they call it. */
    readonly publicUrl: string | undefined;
    /** Largest request body. */
    readonly maxBodyBytes: number;
    /** Most memory for the request bodies of all calls together; further calls wait. */
    readonly maxMemoryBytes: number;
    /** Longest time for a request body to arrive. */
    readonly bodyTimeoutMs: number;
  };
  readonly auth: {
    readonly mode: AuthMode;
    /** The gateway's own key, not one of Google's. */
    readonly apiKey: string | undefined;
  };
  /** The page and the admin API. */
  readonly admin: {
    /** Whether they respond to other machines as well. */
    readonly isRemote: boolean;
    /** What their own address is bound to; undefined: they have none. With one, {@linkcode isRemote} holds there alone. */
    readonly listenHost: string | undefined;
  };
  readonly streaming: {
    /** The framing for a request without `alt`. */
    readonly defaultFormat: "sse" | "json";
    /** Whether a `[DONE]` that upstream sent is passed on. */
    readonly doneSentinel: "pass" | "strip";
  };
  readonly openai: {
    /** Whether calls below `/v1beta/openai` go to the endpoint of `gemini-api` accounts for OpenAI's clients. */
    readonly passthrough: boolean;
  };
  readonly routing: {
    /** Most upstream requests for one client call. */
    readonly maxAttempts: number;
    /** How calls are distributed over accounts. */
    readonly strategy: StrategyName;
    /** How long an unused conversation stays bound to its account. */
    readonly sessionTtlMs: number;
    /** Longest wait for a busy account; with `cache_first` also for the conversation's account. */
    readonly maxWaitMs: number;
    /** Most calls that wait for a busy account at the same time. */
    readonly maxWaiting: number;
  };
  readonly timeouts: {
    /** Longest wait for a response's first content, or for the headers of one that is not streamed. */
    readonly firstByteMs: number;
    /** Longest time without data within a stream. */
    readonly idleMs: number;
    /** Longest total time of a client call. */
    readonly totalMs: number;
  };
  readonly files: {
    /** Largest file that a client may upload. */
    readonly maxUploadBytes: number;
    /** The copies of uploads that are kept; undefined: none. */
    readonly copies: CopyLimits | undefined;
  };
  readonly prices: {
    /** Whether a key with a budget may use models whose price is not known. */
    readonly unknown: "allow" | "refuse";
  };
  /** Target model by alias; `*` in an alias matches any characters. */
  readonly aliases: Readonly<Record<string, string>>;
}
