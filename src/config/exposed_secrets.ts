/**
 * Checks whether other users can read a configuration file with secrets.
 *
 * @module
 */
import { CONFIG_KEYS } from "./config_keys.ts";
import type { LoadedConfig } from "./load_config.ts";

/** The permission bits with which all, or the group, can read. */
const ALL_READ = 0o004;
const GROUP_READS = 0o040;

/** A file with secrets that others can read. */
export interface ExposedSecrets {
  /** What is wrong. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * Checks the file's permissions if a secret comes from it. The group may read a file that root owns,
 * since a service's own user reads it that way. Windows has no such permissions, so nothing is checked.
 *
 * @returns Undefined if the permissions are right, or the file no longer exists.
 */
export async function exposedSecrets(
  { origins }: LoadedConfig,
): Promise<ExposedSecrets | undefined> {
  const secrets = CONFIG_KEYS.filter(({ isSecret }) => isSecret).flatMap(({ name }) => {
    const origin = origins.get(name);
    return origin?.type === "file" ? [{ name, path: origin.path }] : [];
  });
  const [first] = secrets;
  if (first === undefined) return undefined;
  const { path } = first;
  const info = await Deno.stat(path).catch(() => undefined);
  const mode = info?.mode ?? 0;
  const isRoots = info?.uid === 0;
  if ((mode & ALL_READ) === 0 && ((mode & GROUP_READS) === 0 || isRoots)) return undefined;
  const permissions = (mode & 0o777).toString(8).padStart(3, "0");
  return {
    message: `Other users can read ${secrets.map(({ name }) => name).join(" and ")}: the file ` +
      `"${path}" has the permissions ${permissions}`,
    remedy: `Close it to other users: chmod 600 "${path}"`,
  };
}
