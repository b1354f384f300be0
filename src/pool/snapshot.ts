/**
 * The state of an account, for display.
 *
 * @module
 */
import type { CoolDown } from "./cool_downs/cool_down.ts";
import type { FailureKind } from "./cool_downs/failure.ts";
import type { Moment } from "./moment.ts";
import { type Member, WHOLE_ACCOUNT } from "./member.ts";

/** The state of a cool-down. */
export interface CoolDownSnapshot {
  /** `probing`: its time is over, and the current or next call finds out whether it was long enough. */
  readonly state: "cooling" | "probing";
  /** The kind of failure that began it. */
  readonly kind: FailureKind;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Upstream's error message. */
  readonly why: string;
  /** Whether the account is still used if no other one is available. */
  readonly isLastResort: boolean;
}

/** The state of an account. */
export interface AccountSnapshot {
  readonly accountId: string;
  /** `busy`: it has as many calls in flight as it may. Cool-downs of models are in {@linkcode models}. */
  readonly state: "available" | "busy" | "cooling" | "probing";
  /** The cool-down of the whole account, if there is one. */
  readonly coolDown: CoolDownSnapshot | undefined;
  /** The cool-downs of single models. */
  readonly models: readonly (CoolDownSnapshot & { readonly model: string })[];
  readonly callsInFlight: number;
  /** Milliseconds since the epoch; undefined if there was none since the gateway's start. */
  readonly lastSuccessMs: number | undefined;
  readonly lastFailureMs: number | undefined;
}

/** Returns the state of an account. */
export function snapshotOf(member: Member, now: Moment): AccountSnapshot {
  const { account, coolDowns, inFlight, lastSuccessMs, lastFailureMs, isFull } = member;
  const models: (CoolDownSnapshot & { readonly model: string })[] = [];
  let whole: CoolDownSnapshot | undefined;
  for (const [model, coolDown] of coolDowns) {
    const told = tell(coolDown, now);
    if (told === undefined) continue;
    if (model === WHOLE_ACCOUNT) whole = told;
    else models.push({ model, ...told });
  }
  return {
    accountId: account.id,
    state: whole?.state ?? (isFull ? "busy" : "available"),
    coolDown: whole,
    models,
    callsInFlight: inFlight,
    lastSuccessMs,
    lastFailureMs,
  };
}

function tell(coolDown: CoolDown, now: Moment): CoolDownSnapshot | undefined {
  const state = coolDown.state(now.ms);
  if (state === "over") return undefined;
  const { kind, reason: why, isSoft: isLastResort } = coolDown;
  const untilMs = Math.round(now.wallMs + coolDown.untilMs - now.ms);
  return { state: state === "resting" ? "cooling" : "probing", kind, untilMs, why, isLastResort };
}
