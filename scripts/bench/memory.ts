/**
 * The resident memory of a process.
 *
 * @module
 */

/** Resident memory of a process, in MiB. */
export interface ResidentMemory {
  readonly now: number;
  /** The peak since the process started; the current value if the system does not report a peak. */
  readonly peak: number;
}

/** Reads a process's resident memory: from `/proc` on Linux, from `ps` elsewhere. */
export async function readResidentMemory(pid: number): Promise<ResidentMemory> {
  if (Deno.build.os === "linux") {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return { now: mebibytes(status, "VmRSS"), peak: mebibytes(status, "VmHWM") };
  }
  const output = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", String(pid)] }).output();
  const now = Number(new TextDecoder().decode(output.stdout)) / 1024;
  return { now, peak: now };
}

function mebibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? NaN) / 1024;
}
