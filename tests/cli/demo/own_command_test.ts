/** What stands for `pollux` at another terminal. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownCommand } from "../../../src/cli/demo/own_command.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("ownCommand() names the executable unless the PATH leads to it, and Deno as it was started", () => {
  using folder = tempFolder();
  const path = `${folder.path}/pollux`;
  Deno.writeTextFileSync(path, "");
  const executable = { isExecutable: true, path, version: "2.9.6", folders: ["/nowhere"] };
  assert.equal(ownCommand(executable), `"${path}"`);
  assert.equal(ownCommand({ ...executable, folders: ["/nowhere", folder.path] }), undefined);
  const manifest = new URL("../../../deno.json", import.meta.url).pathname;
  const source = { ...executable, isExecutable: false, path: "/usr/bin/deno" };
  assert.equal(ownCommand(source), `deno task --quiet --config "${manifest}" pollux`);
  assert.equal(
    ownCommand({ ...source, path: "/home/me/.npm/_npx/1/node_modules/@deno/linux-x64/deno" }),
    `npx -y deno@2.9.6 task --quiet --config "${manifest}" pollux`,
  );
});

Deno.test("What stands for pollux takes paths from the folder where it is called", async () => {
  using folder = tempFolder();
  const cwd = join(folder.path, "a folder");
  Deno.mkdirSync(cwd);
  Deno.writeTextFileSync(join(cwd, "own.yaml"), "models: { aliases: { a: gemini-2.5-flash } }\n");
  const manifest = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  const { INIT_CWD: _, ...inherited } = Deno.env.toObject();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "task",
      "--quiet",
      "--config",
      manifest,
      "pollux",
      "config",
      "check",
      "--config",
      "own.yaml",
    ],
    cwd,
    // Tasks inherit INIT_CWD from the task that runs the tests.
    clearEnv: true,
    env: { ...inherited, POLLUX_DATA_DIR: join(cwd, "data") },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});
