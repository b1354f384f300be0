/**
 * The common part of user and system units: how the gateway starts, stops and restarts, and the
 * sandbox.
 *
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html}
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html}
 * @module
 */
import { MARKER, OPEN_FILES, serveArguments, type ServiceSubject } from "./service_subject.ts";
import { systemdWord } from "./systemd_word.ts";

/** The name of the unit and of its file. */
export const UNIT_NAME = "pollux.service";

/** The name of the credential with which a service manager passes the key to the store. */
export const KEY_CREDENTIAL = "pollux-master-key";

/** The first version of systemd whose delays before restarts can grow. */
const RESTART_STEPS_SINCE = 254;

/** The differing parts of a unit: lines of its sections. */
export interface UnitParts {
  readonly unit: readonly string[];
  readonly service: readonly string[];
  /** The target that starts it. */
  readonly wantedBy: string;
  /** The version of the machine's systemd; undefined if unknown. */
  readonly systemdVersion: number | undefined;
}

/**
 * Restrictions that V8 and Deno can run under. V8 compiles to memory that it then executes, so
 * MemoryDenyWriteExecute= cannot be set; it may use protection keys for that, so @pkey is allowed. A
 * forbidden system call returns an error instead of killing the process, since libraries have fallbacks.
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
 * Returns the text of a unit.
 *
 * @throws {Error} when systemd would refuse the path of the executable.
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
    // After a usage error a restart would fail again.
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

/** Older versions of systemd would warn about the settings of growing delays. */
function restartWaits(version: number | undefined): readonly string[] {
  return version !== undefined && version >= RESTART_STEPS_SINCE
    ? ["RestartSec=1", "RestartSteps=8", "RestartMaxDelaySec=300"]
    : ["RestartSec=5"];
}
