/**
 * The dangers that users are warned of when the gateway starts, and when its configuration has changed.
 *
 * @module
 */
import type { Config } from "../config/schema.ts";
import { adminExposure } from "../server/access/admin_exposure.ts";
import { isOpenToOthers, type KeyPolicy } from "../server/access/key_policy.ts";
import { gatewaySettings } from "./gateway_settings.ts";

/** A danger, and what to do. */
export interface StartWarning {
  /** As in a log: one line, without its full stop. */
  readonly message: string;
  /** Sentences for the user who starts it. */
  readonly remedy: string;
}

/** What decides which dangers there are. */
export interface WarnedState {
  readonly config: Config;
  readonly keyPolicy: KeyPolicy;
  /** Whether every client must use TLS. */
  readonly isEncrypted: boolean;
}

/** Returns the dangers. */
export function startWarnings({ config, keyPolicy, isEncrypted }: WarnedState): StartWarning[] {
  const warnings: StartWarning[] = [];
  const { refusesAll, reachedBy } = keyPolicy;
  if (refusesAll) {
    warnings.push({
      message: "this gateway asks for a key, but there is none: it refuses every request",
      remedy:
        'Create one: "pollux keys create NAME", in another terminal. Or set POLLUX_AUTH_API_KEY.',
    });
  }
  if (isOpenToOthers(keyPolicy)) {
    warnings.push({
      message: "clients need no key, and others can spend your accounts: auth.mode is off, and " +
        `${reachedBy}`,
      remedy: "Set auth.mode to auto, and auth.api_key to a key.",
    });
  }
  const exposure = adminExposure(gatewaySettings(config), { isEncrypted });
  if (exposure !== undefined) {
    const { message, remedy } = exposure;
    const [first = "", ...rest] = message;
    warnings.push({ message: first.toLowerCase() + rest.join(""), remedy: `${remedy}.` });
  }
  return warnings;
}

/** A warning as the user who starts the gateway sees it. */
export function warningLines({ message, remedy }: StartWarning): string {
  return `WARNING: ${message}.\n         ${remedy}`;
}
