/**
 * Decides which of this shell's variables for proxies, certificates and OpenTelemetry are copied into a service's
 * definition; the others are reported as missing, with what to do instead.
 *
 * @module
 */
import { posix } from "node:path";
import { holdsLogin, parseProxyUrl } from "../../accounts/network/proxy_url.ts";
import { CONFIG_KEYS } from "../../config/config_keys.ts";
import type { Variables } from "../../service/carried_variables.ts";
import { isSayable } from "../../service/service_subject.ts";
import { SYSTEM_PLACES } from "../../service/systemd_system_unit.ts";
import {
  OTEL_HEADER_VARIABLES,
  OTEL_VARIABLES,
  otelSettings,
} from "../../telemetry/otel/otel_settings.ts";
import {
  CERTIFICATE_FILE_VARIABLES,
  PROXY_VARIABLES,
  STORE_VARIABLE,
} from "../terminal/proxy_variables.ts";
import type { ServiceTarget } from "./service_target.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Variables that name a proxy, or hosts without one. */
const PROXIES = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]);

const FILES: readonly string[] = CERTIFICATE_FILE_VARIABLES;

/** All variables that can be copied. */
export const CARRIED = [...PROXIES, ...FILES, STORE_VARIABLE, ...OTEL_VARIABLES];

/** Folders that a system service cannot access: homes, and those for temporary files. */
const HIDDEN = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

/** What is done with the variables. */
export interface CarriedVariables {
  readonly variables: Variables;
  /** Those that the service will not have, with the reason and what to do. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

/** Sorts this shell's variables into both groups. */
export function carryVariables(
  target: ServiceTarget,
  { env }: Pick<Terminal, "env">,
): CarriedVariables {
  const { places: { configFile } } = target;
  const variables: [string, string][] = [];
  const missing: { name: string; why: string }[] = [];
  // They have no effect while OpenTelemetry is off.
  const hasOtel = otelSettings(env) !== undefined;
  for (const name of CARRIED) {
    const value = env(name);
    if (!value || (!hasOtel && OTEL_VARIABLES.includes(name))) continue;
    const carried = FILES.includes(name) ? posix.resolve(Deno.cwd(), value) : value;
    const why = obstacle({ name, value: carried }, target);
    if (why === undefined) variables.push([name, carried]);
    else missing.push({ name, why });
  }
  for (const { variable, name } of CONFIG_KEYS) {
    if (!env(variable)) continue;
    missing.push({ name: variable, why: `set ${name} in "${configFile}" instead` });
  }
  return { variables, missing };
}

function obstacle(
  { name, value }: { readonly name: string; readonly value: string },
  { system, scope, places: { configFile } }: ServiceTarget,
): string | undefined {
  const isProxy = PROXIES.includes(name) && name.toUpperCase() !== "NO_PROXY";
  const isOtel = OTEL_VARIABLES.includes(name);
  const instead = isOtel
    ? insteadOfOtel({ system, scope })
    : isProxy
    ? `set network.proxy in "${configFile}" instead`
    : FILES.includes(name)
    ? `set network.ca_file in "${configFile}" instead`
    : "leave it out";
  if (system === "windows") {
    return `a task cannot have variables; set it for your user (setx), or ${instead}`;
  }
  if (isProxy && hasLogin(value)) {
    return `it holds a password, and others can read a definition; ${instead}`;
  }
  if (isOtel && mayAuthorize(name, value)) {
    return `it may hold a password, and others can read a definition; ${instead}`;
  }
  if (!isSayable(value)) return `it has line breaks or control characters; ${instead}`;
  if (system === "linux" && FILES.includes(name)) {
    const isHidden = scope === "system" ? HIDDEN.test(value) : /^\/(var\/)?tmp\//.test(value);
    if (isHidden) {
      return `the service cannot see "${value}"; move it, for example to /etc/ssl, and ${instead}`;
    }
  }
  return undefined;
}

/** Where else a service can have a variable of OpenTelemetry, whose receiver may also be on this machine. */
function insteadOfOtel({ system, scope }: Pick<ServiceTarget, "system" | "scope">): string {
  if (system !== "linux") return "let a collector on this machine add what is secret";
  return scope === "system"
    ? `set it in "${SYSTEM_PLACES.environmentFile}" instead`
    : 'set it with "systemctl --user edit pollux" instead';
}

function mayAuthorize(name: string, value: string): boolean {
  return OTEL_HEADER_VARIABLES.includes(name) ||
    (name.endsWith("_ENDPOINT") && value.includes("@"));
}

/** A text that is not a URL, such as a host and port, has no password. */
function hasLogin(value: string): boolean {
  if (value.includes("@")) return true;
  try {
    return holdsLogin(parseProxyUrl(value));
  } catch {
    return false;
  }
}
