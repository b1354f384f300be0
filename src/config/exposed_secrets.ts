/**
 * Whether secrets lie in a configuration file that others can read.
 *
 * @module
 */
import { CONFIG_KEYS } from "./config_keys.ts";
import type { LoadedConfig } from "./load_config.ts";

/** Permissions to read of all, and of the group. */
const ALL_READ = 0o004;
const GROUP_READS = 0o040;

/** A file that holds secrets, and who can read it. */
export interface ExposedSecrets {
  /** What is wrong. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * Looks at the file's permissions, where a secret comes from it. A group that root gave the file to may
 * read it: that is how a service's own user gets at it. Windows has no such permissions: nothing is said.
 *
 * @returns Undefined where all is well, or the file is gone by now.
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
