/**
 * How an account stands, for people to see.
 *
 * @module
 */
import type { CoolDown } from "./cool_downs/cool_down.ts";
import type { Moment } from "./moment.ts";
import { type Member, WHOLE_ACCOUNT } from "./member.ts";

/** A cool-down, told. */
export interface CoolDownSnapshot {
  /** `probing`: its time is over, and a call finds out, or will, whether it was long enough. */
  readonly state: "cooling" | "probing";
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Upstream's words. */
  readonly why: string;
  /** Whether the account is still asked where no other can answer. */
  readonly isLastResort: boolean;
}

/** An account, told. */
export interface AccountSnapshot {
  readonly accountId: string;
  /** `busy`: it answers as many calls as it may. Models that rest are told apart. */
  readonly state: "available" | "busy" | "cooling" | "probing";
  /** The cool-down of the whole account, if there is one. */
  readonly coolDown: CoolDownSnapshot | undefined;
  /** The cool-downs of single models. */
  readonly models: readonly (CoolDownSnapshot & { readonly model: string })[];
  readonly callsInFlight: number;
  /** Milliseconds since the epoch; undefined where there was none since the gateway's start. */
  readonly lastSuccessMs: number | undefined;
  readonly lastFailureMs: number | undefined;
}

/** Tells how an account stands. */
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
  const { reason: why, isSoft: isLastResort } = coolDown;
  const untilMs = Math.round(now.wallMs + coolDown.untilMs - now.ms);
  return { state: state === "resting" ? "cooling" : "probing", untilMs, why, isLastResort };
}
