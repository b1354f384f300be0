/**
 * What the executable cannot do, whoever gets hold of it: run programs, load libraries, ask about the
 * machine. Shown on the executable that `POLLUX_EXECUTABLE` names, and on one that tries.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { makeBundle } from "../../scripts/build/bundle.ts";
import { compileBundle } from "../../scripts/build/compile_bundle.ts";
import { findTarget } from "../../scripts/build/targets.ts";
import { chosenToolchain } from "../../scripts/build/toolchain.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { EXECUTABLE, NO_EXECUTABLE, startGateway } from "../support/pollux_process.ts";
import { programFolder } from "../support/program_folder.ts";
import { leaveOut } from "../support/left_out.ts";

const PROBE = fileURLToPath(new URL("sandbox_probe.ts", import.meta.url));

/** What `deno compile` writes into an executable; an empty list means everything, `null` nothing. */
const bakedSchema = z.looseObject({
  code_cache_key: z.null(),
  permissions: z.record(z.string(), z.union([z.array(z.string()), z.boolean(), z.null()])),
});

/** Finds the JSON object that `deno compile` puts before the program. */
function readBaked(executable: Uint8Array): z.infer<typeof bakedSchema> {
  const content = new TextDecoder("latin1").decode(executable);
  const start = content.lastIndexOf('{"argv":[');
  const end = content.indexOf(',"location":', start);
  assert.ok(start > 0 && end > start, "The executable says nothing of permissions");
  return bakedSchema.parse(JSON.parse(`${content.slice(start, end)}}`));
}

/** Makes an executable of the probe in a folder, and gives its path. */
async function makeProbe(folder: string): Promise<string> {
  const target = findTarget(Deno.build.target);
  const output = `${folder}/probe${target.extension}`;
  await using bundle = await makeBundle(PROBE, folder);
  await compileBundle(bundle.path, { output, target, toolchain: chosenToolchain() });
  return output;
}

/** Starts the probe on a terminal of its own where there can be one, so that it could ask. */
async function runProbe(
  probe: string,
  { folder, module }: { readonly folder: string; readonly module: string },
): Promise<string> {
  // Node takes only this ending for an addon.
  const library = `${folder}/library.node`;
  await Deno.writeTextFile(library, "");
  const words = [probe, Deno.execPath(), library, module];
  const [program = "", ...args] = Deno.build.os === "linux"
    ? ["script", "--quiet", "--return", "--command", words.map(quote).join(" "), `${folder}/typed`]
    : words;
  const { stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { SHELL: "/bin/sh", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

if (EXECUTABLE === undefined) leaveOut("the permissions of the executable", NO_EXECUTABLE);
if (EXECUTABLE !== undefined) {
  const executable = EXECUTABLE;

  Deno.test("The executable's own permissions are files, network and variables, and it never asks", async () => {
    const { permissions } = readBaked(await Deno.readFile(executable));
    const { allow_import: _, ...others } = permissions;
    const given = Object.entries(others).filter(([, value]) => value !== null && value !== false);
    assert.deepEqual(given.toSorted(), [
      ["allow_env", []],
      ["allow_net", []],
      ["allow_read", []],
      ["allow_write", []],
      ["deny_import", []],
    ]);
    assert.equal(permissions.prompt, false);
  });

  Deno.test("An executable that is made like Pollux runs no program and loads no library, without asking", async () => {
    using folder = programFolder();
    const probe = await makeProbe(folder.path);
    const own = readBaked(await Deno.readFile(executable));
    assert.deepEqual(readBaked(await Deno.readFile(probe)).permissions, own.permissions);

    let requests = 0;
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      requests++;
      return new Response("", { headers: { "content-type": "text/javascript" } });
    });
    const said = await runProbe(probe, {
      folder: folder.path,
      module: `http://127.0.0.1:${server.addr.port}/module.js`,
    });
    assert.equal(requests, 0);
    const printed = /^\{.*\}\r?$/m.exec(said)?.[0];
    assert.ok(printed !== undefined, said);
    const outcomes = z.record(z.string(), z.string()).parse(JSON.parse(printed));
    for (const [what, outcome] of Object.entries(outcomes)) {
      if (what.startsWith("asking for ")) assert.equal(outcome, "denied", what);
      else if (what === "node:child_process") assert.match(outcome, /^(NotCapable|Error): /, what);
      else if (what === "a module from the network") assert.notEqual(outcome, "done", what);
      else assert.match(outcome, /^NotCapable: /, what);
    }
    assert.equal(Object.keys(outcomes).length, 18);
    // Nothing but that one line: no question, which Deno would put on the terminal.
    assert.equal(said.trim(), printed.trim());
  });

  Deno.test("The executable writes nothing beside its data, where another user could change it", async () => {
    using folder = tempFolder();
    await Deno.mkdir(`${folder.path}/tmp`);
    const env = {
      TMPDIR: `${folder.path}/tmp`,
      TMP: `${folder.path}/tmp`,
      TEMP: `${folder.path}/tmp`,
    };
    await using gateway = await startGateway({ dataDir: `${folder.path}/data`, env }, "demo");
    const response = await fetch(`${gateway.url}/healthz`);
    assert.equal(response.status, 200, await response.text());
    gateway.signal("SIGTERM");
    await gateway.ended;
    assert.deepEqual([...Deno.readDirSync(`${folder.path}/tmp`)], []);
  });

  Deno.test("The executable holds none of the packages that only tests use, and no translations of zod", async () => {
    const content = new TextDecoder("latin1").decode(await Deno.readFile(executable));
    assert.ok(content.includes("commander.helpDisplayed"));
    assert.ok(!content.includes("Property failed after"), "fast-check is in it");
    assert.ok(
      !content.includes("Ongeldige"),
      'zod is in it with all its languages: import it as `import * as z from "zod"`',
    );
  });
}
