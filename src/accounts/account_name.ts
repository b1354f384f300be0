/**
 * Which names an account may have.
 *
 * @module
 */
import { nameFault } from "../base/name_fault.ts";
import { AccountError } from "./account_error.ts";

/**
 * Rejects invalid names: a name appears in headers, logs and commands.
 *
 * @throws {AccountError}
 */
export function checkName(name: string): void {
  const fault = nameFault(name, { whose: "An account's name", example: "home" });
  if (fault !== undefined) throw new AccountError(fault);
}
