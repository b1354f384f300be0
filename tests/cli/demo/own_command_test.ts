/** What stands for `pollux` at another terminal. @module */
import assert from "node:assert/strict";
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
