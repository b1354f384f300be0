/**
 * `pollux doctor`: finds problems of this installation, and says how to fix them.
 *
 * @module
 */
import { defaultAccount } from "../../accounts/default_account.ts";
import { defined } from "../../base/defined.ts";
import { ConfigError } from "../../config/config_error.ts";
import { redacted } from "../../gemini/redaction/redacted.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { configSources } from "../config/config_sources.ts";
import { EXIT } from "../../daemon/exit_codes.ts";
import { AlreadyReported } from "../terminal/fail.ts";
import { folderLocation } from "../folder_location.ts";
import { withProgress } from "../terminal/progress.ts";
import { storeLocation } from "../store_location.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { checkAll } from "./check_all.ts";
import { type Finding, SEVERITIES, type Severity, worstOf } from "./finding.ts";

/** The flags as parsed. */
export type DoctorOptions = AccountsOptions;

const MARKS: Readonly<Record<Severity, string>> = {
  ok: "ok     ",
  note: "note   ",
  warning: "WARNING",
  error: "ERROR  ",
};

/**
 * Runs all checks, and prints the findings.
 *
 * @throws {AlreadyReported} when there are warnings or errors.
 */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  let refused: ConfigError | undefined;
  const location = await storeLocation(options, terminal).catch((error) => {
    if (!(error instanceof ConfigError)) throw error;
    refused = error;
  });
  const patient = {
    sources: configSources(options.config, terminal),
    refused,
    location: folderLocation(options, terminal),
    shared: location !== undefined && "url" in location ? location : undefined,
    fallback: defaultAccount({ env: terminal.env, clock: Date }),
  };
  const found = await withProgress(() => checkAll(patient), { what: "Checking", terminal });
  const findings = found.map(clean);
  const worst = worstOf(findings);
  if (options.json) {
    terminal.out(JSON.stringify({ worst, findings }, undefined, 2));
  } else {
    for (const { check, severity, message, remedy } of findings) {
      terminal.out(`${MARKS[severity]}  ${check}: ${message.replaceAll("\n", "\n           ")}`);
      if (remedy !== undefined) terminal.out(`           What to do: ${remedy}`);
    }
    terminal.out(summary(findings));
  }
  if (worst === "error") throw new AlreadyReported(EXIT.errors);
  if (worst === "warning") throw new AlreadyReported(EXIT.warnings);
}

function clean({ message, remedy, ...finding }: Finding): Finding {
  return {
    ...finding,
    message: redacted(message),
    ...defined({ remedy: remedy && redacted(remedy) }),
  };
}

function summary(findings: readonly Finding[]): string {
  const counts = SEVERITIES.toReversed().filter((severity) => severity !== "ok")
    .map((severity) =>
      [severity, findings.filter((one) => one.severity === severity).length] as const
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? "" : "s"}`);
  return counts.length === 0 ? "All is well" : `Found: ${counts.join(", ")}`;
}
