/**
 * Checks whether an account's credential works: a token can be obtained, and Google accepts it.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { probeAccount, type ProbeAccountOptions } from "../accounts/probe_account.ts";
import type { Finding } from "./finding.ts";

const CHECK = "account";

/** Options of the check. */
export interface CheckAccountOptions extends ProbeAccountOptions {
  /** Whether any of the account's upstreams is reachable; without one the check cannot run. */
  readonly isReached: boolean;
}

/** Asks Google for the account's models, unless it is disabled. */
export async function checkAccount(
  account: Account,
  { isReached, ...how }: CheckAccountOptions,
): Promise<readonly Finding[]> {
  const { name, enabled, disabledReason } = account;
  if (!enabled) return [disabled(name, disabledReason)];
  if (!isReached) {
    const message = `"${name}" was not tried, because its upstream cannot be reached`;
    return [{ check: CHECK, severity: "note", message }];
  }
  const probe = await probeAccount(account, how);
  if (probe.ok) {
    return [{ check: CHECK, severity: "ok", message: `"${name}" works, ${probe.models} models` }];
  }
  return [{
    check: CHECK,
    severity: "error",
    message: `"${name}" does not work: ${probe.error}`,
    remedy:
      `Fix what Google names. To replace a credential, use "pollux accounts remove ${name}" ` +
      'and "pollux accounts add"',
  }];
}

/** The finding for an account that this version cannot read. */
export function unreadableAccount(
  { name, reason }: { readonly name: string; readonly reason: string },
): Finding {
  return {
    check: CHECK,
    severity: "error",
    message: `"${name}" cannot be used: ${reason}`,
    remedy: `Use the version of Pollux that wrote it, or remove it: pollux accounts remove ${name}`,
  };
}

/**
 * The finding for a gateway without an enabled account.
 *
 * @param disabledCount How many accounts are disabled.
 */
export function noAccount(disabledCount: number): Finding {
  if (disabledCount > 0) {
    return {
      check: CHECK,
      severity: "warning",
      message: "No account is enabled: the gateway cannot serve requests",
      remedy: "Enable one: pollux accounts enable NAME",
    };
  }
  return {
    check: CHECK,
    severity: "warning",
    message: "There is no account: the gateway cannot serve requests",
    remedy: "Add one: pollux accounts add gemini-api NAME --key-env VARIABLE",
  };
}

/** The finding for accounts in a store that cannot be opened. */
export function notTried(): Finding {
  const message =
    "Accounts, their upstreams and the clock were not tried, because the store cannot be used";
  return { check: CHECK, severity: "note", message };
}

function disabled(name: string, reason: string | undefined): Finding {
  const enable = `pollux accounts enable ${name}`;
  return reason === undefined
    ? {
      check: CHECK,
      severity: "note",
      message: `"${name}" is disabled; "${enable}" enables it`,
    }
    : {
      check: CHECK,
      severity: "warning",
      message: `"${name}" was disabled by Pollux: ${reason}`,
      remedy: `Sign in again and replace it ("pollux accounts remove ${name}", then ` +
        `"pollux accounts add"), or try it as it is: ${enable}`,
    };
}
