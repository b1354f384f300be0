/**
 * The gateway's status, for `pollux status` and the admin route.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Account } from "../accounts/account.ts";
import { accountSecrets } from "../accounts/account_secrets.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { Pool } from "../pool/pool.ts";
import type { QuotaName } from "../pool/quota/quota_statement.ts";
import type { Quotas } from "../pool/quota/quotas.ts";
import type { QuotaSnapshot, QuotaSource } from "../pool/quota/quota_window.ts";
import type { AccountSnapshot, CoolDownSnapshot } from "../pool/snapshot.ts";
import { type KeyStatus, keyStatuses, type KeyStatusSource } from "./key_status.ts";
import type { ModelLists } from "./catalog/model_lists.ts";
import { modelOfSubject } from "./dispatch/subject_of.ts";
import type { Roster } from "./dispatch/roster.ts";

/** The cool-down of an account for one model. Times are in RFC 3339. */
export interface ModelStatus {
  readonly model: string;
  /** `probing`: its time is over, and the current or next call finds out whether it was long enough. */
  readonly state: "cooling" | "probing";
  /** Upstream's error message. */
  readonly why: string;
  readonly until: string;
  /** Whether the account is still used for the model if no other one is available. */
  readonly isLastResort: boolean;
}

/** A quota of an account. Times are in RFC 3339. */
export interface QuotaStatus extends QuotaName {
  readonly limit?: number;
  /** In units; absent if the limit is not known. */
  readonly used?: number;
  /** From 0 to 1. */
  readonly leftFraction: number;
  readonly resetsAt?: string;
  /** Absent if the quota lasts until the reset at the present rate, or the rate is not known. */
  readonly runsOutAt?: string;
  readonly source: QuotaSource;
}

/** The status of one account. Times are in RFC 3339. */
export interface AccountStatus {
  readonly name: string;
  readonly kind: AccountKind;
  /** Of the whole account; `busy`: it has as many calls in flight as it may. */
  readonly state: "available" | "busy" | "cooling" | "probing" | "disabled";
  /** Upstream's error message, or the reason for which the account was disabled. */
  readonly why?: string;
  /** Absent if the state does not end by itself. */
  readonly until?: string;
  /** Whether the account is still used if no other one is available; only with {@linkcode until}. */
  readonly isLastResort?: boolean;
  /** The models with a cool-down. */
  readonly models: readonly ModelStatus[];
  /** What is known about its quotas. */
  readonly quota: readonly QuotaStatus[];
  readonly callsInFlight: number;
  /** Absent if there was none since the gateway's start. */
  readonly lastSuccess?: string;
  readonly lastFailure?: string;
}

/** The status of the gateway. */
export interface GatewayStatus {
  readonly accounts: readonly AccountStatus[];
  /** Calls that wait for a busy account. */
  readonly waitingCalls: number;
  /** The client keys, ordered by name. */
  readonly keys: readonly KeyStatus[];
}

/** The parts of the gateway that a status describes. */
export interface StatusSource extends KeyStatusSource {
  readonly roster: Pick<Roster, "get" | "disabled">;
  readonly pool: Pick<Pool, "snapshot" | "waiting">;
  readonly lists: Pick<ModelLists, "of" | "isListed">;
  readonly quotas: Pick<Quotas, "snapshot">;
  /** Knows the gateway's own keys. */
  readonly redaction: Redaction;
}

/** Returns the gateway's status, enabled accounts first. It contains no secret and no e-mail address. */
export function statusOf(source: StatusSource): GatewayStatus {
  const { roster, pool, lists, quotas, redaction } = source;
  /** Reasons may have been stored by an earlier version, which redacted less. */
  function redacted(status: AccountStatus, account: Account): AccountStatus {
    const { why, models, quota } = status;
    if (why === undefined && models.length === 0 && quota.length === 0) return status;
    const own = new Redaction(accountSecrets(account));
    const clean = (words: string) => redaction.text(own.text(words));
    return {
      ...status,
      ...defined({ why: why && clean(why) }),
      quota: quota.map(({ model, ...rest }) => ({ model: clean(model), ...rest })),
      models: models.map(({ model, why, ...rest }) => ({
        model: clean(model),
        ...rest,
        why: clean(why),
      })),
    };
  }
  const enabled = pool.snapshot().flatMap((snapshot) => {
    const account = roster.get(snapshot.accountId)?.account;
    return account === undefined ? [] : [
      redacted(
        enabledStatus(account, withoutMistyped(snapshot, lists), quotas.snapshot(account.id)),
        account,
      ),
    ];
  });
  return {
    accounts: [
      ...enabled,
      ...roster.disabled.map((account) => redacted(disabledStatus(account), account)),
    ],
    waitingCalls: pool.waiting,
    keys: keyStatuses(source),
  };
}

/**
 * Leaves out the models that a client may have mistyped: no account lists them, and no error says that Google
 * knows them. An account without a list may have models that nobody lists.
 */
function withoutMistyped(
  snapshot: AccountSnapshot,
  lists: Pick<ModelLists, "of" | "isListed">,
): AccountSnapshot {
  const { accountId, models } = snapshot;
  if (models.length === 0) return snapshot;
  const hasList = (lists.of(accountId)?.models.size ?? 0) > 0;
  return {
    ...snapshot,
    models: models.filter(({ model: subject, kind }) => {
      const mayBeMistyped = kind === "unknown-model" || kind === "transient" && hasList;
      const model = mayBeMistyped ? modelOfSubject(subject) : undefined;
      return model === undefined || lists.isListed(model);
    }),
  };
}

function enabledStatus(
  { name, kind }: Account,
  snapshot: AccountSnapshot,
  quotas: readonly QuotaSnapshot[],
): AccountStatus {
  const { state, coolDown, models, callsInFlight, lastSuccessMs, lastFailureMs } = snapshot;
  return {
    name,
    kind,
    state,
    ...(coolDown === undefined
      ? {}
      : { ...whyAndUntil(coolDown), isLastResort: coolDown.isLastResort }),
    models: models.map(({ model, ...coolDown }) => {
      const { state, isLastResort } = coolDown;
      return { model, state, ...whyAndUntil(coolDown), isLastResort };
    }),
    quota: quotas.map(quotaStatus),
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
    quota: [],
    callsInFlight: 0,
  };
}

function quotaStatus({ resetsAtMs, runsOutAtMs, ...rest }: QuotaSnapshot): QuotaStatus {
  return {
    ...rest,
    ...(resetsAtMs === undefined ? {} : { resetsAt: timeOf(resetsAtMs) }),
    ...(runsOutAtMs === undefined ? {} : { runsOutAt: timeOf(runsOutAtMs) }),
  };
}

function whyAndUntil({ why, untilMs }: CoolDownSnapshot) {
  return { why, until: timeOf(untilMs) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
