/**
 * What the gateway is told at start. The server reads no file and no variable itself.
 *
 * @module
 */

import type { StrategyName } from "../pool/strategy.ts";

/** When a client has to show the gateway's key. */
export type AuthMode = "off" | "strict" | "all_except_health" | "auto";

/** The gateway's settings. Times are in ms, sizes in bytes. */
export interface GatewaySettings {
  readonly server: {
    /** The address that the gateway is bound to. */
    readonly host: string;
    /** Names besides the loopback ones that a `Host` header may hold; without port. */
    readonly allowedHosts: readonly string[];
    /** Origins of web pages that may call the gateway, as in `https://example.com`. */
    readonly corsOrigins: readonly string[];
    /** Largest request body. */
    readonly maxBodyBytes: number;
    /** Most memory that the request bodies of all calls take together; others wait. */
    readonly maxMemoryBytes: number;
    /** Longest that a request body may take to arrive. */
    readonly bodyTimeoutMs: number;
  };
  readonly auth: {
    readonly mode: AuthMode;
    /** The gateway's own key; never one of Google's. */
    readonly apiKey: string | undefined;
  };
  readonly streaming: {
    /** What a request without `alt` gets. */
    readonly defaultFormat: "sse" | "json";
    /** What becomes of a `[DONE]` that upstream sent. */
    readonly doneSentinel: "pass" | "strip";
  };
  readonly routing: {
    /** Most upstream requests for one client call. */
    readonly maxAttempts: number;
    /** How calls are spread over accounts. */
    readonly strategy: StrategyName;
    /** How long a conversation that is not used stays bound to its account. */
    readonly sessionTtlMs: number;
    /** Longest wait for a busy account; with `cache_first` also for the conversation's own. */
    readonly maxWaitMs: number;
    /** Most calls that wait for a busy account at the same time. */
    readonly maxWaiting: number;
  };
  readonly timeouts: {
    /** Longest wait for a response's first content, or for the head of one that is not streamed. */
    readonly firstByteMs: number;
    /** Longest silence within a stream. */
    readonly idleMs: number;
    /** Longest that a client call may take in all. */
    readonly totalMs: number;
  };
  /** Target model by alias; `*` in an alias stands for any run of characters. */
  readonly aliases: Readonly<Record<string, string>>;
}
