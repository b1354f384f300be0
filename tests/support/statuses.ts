/** Statuses of accounts and keys, as a gateway reports them. @module */
import type { AccountStatus } from "../../src/server/gateway_status.ts";
import type { KeyStatus } from "../../src/server/key_status.ts";

/** The status of an idle account that is available. */
export function accountStatus(name: string, changes: Partial<AccountStatus> = {}): AccountStatus {
  return {
    name,
    kind: "gemini-api",
    state: "available",
    models: [],
    quota: [],
    callsInFlight: 0,
    ...changes,
  };
}

/** The status of an idle key without limits. */
export function keyStatus(name: string, changes: Partial<KeyStatus> = {}): KeyStatus {
  return { id: `key_${name}`, name, state: "valid", callsInFlight: 0, limits: [], ...changes };
}
