/**
 * How the gateway stands: what `pollux status` and the admin route tell.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Account } from "../accounts/account.ts";
import { accountSecrets } from "../accounts/account_secrets.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { Pool } from "../pool/pool.ts";
import type { AccountSnapshot, CoolDownSnapshot } from "../pool/snapshot.ts";
import type { Roster } from "./dispatch/roster.ts";

/** A model that an account rests for. Times are in RFC 3339. */
export interface ModelStatus {
  readonly model: string;
  /** `probing`: its time is over, and a call finds out, or will, whether it was long enough. */
  readonly state: "cooling" | "probing";
  /** Upstream's words. */
  readonly why: string;
  readonly until: string;
  /** Whether the account is still asked for it where no other can answer. */
  readonly isLastResort: boolean;
}

/** One account. Times are in RFC 3339. */
export interface AccountStatus {
  readonly name: string;
  readonly kind: AccountKind;
  /** As of the whole account; `busy`: it answers as many calls as it may. */
  readonly state: "available" | "busy" | "cooling" | "probing" | "disabled";
  /** Upstream's words, or those of whoever disabled it. */
  readonly why?: string;
  /** Absent where the state has no end of its own. */
  readonly until?: string;
  /** The models that rest. */
  readonly models: readonly ModelStatus[];
  readonly callsInFlight: number;
  /** Absent where there was none since the gateway's start. */
  readonly lastSuccess?: string;
  readonly lastFailure?: string;
}

/** The gateway. */
export interface GatewayStatus {
  readonly accounts: readonly AccountStatus[];
  /** Calls that wait for a busy account. */
  readonly waitingCalls: number;
}

/** What a status is taken from. */
export interface StatusSource {
  readonly roster: Pick<Roster, "get" | "disabled">;
  readonly pool: Pick<Pool, "snapshot" | "waiting">;
  /** Knows the gateway's own keys. */
  readonly redaction: Redaction;
}

/** Tells how the gateway stands: enabled accounts first. Holds no secret and no e-mail address. */
export function statusOf({ roster, pool, redaction }: StatusSource): GatewayStatus {
  /** Reasons may have been kept by an earlier version, which let more pass. */
  function redacted(status: AccountStatus, account: Account): AccountStatus {
    if (status.why === undefined && status.models.length === 0) return status;
    const own = new Redaction(accountSecrets(account));
    const clean = (words: string) => redaction.text(own.text(words));
    return {
      ...status,
      ...defined({ why: status.why && clean(status.why) }),
      models: status.models.map(({ model, why, ...rest }) => ({
        model: clean(model),
        ...rest,
        why: clean(why),
      })),
    };
  }
  const enabled = pool.snapshot().flatMap((snapshot) => {
    const account = roster.get(snapshot.accountId)?.account;
    return account === undefined ? [] : [redacted(enabledStatus(account, snapshot), account)];
  });
  return {
    accounts: [
      ...enabled,
      ...roster.disabled.map((account) => redacted(disabledStatus(account), account)),
    ],
    waitingCalls: pool.waiting,
  };
}

function enabledStatus({ name, kind }: Account, snapshot: AccountSnapshot): AccountStatus {
  const { state, coolDown, models, callsInFlight, lastSuccessMs, lastFailureMs } = snapshot;
  return {
    name,
    kind,
    state,
    ...(coolDown === undefined ? {} : whyAndUntil(coolDown)),
    models: models.map(({ model, ...coolDown }) => {
      const { state, isLastResort } = coolDown;
      return { model, state, ...whyAndUntil(coolDown), isLastResort };
    }),
    callsInFlight,
    ...(lastSuccessMs === undefined ? {} : { lastSuccess: timeOf(lastSuccessMs) }),
    ...(lastFailureMs === undefined ? {} : { lastFailure: timeOf(lastFailureMs) }),
  };
}

function disabledStatus({ name, kind, disabledReason }: Account): AccountStatus {
  return {
    name,
    kind,
    state: "disabled",
    ...defined({ why: disabledReason }),
    models: [],
    callsInFlight: 0,
  };
}

function whyAndUntil({ why, untilMs }: CoolDownSnapshot) {
  return { why, until: timeOf(untilMs) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
