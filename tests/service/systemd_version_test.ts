import assert from "node:assert/strict";
import { systemdVersion } from "../../src/service/systemd_version.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { NO_SYSTEMD } from "../support/systemd.ts";
import { testUnless } from "../support/left_out.ts";

Deno.test("systemdVersion() reads it off the library that has it in its name", async () => {
  for (
    const [name, version] of [
      ["libsystemd-shared-252.so", 252],
      ["libsystemd-shared-257.13-1~deb13u1.so", 257],
      ["libsystemd-shared-256.11-1.fc41.so", 256],
      ["libsystemd-core-255.so", undefined],
    ] as const
  ) {
    using folder = tempFolder();
    Deno.writeTextFileSync(`${folder.path}/${name}`, "");
    assert.equal(await systemdVersion([`${folder.path}/none`, folder.path]), version, name);
  }
});

testUnless(NO_SYSTEMD, "systemdVersion() agrees with systemd itself", async () => {
  const { stdout } = await new Deno.Command("systemctl", { args: ["--version"] }).output();
  const said = /^systemd (\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  assert.equal(await systemdVersion(), Number(said));
});
