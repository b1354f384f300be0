/**
 * The executable itself, installed from a release on loopback: it arrives whole, and runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { writeChecksums } from "../../scripts/build/checksums.ts";
import { findTarget } from "../../scripts/build/targets.ts";
import { EXECUTABLE, NO_EXECUTABLE } from "../support/pollux_process.ts";
import { programFolder } from "../support/program_folder.ts";
import { leaveOut } from "../support/left_out.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));

if (EXECUTABLE === undefined) leaveOut("the installed executable", NO_EXECUTABLE);
if (EXECUTABLE !== undefined) {
  const executable = EXECUTABLE;
  Deno.test("install.sh installs the executable, and it runs from there", async () => {
    using folder = programFolder();
    const release = `${folder.path}/release`;
    await Deno.mkdir(release);
    const { name } = findTarget(Deno.build.target);
    await Deno.copyFile(executable, `${release}/pollux-${manifest.version}-${name}`);
    await writeChecksums(release);
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const file = await Deno.open(release + new URL(request.url).pathname);
        return new Response(file.readable);
      },
    );
    const url = `http://127.0.0.1:${server.addr.port}`;
    const bin = `${folder.path}/bin`;
    const installed = await new Deno.Command("sh", {
      args: [SCRIPT, "--base-url", url, "--dir", bin],
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(installed.stderr);
    assert.equal(installed.code, 0, said);
    const { stdout } = await new Deno.Command(`${bin}/pollux`, { args: ["version"] }).output();
    assert.equal(new TextDecoder().decode(stdout), `pollux ${manifest.version}\n`);
  });
}
