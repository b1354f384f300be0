/** `pollux config show|check|schema`. @module */
import assert from "node:assert/strict";
import { configJsonSchema } from "../../../src/config/json_schema.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { type Outcome, runAs } from "../../support/fake_terminal.ts";

/** Runs a command for a user with a home, whose configuration file holds that. */
async function config(
  words: readonly string[],
  { yaml, env = {}, place = "config" }: {
    readonly yaml?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Where the file is: in the user's own place, or where only the command line says. */
    readonly place?: "config" | "elsewhere";
  } = {},
): Promise<Outcome> {
  using folder = tempFolder();
  const home = `${folder.path}/home`;
  let path = `${folder.path}/FILE.yaml`;
  if (yaml !== undefined) {
    path = handIn(folder.path, { name: "FILE.yaml", text: yaml });
    if (place === "config") {
      const own = `${home}/handed-in/pollux`;
      Deno.mkdirSync(own, { recursive: true });
      Deno.copyFileSync(path, `${own}/config.yaml`);
    }
  }
  const user = { env: { HOME: home, XDG_CONFIG_HOME: `${home}/handed-in`, ...env } };
  const outcome = await runAs(user, words.map((word) => word === "FILE" ? path : word));
  const named = (text: string) =>
    text.replaceAll(path, "FILE").replaceAll(`${home}/handed-in/pollux/config.yaml`, "OWN");
  return { ...outcome, out: named(outcome.out), err: named(outcome.err) };
}

const YAML = "server:\n  port: 9000\nauth:\n  api_key: planted-key\n";

Deno.test("config show prints every setting and where it comes from, and no secret", async () => {
  const { code, out, err } = await config(["config", "show"], {
    yaml: YAML,
    env: { POLLUX_AUTH_MODE: "strict" },
  });
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^ {2}host: 127\.0\.0\.1 # default$/m);
  assert.match(out, /^ {2}port: 9000 # "OWN", line 2$/m);
  assert.match(out, /^ {2}mode: strict # POLLUX_AUTH_MODE$/m);
  assert.match(out, /^ {2}api_key: "\*\*\*" # "OWN", line 4$/m);
});

Deno.test("config show --json prints the same as JSON", async () => {
  const words = ["config", "show", "--config", "FILE", "--json"];
  const { code, out } = await config(words, { yaml: YAML, place: "elsewhere" });
  assert.equal(code, 0);
  const { server, auth } = JSON.parse(out);
  assert.deepEqual(server.port, {
    value: 9000,
    origin: { type: "file", path: "FILE", line: 2 },
  });
  assert.deepEqual(auth.mode, { value: "auto", origin: { type: "default" } });
  assert.equal(auth.api_key.value, "***");
});

Deno.test("config show fails on a configuration that can't be used, or is not there", async () => {
  const bad = await config(["config", "show"], { yaml: "server: {prot: 1}" });
  assert.equal(bad.code, 1);
  assert.equal(bad.out, "");
  assert.match(bad.err, /"prot"; did you mean "port"\? \(in "OWN", line 1\)$/);
  const none = await config(["config", "show", "--config", "FILE"]);
  assert.equal(none.code, 1);
  assert.match(none.err, /"FILE": it does not exist/);
});

Deno.test("config check says that a file is good, whatever the environment says", async () => {
  const outcome = await config(["config", "check", "FILE"], {
    yaml: YAML,
    place: "elsewhere",
    env: { POLLUX_SERVER_PORT: "x" },
  });
  assert.deepEqual([outcome.code, outcome.err], [0, ""]);
  assert.equal(outcome.out, 'The configuration file "FILE" is valid');
});

Deno.test("config check names everything that is wrong with a file, with its line, and fails", async () => {
  const yaml = "server:\n  prot: 1\nlog:\n  level: loud\n";
  const { code, out, err } = await config(["config", "check", "FILE"], {
    yaml,
    place: "elsewhere",
  });
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^Error: Cannot use the configuration:\n/);
  assert.match(err, /server: Unknown key: "prot"; did you mean "port"\? \(in "FILE", line 2\)/);
  assert.match(err, /log\.level: .*"warning", "error" \(in "FILE", line 4\)/);
  const broken = await config(["config", "check", "FILE"], {
    yaml: 'auth:\n  api_key: "planted\n',
    place: "elsewhere",
  });
  assert.equal(broken.code, 1);
  assert.match(broken.err, /^Error: Cannot read the configuration file "FILE": .* at line 3/);
  assert.doesNotMatch(broken.err, /planted/);
});

Deno.test("config check without a file checks what serve would use, variables too", async () => {
  const good = await config(["config", "check"], { yaml: YAML });
  assert.equal(good.code, 0);
  assert.equal(good.out, 'The configuration is valid: the file "OWN" and variables');
  const none = await config(["config", "check"]);
  assert.equal(none.code, 0);
  assert.equal(
    none.out,
    'The configuration is valid: variables only, since there is no file "OWN"',
  );
  const file = await config(["config", "check"], { yaml: "servr:" });
  assert.match(file.err, /"servr"; did you mean "server"\? \(in "OWN", line 1\)$/);
  assert.equal(file.code, 1);
  const env = { POLLUX_SERVER_PROT: "1" };
  const variable = await config(["config", "check"], { yaml: YAML, env });
  assert.equal(variable.code, 1);
  assert.match(
    variable.err,
    /Unknown variable: POLLUX_SERVER_PROT; did you mean POLLUX_SERVER_PORT\?/,
  );
});

Deno.test("config check --config checks what serve would use with that file, variables too", async () => {
  const words = ["config", "check", "--config", "FILE"];
  const good = await config(words, { yaml: YAML, place: "elsewhere" });
  assert.match(good.out, /the file "FILE" and variables/);
  assert.equal(good.code, 0);

  const env = { POLLUX_SERVER_PORT: "lots" };
  const bad = await config(words, { yaml: YAML, place: "elsewhere", env });
  assert.match(bad.err, /POLLUX_SERVER_PORT/);
  assert.equal(bad.code, 1);
});

Deno.test("config check takes an end of logging bodies that is over, with a warning", async () => {
  const yaml = "log:\n  bodies_until: 2020-01-31T18:00:00Z\n";
  const warning = 'WARNING: log.bodies_until names a time in the past, "2020-01-31T18:00:00Z": ' +
    "no bodies are logged, and the setting can be removed.";
  const file = await config(["config", "check", "FILE"], { yaml, place: "elsewhere" });
  assert.deepEqual([file.code, file.err], [0, warning]);
  assert.equal(file.out, 'The configuration file "FILE" is valid');
  const all = await config(["config", "check"], { yaml });
  assert.deepEqual([all.code, all.err], [0, warning]);
});

Deno.test("config schema prints the JSON Schema", async () => {
  const { code, out } = await config(["config", "schema"]);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), configJsonSchema());
});

Deno.test("config without a command explains itself", async () => {
  const { code, err } = await config(["config"]);
  assert.equal(code, 2);
  assert.match(err, /show .*\n.*check .*\n.*schema/);
});
