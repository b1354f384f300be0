/**
 * `pollux service uninstall`.
 *
 * @module
 */
import { posix } from "node:path";
import { removeDefinition } from "../../service/definition_file.ts";
import type { ServiceOptions } from "./service_options.ts";
import { ownServiceTarget, type ServiceTarget } from "./service_target.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Removes the definition; accounts, settings and keys stay. An enabled systemd unit is not removed,
 * since `systemctl` could not stop it properly then.
 *
 * @throws {Error} when it must be stopped first, is not Pollux's, or cannot be removed.
 */
export async function uninstallService(
  options: ServiceOptions,
  terminal: Terminal,
): Promise<void> {
  const target = ownServiceTarget(options, terminal);
  const { system: os, scope, definition, commands } = target;
  const { path } = definition;
  if (await isEnabled(target)) {
    throw new Error(
      `"${path}" is in use. Stop it first, then repeat this:\n  ${commands.stop.join("\n  ")}`,
    );
  }
  const removed = await removeDefinition(definition);
  if (options.json) {
    terminal.out(
      JSON.stringify({ os, scope, path, removed, commands: commands.stop }, undefined, 2),
    );
  } else if (!removed) {
    terminal.out(`"${path}" does not exist: nothing to remove`);
  } else {
    terminal.out(`If the service still runs, stop it:\n  ${commands.stop.join("\n  ")}`);
    terminal.out(`Removed "${path}". Accounts, settings and keys stay`);
  }
}

/** `systemctl enable` makes a link beside the unit. */
async function isEnabled({ system, scope, definition }: ServiceTarget): Promise<boolean> {
  if (system !== "linux") return false;
  const target = scope === "user" ? "default.target.wants" : "multi-user.target.wants";
  const { dir, base } = posix.parse(definition.path);
  try {
    await Deno.lstat(posix.join(dir, target, base));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
