import assert from "node:assert/strict";
import { installService } from "../../../src/cli/service/service_install.ts";
import type { ServiceOptions } from "../../../src/cli/service/service_options.ts";
import { showServiceStatus } from "../../../src/cli/service/service_status.ts";
import { ownServiceTarget, type ServiceTarget } from "../../../src/cli/service/service_target.ts";
import { uninstallService } from "../../../src/cli/service/service_uninstall.ts";
import type { ServiceContext } from "../../../src/cli/service/service_plan.ts";
import { join } from "node:path";
import { startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { keepPrinted } from "../../support/keep_printed.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { runAs } from "../../support/fake_terminal.ts";
import { NOT_ON_LINUX, ON_WINDOWS, testUnless } from "../../support/left_out.ts";

const HAS_MODES = Deno.build.os !== "windows";

/** A user of this machine with an executable and an empty home. */
class Machine implements Disposable {
  readonly #folder = tempFolder();
  readonly #env: Readonly<Record<string, string>>;
  readonly executable = `${this.#folder.path}/bin/pollux`;

  constructor() {
    const home = `${this.#folder.path}/home`;
    this.#env = { HOME: home, APPDATA: home, LOCALAPPDATA: `${home}/local`, USERNAME: "ada" };
  }

  /** Where things are. */
  get target(): ServiceTarget {
    return ownServiceTarget({}, fakeTerminal({ env: this.#env }).terminal);
  }

  /** Runs one of the commands, and gives what it printed. */
  async run(
    command: (options: ServiceOptions, context: ServiceContext) => Promise<void>,
    options: ServiceOptions = {},
  ): Promise<string> {
    const { terminal, out, err } = fakeTerminal({ env: this.#env });
    await command(options, { terminal, executable: this.executable });
    const printed = [...out, ...err].join("\n");
    keepPrinted(printed);
    return printed;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

function uninstall(options: ServiceOptions, { terminal }: ServiceContext): Promise<void> {
  return uninstallService(options, terminal);
}

function modeOf(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

Deno.test("service install writes the definition and says the one command; twice does no harm", async () => {
  using machine = new Machine();
  const { definition: { path }, commands, places } = machine.target;
  const first = await machine.run(installService);
  assert.ok(first.startsWith(`Wrote "${path}"\n`), first);
  assert.ok(first.includes(`\n  ${commands.start}\n`), first);
  const written = await Deno.readFile(path);

  Deno.writeTextFileSync(places.configFile, "# mine\n");
  const second = await machine.run(installService);
  assert.ok(second.startsWith(`"${path}" is up to date\n`), second);
  assert.deepEqual(await Deno.readFile(path), written);
  assert.equal(Deno.readTextFileSync(places.configFile), "# mine\n");
});

Deno.test("service install replaces its definition when settings changed, and says what to type", async () => {
  using machine = new Machine();
  const { definition: { path }, commands, places } = machine.target;
  await machine.run(installService);
  const before = await Deno.readFile(path);
  Deno.writeTextFileSync(places.configFile, "server:\n  drain_timeout: 10m\n");
  assert.match(await machine.run(showServiceStatus), /is installed, but not up to date; run: /);
  const said = await machine.run(installService);
  assert.ok(said.startsWith(`Replaced "${path}"\n`), said);
  for (const command of commands.restart) assert.ok(said.includes(`\n  ${command}\n`), said);
  // Windows has no time limit for a stop.
  if (HAS_MODES) {
    assert.notDeepEqual(await Deno.readFile(path), before);
    assert.match(Deno.readTextFileSync(path), /\b615\b/);
  }
});

testUnless(ON_WINDOWS, "service install makes the data folder for its owner only", async () => {
  using machine = new Machine();
  await machine.run(installService);
  const { definition, places } = machine.target;
  assert.equal(modeOf(places.dataDir), "700");
  assert.equal(modeOf(places.configFile), "600");
  assert.equal(modeOf(definition.path), "644");
});

Deno.test("service install refuses a configuration that the service could not start with", async () => {
  using machine = new Machine();
  const { places, definition } = machine.target;
  await machine.run(installService);
  await machine.run(uninstall);
  Deno.writeTextFileSync(places.configFile, "server:\n  prt: 1\n");
  await assert.rejects(
    machine.run(installService),
    /The service could not start\. Cannot use the configuration:\n.*"prt"/,
  );
  await assert.rejects(Deno.stat(definition.path), Deno.errors.NotFound);
});

Deno.test("service install and uninstall leave alone what Pollux did not write", async () => {
  using machine = new Machine();
  const { path } = machine.target.definition;
  await machine.run(installService);
  Deno.writeTextFileSync(path, "mine\n");
  await assert.rejects(machine.run(installService), /so it stays as it is/);
  await assert.rejects(machine.run(uninstall), /so it stays as it is/);
  assert.match(await machine.run(showServiceStatus), /Pollux did not write/);
  assert.equal(Deno.readTextFileSync(path), "mine\n");
});

Deno.test("service uninstall says how to stop it and removes the definition only; twice does no harm", async () => {
  using machine = new Machine();
  const { definition: { path }, commands, places } = machine.target;
  await machine.run(installService);
  const first = await machine.run(uninstall);
  const [command = ""] = commands.stop;
  assert.ok(first.indexOf(command) < first.indexOf(`Removed "${path}"`), first);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  assert.ok((await Deno.stat(places.dataDir)).isDirectory);
  assert.ok((await Deno.stat(places.configFile)).isFile);
  assert.equal(
    await machine.run(uninstall),
    `"${path}" does not exist: nothing to remove`,
  );
});

testUnless(
  NOT_ON_LINUX,
  "service uninstall refuses a unit that is enabled, and says the command to stop it first",
  async () => {
    using machine = new Machine();
    const { definition: { path }, places } = machine.target;
    await machine.run(installService);
    const wants = path.replace(/pollux\.service$/, "default.target.wants");
    Deno.mkdirSync(wants);
    Deno.symlinkSync(path, `${wants}/pollux.service`);
    await assert.rejects(
      machine.run(uninstall),
      /is in use\. Stop it first, then repeat this:\n {2}systemctl --user disable --now pollux\.service$/,
    );
    assert.ok((await Deno.stat(path)).isFile);
    assert.ok((await Deno.stat(places.configFile)).isFile);
    Deno.removeSync(`${wants}/pollux.service`);
    assert.match(await machine.run(uninstall), /^Removed /m);
  },
);

Deno.test("service status finds the gateway through the data folder, whatever the configured port is", async () => {
  using machine = new Machine();
  const { definition: { path }, places } = machine.target;
  assert.match(
    await machine.run(showServiceStatus),
    /does not exist: the service is not installed\nNo gateway runs on the data folder /,
  );
  await machine.run(installService);
  async function assertShown(words: string, answers: boolean, url?: string): Promise<void> {
    assert.equal(
      await machine.run(showServiceStatus),
      `"${path}" is installed and up to date\n${words}`,
    );
    const { os: _os, scope: _scope, path: _path, ...found } = JSON.parse(
      await machine.run(showServiceStatus, { json: true }),
    );
    assert.deepEqual(found, { state: "current", ...(url && { url }), answers });
  }
  // Another program, and a gateway of another folder, have the configured port.
  const none = `No gateway runs on the data folder "${places.dataDir}"`;
  await using other = await startGateway({ dataDir: `${places.dataDir}.other` });
  Deno.writeTextFileSync(places.configFile, `server: {port: ${new URL(other.url).port}}\n`);
  await assertShown(none, false);
  {
    // It takes any free port, and not the configured one.
    await using gateway = await startGateway({ dataDir: places.dataDir });
    await assertShown(`A gateway responds on ${gateway.url}`, true, gateway.url);
    gateway.signal("SIGKILL");
    await gateway.ended;
  }
  await assertShown(none, false);
  if (!HAS_MODES) return;
  Deno.chmodSync(join(places.dataDir, "gateway.json"), 0o644);
  assert.match(
    await machine.run(showServiceStatus),
    /\nWhether a gateway runs is not known\. ".*" is open to other users of this machine/,
  );
});

Deno.test("service install, uninstall and status print JSON where it is asked for", async () => {
  using machine = new Machine();
  const { system, scope, definition: { path }, commands, places } = machine.target;
  const about = { os: system, scope, path };
  assert.deepEqual(JSON.parse(await machine.run(installService, { json: true })), {
    ...about,
    variables: [],
    missing: [],
    was: "missing",
    configFile: places.configFile,
    dataDir: places.dataDir,
    commands: [commands.start],
  });
  for (const removed of [true, false]) {
    assert.deepEqual(JSON.parse(await machine.run(uninstall, { json: true })), {
      ...about,
      removed,
      commands: commands.stop,
    });
  }
});

Deno.test("service print prints the definition for every system and kind", async () => {
  const beginnings = { linux: "# Written by", macos: "<?xml", windows: "<?xml" };
  for (const [os, beginning] of Object.entries(beginnings)) {
    for (const scope of ["user", "system"]) {
      const args = ["service", "print", "--os", os, `--${scope}`];
      const user = { env: { HOME: "/home/ada", USER: "ada", APPDATA: "C:\\", USERNAME: "ada" } };
      const { code, out } = await runAs(user, args);
      assert.equal(code, 0, `${os} ${scope}`);
      assert.ok(out.startsWith(beginning), out);
      const { out: json } = await runAs(user, [...args, "--json"]);
      const printed = JSON.parse(json);
      assert.equal(printed.text.trimEnd(), out);
      assert.deepEqual([printed.os, printed.scope], [os, scope]);
    }
  }
});

Deno.test("service commands say what is wrong with how they are called", async () => {
  const other = Deno.build.os === "windows" ? "linux" : "windows";
  const user = { env: { HOME: "/home/ada", APPDATA: "C:\\", LOCALAPPDATA: "C:\\", USERNAME: "a" } };
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ["print --user --system", 2, /'--system' cannot be used with option '--user'/],
    ["print --os beos", 2, /Allowed choices are linux, macos, windows/],
    [`status --os ${other}`, 2, /This machine cannot have services of/],
    [`uninstall --os ${other}`, 2, /only pollux service print shows them/],
    ["print --config a\nb", 1, /line breaks or control characters/],
    ["print --config a\u2028b", 1, /line breaks or control characters/],
    ["install", 1, /A service needs the executable.*deno task compile/],
  ];
  for (const [words, code, said] of cases) {
    const outcome = await runAs(user, ["service", ...words.split(" ")]);
    assert.equal(outcome.code, code, words);
    assert.match(outcome.err, said);
  }
});
