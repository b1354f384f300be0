/**
 * Installs the agents, at the versions that the lock files in `../clients/agents` name. Linux on x64: their packages
 * have programs for other machines, too, but each is hundreds of megabytes.
 *
 * @module
 */
import { tryInstall } from "../documents/try_install.ts";
import {
  CACHE,
  CLIENTS,
  digest,
  install,
  installOnce,
  prepareClients,
  prepareVenv,
} from "../prepare.ts";
import { runTool } from "../run_tool.ts";

/** Where the programs are. What is missing is told by `reason`. */
export interface Agents {
  /** The folder with the npm packages; undefined if they cannot be installed. */
  readonly packages: string | undefined;
  /** Node, for agents that are written in JavaScript. */
  readonly node: string | undefined;
  /** The Python that has aider; undefined if it cannot be installed. */
  readonly python: string | undefined;
  /** Why something is undefined. */
  readonly reason: string;
}

/** Whether agents can run on this machine. */
export const HAS_AGENTS = Deno.build.os === "linux" && Deno.build.arch === "x86_64";

/** Installs what is not there yet. */
export async function prepareAgents(): Promise<Agents> {
  const { javascript, python, missing } = await prepareClients();
  // A lock of their own, so that no other test waits for an install that it does not need.
  using lock = await Deno.open(`${CACHE}agents-lock`, { create: true, write: true });
  await lock.lock(true);
  const packages = javascript &&
    await tryInstall("agents of npm", async () => {
      const from = `${CLIENTS}agents/`;
      const key = digest(await Deno.readTextFile(`${from}package-lock.json`));
      const folder = await installOnce(`agents-${key}`, async (folder) => {
        await Deno.mkdir(folder);
        for (const name of ["package.json", "package-lock.json"]) {
          await Deno.copyFile(from + name, `${folder}/${name}`);
        }
        const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        await install("npm", { args, cwd: folder });
      });
      return `${folder}/node_modules`;
    });
  const venv = python &&
    await tryInstall("aider", async () => {
      const args = ["-c", "import sys; print(sys.version, sys.base_prefix)"];
      const { stdout } = await runTool("python3", { args });
      return prepareVenv("agents/requirements_aider.txt", stdout.trim());
    });
  const reasons = [
    ...missing.map(({ reason }) => reason),
    ...[packages, venv].flatMap((tried) =>
      tried && "missing" in tried ? [tried.missing.reason] : []
    ),
  ];
  return {
    packages: packages && "installed" in packages ? packages.installed : undefined,
    node: javascript?.node,
    python: venv && "installed" in venv ? venv.installed : undefined,
    reason: reasons.join("; ") || "they are not installed",
  };
}
