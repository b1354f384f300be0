/**
 * What a pool is made with.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { KeptCoolDown } from "./cool_downs/cool_down.ts";
import type { Quotas } from "./quota/quotas.ts";
import type { Affinity } from "./sessions/affinity.ts";
import type { StrategyName } from "./strategy.ts";

/** Receives changes of cool-downs, to write them in the background for a restarted gateway. */
export interface CoolDownSink {
  /** A cool-down began or was prolonged. */
  cool(coolDown: KeptCoolDown): void;
  /** A cool-down ended early. `cooldownKey` is empty for a whole account. */
  heal(accountId: string, cooldownKey: string): void;
}

/** The options of a {@linkcode Pool}. */
export interface PoolOptions {
  readonly clock: Clock;
  readonly affinity: Affinity;
  readonly coolDownSink: CoolDownSink;
  readonly strategy: StrategyName;
  /** Is told of refusals. Default: nothing is known about quotas. */
  readonly quotas?: Quotas;
  /** Most calls that wait for a busy account. */
  readonly maxWaiting: number;
}
