/**
 * The machine's own systemd, asked about units without running them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import type { Lack } from "./left_out.ts";

const SYSTEMD = "/usr/lib/systemd/systemd";

/** Undefined where there is one. */
export const NO_SYSTEMD: Lack | undefined = Deno.build.os === "linux" && existsSync(SYSTEMD)
  ? undefined
  : { reason: `no systemd: there is no ${SYSTEMD}` };

/** The user that reads units, since systemd does not test as root. */
const NOBODY = 65534;

/** Which of systemd's managers a unit is for. */
export type Manager = "user" | "system";

/** A folder of units that every user may read, gone with the scope. */
export class UnitFolder implements Disposable {
  readonly path = Deno.makeTempDirSync({ dir: "/tmp", prefix: "pollux-units-" });

  constructor() {
    Deno.chmodSync(this.path, 0o755);
  }

  /** Writes a unit, and gives its path. */
  write(name: string, text: string): string {
    const path = `${this.path}/${name}`;
    Deno.writeTextFileSync(path, text);
    return path;
  }

  /** An empty program that anybody may run. */
  program(name: string): string {
    const path = this.write(name, "#!/bin/sh\n");
    Deno.chmodSync(path, 0o755);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** What `systemd-analyze verify` finds: nothing where the unit is good. */
export async function verify(path: string, manager: Manager): Promise<string> {
  const { code, printed } = await run(["systemd-analyze", "verify", `--${manager}`, path]);
  return code === 0 ? printed : `${printed}\nexit code ${code}`;
}

/** The exposure that `systemd-analyze security` computes: 0 is best, 10 is worst. */
export async function exposure(path: string, manager: Manager): Promise<number> {
  const words = [
    "systemd-analyze",
    `--${manager}`,
    "security",
    "--offline=yes",
    "--no-pager",
    path,
  ];
  const { printed } = await run(words);
  const level = /Overall exposure level for \S+: (\d+\.\d+)/.exec(printed)?.[1];
  if (level === undefined) throw new Error(`No level in: ${printed}`);
  return Number(level);
}

/**
 * What systemd reads in units: its own dump of each.
 *
 * @param names Units of the folder.
 */
export async function dump(
  folder: UnitFolder,
  { names, manager }: { readonly names: readonly string[]; readonly manager: Manager },
): Promise<ReadonlyMap<string, readonly string[]>> {
  folder.write("all.target", `[Unit]\nWants=${names.join(" ")}\n`);
  const asNobody = Deno.uid() === 0
    ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"]
    : [];
  const { printed } = await run([
    ...asNobody,
    SYSTEMD,
    "--test",
    `--${manager}`,
    "--unit=all.target",
    "--log-target=null",
  ], { SYSTEMD_UNIT_PATH: `${folder.path}:` });
  const units = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const line of printed.split("\n")) {
    const unit = /^\s*-> Unit (\S+):$/.exec(line)?.[1];
    if (unit !== undefined) units.set(unit, lines = []);
    else lines?.push(line.trim());
  }
  return units;
}

/** The values of a key in a unit's dump. */
export function valuesOf(lines: readonly string[] | undefined, key: string): readonly string[] {
  return (lines ?? []).filter((line) => line.startsWith(`${key}: `))
    .map((line) => line.slice(key.length + 2));
}

/** Splits a command line as the dump prints it: words, in double quotes where they need them. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\[^])*)"|[^ ]+/gu)].map(([bare, quoted]) =>
    quoted === undefined ? bare : quoted.replace(/\\([^])/gu, "$1")
  );
}

async function run(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly printed: string }> {
  const runtime = Deno.makeTempDirSync({ dir: "/tmp", prefix: "pollux-runtime-" });
  Deno.chmodSync(runtime, 0o777);
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      env: { LC_ALL: "C.UTF-8", HOME: runtime, XDG_RUNTIME_DIR: runtime, ...env },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, printed: decoder.decode(stdout) + decoder.decode(stderr) };
  } finally {
    Deno.removeSync(runtime, { recursive: true });
  }
}
