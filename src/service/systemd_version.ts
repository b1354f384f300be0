/**
 * Finds the machine's version of systemd. Pollux has no permission to run `systemctl`, but the name of
 * systemd's shared library contains the version.
 *
 * @module
 */

/** The folders in which distributions install `libsystemd-shared-VERSION.so`. */
const FOLDERS: readonly string[] = [
  "/usr/lib/systemd",
  "/usr/lib64/systemd",
  `/usr/lib/${Deno.build.arch}-linux-gnu/systemd`,
];

/**
 * Returns the version, as in 252.
 *
 * @param folders The folders to search.
 * @returns Undefined if it cannot be determined.
 */
export async function systemdVersion(folders = FOLDERS): Promise<number | undefined> {
  for (const folder of folders) {
    try {
      for await (const { name } of Deno.readDir(folder)) {
        const version = /^libsystemd-shared-(\d+)\b/.exec(name)?.[1];
        if (version !== undefined) return Number(version);
      }
    } catch {
      // The folder of another distribution.
    }
  }
  return undefined;
}
