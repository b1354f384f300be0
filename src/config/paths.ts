/**
 * Where Pollux looks for its data and its configuration.
 *
 * @see {@link https://specifications.freedesktop.org/basedir-spec/latest/}
 * @module
 */
import { posix, win32 } from "node:path";

/** What the paths depend on. */
export interface PathOptions {
  readonly os: typeof Deno.build.os;
  /** Reads a variable of the environment; an empty one counts as unset. */
  readonly env: (name: string) => string | undefined;
}

/**
 * The folder for Pollux's data: the flag, else `POLLUX_DATA_DIR`, else the OS's usual path.
 *
 * @param flag The value of `--data-dir`.
 * @throws {Error} when the environment names no home folder.
 */
export function dataDir(flag: string | undefined, options: PathOptions): string {
  const chosen = flag || options.env("POLLUX_DATA_DIR");
  if (chosen) return chosen;
  const flagName = "--data-dir or POLLUX_DATA_DIR";
  switch (options.os) {
    case "windows":
      return win32.join(required("LOCALAPPDATA", { ...options, flagName }), "pollux");
    case "darwin":
      return posix.join(home({ ...options, flagName }), "Library/Application Support/pollux");
    default:
      return posix.join(
        absolute("XDG_DATA_HOME", options) ??
          posix.join(home({ ...options, flagName }), ".local/share"),
        "pollux",
      );
  }
}

/**
 * The configuration file: the flag, else the OS's usual path. It may be missing, unless the flag names
 * it.
 *
 * @param flag The value of `--config`.
 * @returns Undefined when the environment names no home folder: a service manager or a container
 *   may set none, and then there is no configuration file.
 */
export function configFile(flag: string | undefined, options: PathOptions): string | undefined {
  if (flag) return flag;
  const { env } = options;
  const home = env("HOME");
  switch (options.os) {
    case "windows": {
      const folder = env("APPDATA");
      return folder ? win32.join(folder, "pollux", "config.yaml") : undefined;
    }
    case "darwin":
      return home ? posix.join(home, "Library/Application Support/pollux/config.yaml") : undefined;
    default: {
      const folder = absolute("XDG_CONFIG_HOME", options) || (home && posix.join(home, ".config"));
      return folder ? posix.join(folder, "pollux/config.yaml") : undefined;
    }
  }
}

/**
 * As {@linkcode configFile}, for callers that need the path of the file.
 *
 * @throws {Error} when the environment names no home to look in.
 */
export function requiredConfigFile(flag: string | undefined, options: PathOptions): string {
  return configFile(flag, options) ??
    required(options.os === "windows" ? "APPDATA" : "HOME", { ...options, flagName: "--config" });
}

/** Reads an XDG variable; the specification says to ignore relative paths. */
function absolute(name: string, options: PathOptions): string | undefined {
  const value = options.env(name);
  return value && posix.isAbsolute(value) ? value : undefined;
}

function home(options: PathOptions & { readonly flagName: string }): string {
  return required("HOME", options);
}

function required(name: string, options: PathOptions & { readonly flagName: string }): string {
  const value = options.env(name);
  if (value) return value;
  throw new Error(`The variable "${name}" is not set; set it, or use ${options.flagName}`);
}
