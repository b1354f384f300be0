/**
 * Which systemd a machine has. Pollux may not ask `systemctl`, but the library that all of systemd's
 * programs share has the version in its name.
 *
 * @module
 */

/** Where distributions keep `libsystemd-shared-VERSION.so`. */
const FOLDERS: readonly string[] = [
  "/usr/lib/systemd",
  "/usr/lib64/systemd",
  `/usr/lib/${Deno.build.arch}-linux-gnu/systemd`,
];

/**
 * The version, as in 252.
 *
 * @param folders Where to look.
 * @returns Undefined where it cannot be told.
 */
export async function systemdVersion(folders = FOLDERS): Promise<number | undefined> {
  for (const folder of folders) {
    try {
      for await (const { name } of Deno.readDir(folder)) {
        const version = /^libsystemd-shared-(\d+)\b/.exec(name)?.[1];
        if (version !== undefined) return Number(version);
      }
    } catch {
      // Another distribution's place.
    }
  }
  return undefined;
}
