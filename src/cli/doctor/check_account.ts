/**
 * Checks whether an account's credential works: a token can be obtained, and Google accepts it.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { readSubjectTokenFile } from "../accounts/add/read_subject_token.ts";
import { probeAccount, type ProbeAccountOptions } from "../../daemon/probe_account.ts";
import type { Finding } from "./finding.ts";

const CHECK = "account";

/** Options of the check. */
export interface CheckAccountOptions extends Omit<ProbeAccountOptions, "readFile"> {
  /** Whether any of the account's upstreams is reachable; without one the check cannot run. */
  readonly isReached: boolean;
}

/** Asks Google for the account's models, unless it is disabled. */
export async function checkAccount(
  account: Account,
  { isReached, ...how }: CheckAccountOptions,
): Promise<readonly Finding[]> {
  const { name, enabled } = account;
  if (!enabled) return [disabled(account)];
  if (!isReached) {
    const message = `"${name}" was not tried, because its upstream cannot be reached`;
    return [{ check: CHECK, severity: "note", message }];
  }
  const probe = await probeAccount(account, { ...how, readFile: readSubjectTokenFile });
  if (probe.ok) {
    return [{ check: CHECK, severity: "ok", message: `"${name}" works, ${probe.models} models` }];
  }
  return [{
    check: CHECK,
    severity: "error",
    message: `"${name}" does not work: ${probe.error}`,
    remedy: `Fix what Google names. ${renewal(account)}`,
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

/** How to replace the credential of an account. */
function renewal({ name, kind, credential, project, location }: Account): string {
  const place = location === undefined ? "" : ` --project ${project} --location ${location}`;
  if (credential.type === "api_key") {
    return `To replace its key: "pollux accounts edit ${name} --key-env VARIABLE"`;
  }
  const replaced = `"pollux accounts remove ${name}", then "pollux accounts add ${kind} ${name}"`;
  return credential.type === "authorized_user"
    ? `To sign in again: "pollux login ${kind} ${name}${place}"; or with a file: ${replaced}`
    : `To replace its credential: ${replaced}`;
}

function disabled(account: Account): Finding {
  const { name, disabledReason: reason } = account;
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
      remedy: `${renewal(account)}. To try it as it is: "${enable}"`,
    };
}
