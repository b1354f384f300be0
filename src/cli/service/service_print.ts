/**
 * `pollux service print`.
 *
 * @module
 */
import { carryVariables } from "./carry_variables.ts";
import type { ServiceOptions } from "./service_options.ts";
import { type ServiceContext, servicePlan } from "./service_plan.ts";
import { serviceTarget } from "./service_target.ts";

/** Prints the definition that `install` would write. */
export async function printService(
  options: ServiceOptions,
  context: ServiceContext,
): Promise<void> {
  const { terminal, executable } = context;
  const target = serviceTarget(options, terminal);
  const { system, scope, isOwnSystem, commands } = target;
  const { definition: { path, text } } = await servicePlan(
    target,
    executable,
    isOwnSystem ? carryVariables(target, terminal).variables : [],
  );
  if (!isOwnSystem) {
    terminal.err(`Note: the paths are examples; a machine with ${system} has its own`);
  } else if (executable === undefined) {
    terminal.err("Note: Pollux runs from source, so the path of the executable is an example");
  }
  terminal.out(
    options.json
      ? JSON.stringify({ os: system, scope, path, text, command: commands.start }, undefined, 2)
      : text.trimEnd(),
  );
}
