/**
 * `pollux service install`.
 *
 * @module
 */
import { writeDefinition } from "../../service/definition_file.ts";
import { carryVariables } from "./carry_variables.ts";
import { prepareService } from "./prepare_service.ts";
import type { ServiceOptions } from "./service_options.ts";
import { type ServiceContext, servicePlan } from "./service_plan.ts";
import { ownServiceTarget, type ServiceTarget } from "./service_target.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Writes the definition and the files that it needs, and prints how to start the service. Existing files
 * stay unchanged, except for a definition of another version or of other settings.
 *
 * @throws {Error} when it cannot be written, or another file has its path.
 */
export async function installService(
  options: ServiceOptions,
  context: ServiceContext,
): Promise<void> {
  const { terminal, executable } = context;
  if (executable === undefined) {
    throw new Error(
      "A service needs the executable, and this is Pollux from source. " +
        "Make the executable with: deno task compile",
    );
  }
  const target = ownServiceTarget(options, terminal);
  const { places, commands } = target;
  const { variables, missing } = carryVariables(target, terminal);
  const { definition } = await servicePlan(target, executable, variables);
  // First, since this may be refused.
  const before = await writeDefinition(definition);
  await prepareService(target);
  const replaced = before === "different";
  if (options.json) {
    terminal.out(JSON.stringify(
      {
        os: target.system,
        scope: target.scope,
        path: definition.path,
        was: before,
        configFile: places.configFile,
        dataDir: places.dataDir,
        variables: variables.map(([name]) => name),
        missing,
        commands: replaced ? commands.restart : [commands.start],
      },
      undefined,
      2,
    ));
    return;
  }
  terminal.out(
    before === "current"
      ? `"${definition.path}" is up to date`
      : `${replaced ? "Replaced" : "Wrote"} "${definition.path}"`,
  );
  terminal.out(replaced ? "Apply the change:" : "Start it now, and always from now on:");
  for (const command of replaced ? commands.restart : [commands.start]) {
    terminal.out(`  ${command}`);
  }
  if (variables.length > 0) {
    const names = variables.map(([name]) => name).join(", ");
    terminal.out(`It takes these variables from this shell: ${names}`);
  }
  for (const { name, why } of missing) {
    terminal.err(`WARNING: The service does not get ${name} from this shell: ${why}`);
  }
  sayMore(target, { terminal, executable });
}

function sayMore(
  { system, scope, places }: ServiceTarget,
  { terminal, executable }: { readonly terminal: Terminal; readonly executable: string },
): void {
  terminal.out(`Its configuration is "${places.configFile}", its data "${places.dataDir}"`);
  if (system === "linux" && scope === "user") {
    terminal.out("It ends when you log out, unless you run: loginctl enable-linger");
  }
  if (system === "linux" && scope === "system") {
    terminal.out(
      `Its key is "${places.masterKeyFile}": back it up. The accounts belong to the service's user; add one with:\n` +
        "  sudo systemd-run --pipe --wait -p DynamicUser=yes -p User=pollux -p StateDirectory=pollux " +
        `-p StateDirectoryMode=0700 -p LoadCredential=pollux-master-key:${places.masterKeyFile} ` +
        `${executable} accounts add gemini-api NAME --key-stdin --data-dir ${places.dataDir}`,
    );
  }
}
