import assert from "node:assert/strict";
import { tempFolder } from "../support/temp_folder.ts";
import { EXECUTABLE, NO_EXECUTABLE, runPollux } from "../support/pollux_process.ts";
import { leaveOut } from "../support/left_out.ts";

Deno.test("service print works with the permissions that ship, for each system", async () => {
  using folder = tempFolder();
  for (const os of ["linux", "macos", "windows"]) {
    const { code, stdout, stderr } = await runPollux(["service", "print", "--os", os], {
      dataDir: `${folder.path}/data`,
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Written by pollux service install/);
  }
});

if (EXECUTABLE === undefined) leaveOut("the service of the executable", NO_EXECUTABLE);
if (EXECUTABLE !== undefined && Deno.build.os === "linux") {
  const executable = await Deno.realPath(EXECUTABLE);

  Deno.test("The executable installs itself as a service twice, and uninstalls twice", async () => {
    using folder = tempFolder();
    const place = { dataDir: `${folder.path}/data` };
    const unit = `${place.dataDir}.config/systemd/user/pollux.service`;
    async function run(command: string): Promise<string> {
      const { code, stdout, stderr } = await runPollux(["service", command], place);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "");
      return stdout;
    }
    const first = await run("install");
    assert.match(first, /^Wrote .*\n.*\n {2}systemctl --user enable --now pollux\.service$/m);
    assert.match(await run("install"), /is up to date/);
    assert.ok((await Deno.readTextFile(unit)).includes(`ExecStart=:"${executable}" "serve"`));
    assert.match(await run("status"), /is installed and up to date/);
    assert.match(await run("uninstall"), /^Removed /m);
    assert.match(await run("uninstall"), /nothing to remove/);
    assert.match(await run("status"), /the service is not installed/);
  });
}
