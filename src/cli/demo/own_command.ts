/**
 * The command with which a user runs this program in another terminal.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What {@linkcode ownCommand} depends on. */
export interface OwnProgram {
  /** Whether this is the executable, and not the source. */
  readonly isExecutable: boolean;
  /** The running program: the executable, or Deno. */
  readonly path: string;
  /** Deno's version. */
  readonly version: string;
  /** The folders of `PATH`. */
  readonly folders: readonly string[];
}

/**
 * Returns the command to use in place of `pollux`.
 *
 * @returns Undefined if `pollux` is on the `PATH`.
 */
export function ownCommand(program: OwnProgram = thisProgram()): string | undefined {
  const { isExecutable, path, version, folders } = program;
  if (isExecutable) {
    return folders.some((folder) => isSameFile(join(folder, "pollux"), path))
      ? undefined
      : `"${path}"`;
  }
  // npx keeps its own Deno, which is not on the PATH.
  const deno = path.includes("node_modules") ? `npx -y deno@${version}` : "deno";
  const manifest = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  return `${deno} task --quiet --config "${manifest}" pollux`;
}

function thisProgram(): OwnProgram {
  return {
    isExecutable: Deno.build.standalone,
    path: Deno.execPath(),
    version: Deno.version.deno,
    folders: (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":"),
  };
}

function isSameFile(one: string, other: string): boolean {
  try {
    return Deno.realPathSync(one) === Deno.realPathSync(other);
  } catch {
    return false;
  }
}
