/**
 * What the units of a user and of the system have in common: how the gateway starts, stops, starts
 * again, and what it may not do.
 *
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html}
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html}
 * @module
 */
import { MARKER, OPEN_FILES, serveArguments, type ServiceSubject } from "./service_subject.ts";
import { systemdWord } from "./systemd_word.ts";

/** The name of the unit, which is its file's name too. */
export const UNIT_NAME = "pollux.service";

/** The name under which the store looks for the key that a service manager hands out. */
export const KEY_CREDENTIAL = "pollux-master-key";

/** From this version of systemd on, the waits before restarts may grow. */
const RESTART_STEPS_SINCE = 254;

/** What is particular to a unit: lines of its sections. */
export interface UnitParts {
  readonly unit: readonly string[];
  readonly service: readonly string[];
  /** The target that starts it. */
  readonly wantedBy: string;
  /** Of the machine's systemd; undefined when not known. */
  readonly systemdVersion: number | undefined;
}

/**
 * What V8 and Deno can live without. V8 compiles to memory that it then executes, so
 * MemoryDenyWriteExecute= is not among it; it may use protection keys for that, so @pkey is allowed.
 * A system call that is not allowed fails, since libraries have other ways then.
 */
const RESTRICTIONS: readonly string[] = [
  "UMask=0077",
  "NoNewPrivileges=yes",
  "CapabilityBoundingSet=",
  "AmbientCapabilities=",
  "ProtectSystem=strict",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "PrivateMounts=yes",
  "PrivateUsers=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "LockPersonality=yes",
  "KeyringMode=private",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service @pkey",
  "SystemCallFilter=~@privileged",
  "SystemCallErrorNumber=EPERM",
];

/**
 * The text of a unit.
 *
 * @throws {Error} when systemd would not start the executable because of its path.
 */
export function systemdUnit(subject: ServiceSubject, parts: UnitParts): string {
  const { executable, stopSeconds } = subject;
  if (/["'\\]/.test(executable)) {
    throw new Error(
      `systemd cannot start a program whose path has quotes or backslashes: move "${executable}"`,
    );
  }
  const command = [executable, ...serveArguments(subject)].map(systemdWord).join(" ");
  return [
    `# ${MARKER}`,
    "[Unit]",
    "Description=Pollux, a gateway for the Gemini API",
    "StartLimitIntervalSec=0",
    ...parts.unit,
    "",
    "[Service]",
    "Type=exec",
    `ExecStart=:${command}`,
    "WorkingDirectory=/",
    "Restart=on-failure",
    // Called wrongly: it would be so the next time.
    "RestartPreventExitStatus=2",
    ...restartWaits(parts.systemdVersion),
    `TimeoutStopSec=${stopSeconds}`,
    `LimitNOFILE=${OPEN_FILES}`,
    ...parts.service,
    ...(subject.variables ?? []).map(([name, value]) =>
      `Environment=${systemdWord(`${name}=${value}`)}`
    ),
    ...RESTRICTIONS,
    "",
    "[Install]",
    `WantedBy=${parts.wantedBy}`,
    "",
  ].join("\n");
}

/** A systemd that does not know the growing waits would complain about them. */
function restartWaits(version: number | undefined): readonly string[] {
  return version !== undefined && version >= RESTART_STEPS_SINCE
    ? ["RestartSec=1", "RestartSteps=8", "RestartMaxDelaySec=300"]
    : ["RestartSec=5"];
}
