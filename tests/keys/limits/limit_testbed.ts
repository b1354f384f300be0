/**
 * A limiter with a clock that a test moves, and the calls of one key.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Keeper } from "../../../src/base/stored/kept.ts";
import type { TokenUsage } from "../../../src/gemini/api/token_usage.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { ClientKey, KeyLimits } from "../../../src/keys/client_key.ts";
import { KeyLimiter } from "../../../src/keys/limits/key_limiter.ts";
import type { LimitedCall } from "../../../src/keys/limits/limited_call.ts";
import { clientKey } from "../../support/client_keys.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { NO_KEEPER } from "../../support/kept.ts";

/** A call of the key: admitted, or refused for so long. */
export interface TriedCall {
  readonly call: LimitedCall;
  /** In ms; 0 if the call was admitted. */
  readonly waitMs: number;
  /** What a refusal names, the longest wait first. */
  readonly quotaIds: readonly string[];
  readonly message: string;
}

/** Tokens that a call without a prompt reserves at least. */
export const RESERVED = 256;

/** The calls of one key. */
export class LimitTestbed {
  readonly clock: FakeClock;
  /** May be replaced, as by `pollux keys edit`. */
  limits: KeyLimits;
  readonly limiter: KeyLimiter;

  /** @param options `price`: of a token, in millionths of a dollar. */
  constructor(
    limits: KeyLimits,
    options: { clock?: FakeClock; keeper?: Keeper; price?: number } = {},
  ) {
    const { clock = new FakeClock(), keeper = NO_KEEPER, price = 1 } = options;
    this.clock = clock;
    this.limits = limits;
    this.limiter = new KeyLimiter(keeper, {
      clock,
      keys: { get: () => this.key },
      costOf: (_model, { total }) => total * price,
    });
  }

  /** The key as it is now. */
  get key(): ClientKey {
    return clientKey("key_anna", "", { name: "anna", limits: this.limits });
  }

  /** Begins a call; of a model, if it has a prompt. */
  try(prompt?: { readonly bytes: number }): TriedCall {
    const call = this.limiter.call(this.key);
    try {
      call.admit(prompt !== undefined);
      if (prompt !== undefined) call.reserve("model", prompt);
      return { call, waitMs: 0, quotaIds: [], message: "" };
    } catch (error) {
      assert.ok(error instanceof RpcError, String(error));
      const { retryAfterMs = 0, message } = error;
      const violations = error.details.map((detail) => detail["violations"]);
      const [[...found] = []] = violations.filter(Array.isArray);
      return { call, waitMs: retryAfterMs, quotaIds: found.map(({ quotaId }) => quotaId), message };
    }
  }

  /** Makes a call that is over at once, and uses so many tokens if it is of a model. */
  make(tokens?: number): TriedCall {
    const tried = this.try(tokens === undefined ? undefined : { bytes: 0 });
    if (tried.waitMs === 0 && tokens !== undefined) tried.call.used("model", used(tokens));
    tried.call.end();
    return tried;
  }

  /** The headers of a response. */
  headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    this.limiter.call(this.key).addHeaders(headers);
    return headers;
  }
}

/** Usage of so many tokens, all of the prompt, so that the next call reserves no more for its output. */
export function used(total: number): TokenUsage {
  return { prompt: total, cached: 0, tool: 0, candidates: 0, thoughts: 0, total };
}
