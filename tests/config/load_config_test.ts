/** Where settings come from, and what is said of those that cannot be used. @module */
import assert from "node:assert/strict";
import { ConfigError } from "../../src/config/config_error.ts";
import { CONFIG_KEYS, variableOf } from "../../src/config/config_keys.ts";
import { type ConfigSources, loadConfig } from "../../src/config/load_config.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { valueOf } from "../../src/config/shown_config.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";

interface Given {
  /** What the configuration file holds; without it there is none. */
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: ConfigSources["flags"];
}

async function load({ yaml, env = {}, flags = {} }: Given): Promise<Config> {
  using folder = tempFolder();
  const path = yaml === undefined
    ? `${folder.path}/config.yaml`
    : handIn(folder.path, { name: "config.yaml", text: yaml });
  const file = { path, isChosen: false };
  return (await loadConfig({ file, env: (name) => env[name], flags })).config;
}

/** The message with which settings are refused, the file called FILE in it. */
async function refusal(given: Given): Promise<string> {
  const error: unknown = await load(given).then(() => undefined, (error) => error);
  assert.ok(error instanceof ConfigError, String(error));
  return error.message.replace(/"[^"]*config\.yaml"/g, "FILE");
}

Deno.test("loadConfig() gives the defaults where nothing is set", async () => {
  const defaults = configSchema.parse({});
  assert.deepEqual(await load({}), defaults);
  for (const yaml of ["", "# all commented out", "server:\nlog:\n"]) {
    assert.deepEqual(await load({ yaml }), defaults, yaml);
  }
  assert.deepEqual((await loadConfig({ env: () => undefined, flags: {} })).config, defaults);
});

Deno.test("loadConfig() takes flags over environment over file over defaults, key by key", async () => {
  const yaml = "server:\n  host: 10.0.0.1\n  port: 1\n  drain_timeout: 1s\nlog:\n  level: error\n";
  const env = { POLLUX_SERVER_HOST: "10.0.0.2", POLLUX_SERVER_PORT: "2" };
  const { server, log } = await load({ yaml, env, flags: { server: { port: 3 } } });
  assert.equal(server.port, 3);
  assert.equal(server.host, "10.0.0.2");
  assert.equal(server.drain_timeout, 1_000);
  assert.equal(server.body_timeout, 120_000);
  assert.equal(log.level, "error");
});

Deno.test("loadConfig() takes an empty variable for one that is not set", async () => {
  const { server } = await load({ yaml: "server:\n  port: 1", env: { POLLUX_SERVER_PORT: "" } });
  assert.equal(server.port, 1);
});

Deno.test("loadConfig() reads every key from its variable", async () => {
  const values: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
    POLLUX_SERVER_HOST: ["::1", "::1"],
    POLLUX_SERVER_PORT: ["9", 9],
    POLLUX_SERVER_ALLOWED_HOSTS: ["a,b", ["a", "b"]],
    POLLUX_SERVER_CORS_ORIGINS: ["https://a.example", ["https://a.example"]],
    POLLUX_SERVER_TRUSTED_PROXIES: ["10.0.0.7", ["10.0.0.7"]],
    POLLUX_SERVER_PUBLIC_URL: ["https://a.example", "https://a.example"],
    POLLUX_SERVER_MAX_BODY_MIB: ["1.5", 1.5],
    POLLUX_SERVER_MAX_MEMORY_MIB: ["20", 20],
    POLLUX_SERVER_BODY_TIMEOUT: ["30s", 30_000],
    POLLUX_SERVER_DRAIN_TIMEOUT: ["5", 5_000],
    POLLUX_SERVER_TLS_CERT: ["/cert.pem", "/cert.pem"],
    POLLUX_SERVER_TLS_KEY: ["/key.pem", "/key.pem"],
    POLLUX_SERVER_TLS_PORT: ["8443", 8443],
    POLLUX_AUTH_MODE: ["strict", "strict"],
    POLLUX_AUTH_API_KEY: ["123", "123"],
    POLLUX_ADMIN_KEY: ["0123456789abcdef", "0123456789abcdef"],
    POLLUX_ADMIN_REMOTE: ["true", true],
    POLLUX_ADMIN_LISTEN: ["[::1]:9000", "[::1]:9000"],
    POLLUX_STREAMING_DEFAULT_FORMAT: ["json", "json"],
    POLLUX_STREAMING_DONE_SENTINEL: ["strip", "strip"],
    POLLUX_OPENAI_PASSTHROUGH: ["true", true],
    POLLUX_ROUTING_MAX_ATTEMPTS: ["1", 1],
    POLLUX_ROUTING_STRATEGY: ["performance_first", "performance_first"],
    POLLUX_ROUTING_SESSION_TTL: ["2h", 7_200_000],
    POLLUX_ROUTING_MAX_WAIT: ["1m", 60_000],
    POLLUX_ROUTING_MAX_WAITING: ["7", 7],
    POLLUX_TIMEOUTS_FIRST_BYTE: ["1m", 60_000],
    POLLUX_TIMEOUTS_IDLE: ["2m", 120_000],
    POLLUX_TIMEOUTS_TOTAL: ["3m", 180_000],
    POLLUX_FILES_MAX_UPLOAD_MIB: ["9", 9],
    POLLUX_FILES_KEEP_COPY: ["true", true],
    POLLUX_FILES_KEEP_COPY_MIB: ["8", 8],
    POLLUX_FILES_KEEP_COPY_TOTAL_MIB: ["7", 7],
    POLLUX_MODELS_ALIASES: ["{a: b}", { a: "b" }],
    POLLUX_PRICES_MODELS: [
      "{a: {input: 1, output: 2, above: {tokens: 9, input: 2}}}",
      { a: { input: 1, output: 2, above: { tokens: 9, input: 2 } } },
    ],
    POLLUX_PRICES_UNKNOWN: ["refuse", "refuse"],
    POLLUX_USAGE_RETENTION: ["90d", 90 * 86_400_000],
    POLLUX_LOG_LEVEL: ["debug", "debug"],
    POLLUX_LOG_LEVELS: ["{calls: error}", { calls: "error" }],
    POLLUX_LOG_FORMAT: ["text", "text"],
    POLLUX_LOG_BODIES_UNTIL: ["2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"],
  };
  const env = Object.fromEntries(Object.entries(values).map(([name, [text]]) => [name, text]));
  const config = await load({ env });
  const found = CONFIG_KEYS.map((key) => [variableOf(key), valueOf(key, config)])
    .filter(([, value]) => value !== undefined);
  const expected = Object.entries(values).map(([name, [, value]]) => [name, value]);
  assert.deepEqual(found, expected);
});

Deno.test("loadConfig() names the key, the place and what to do", async () => {
  const cases: readonly (readonly [Given, RegExp])[] = [
    [
      { yaml: "sevrer:\n  port: 1" },
      /Unknown section: "sevrer"; did you mean "server"\? \(in FILE, line 1\)/,
    ],
    [
      { yaml: "server:\n  tls:\n    crt: /a" },
      /server\.tls: Unknown key: "crt"; did you mean "cert"\? \(in FILE, line 3\)/,
    ],
    [{ yaml: "server:\n  tls: 5" }, /server\.tls: must hold keys with values \(in FILE, line 2\)/],
    [
      { yaml: "server:\n  tls:\n    cert: /a" },
      /server\.tls\.key: is missing, but server\.tls\.cert is set; set both or none/,
    ],
    [
      { yaml: "server:\n  tls:\n    key: /a", env: { POLLUX_SERVER_TLS_PORT: "x" } },
      /server\.tls\.port: must be a number \(in POLLUX_SERVER_TLS_PORT\)/,
    ],
    [
      { yaml: "server:\n  port: 9\n  tls:\n    cert: /a\n    key: /b\n    port: 9" },
      /server\.tls\.port: must differ from server\.port.* \(in FILE, line 6\)/,
    ],
    [
      { yaml: "server:\n  tls:\n    cert: a\n    key: /b" },
      /server\.tls\.cert: must be an absolute path \(in FILE, line 3\)/,
    ],
    [{ yaml: "sevrer:" }, /Unknown section: "sevrer"/],
    [
      { yaml: "server:\n  prt: 1" },
      /server: Unknown key: "prt"; did you mean "port"\? \(in FILE, line 2\)/,
    ],
    [{ yaml: "server:\n  port: x" }, /server\.port: must be a number \(in FILE, line 2\)/],
    [{ yaml: "server:\n  port:" }, /server\.port: must be a number \(in FILE, line 2\)/],
    [{ yaml: "server:\n  port: .nan" }, /server\.port: must be a number \(in FILE, line 2\)/],
    [{ yaml: "server:\n  host: ''" }, /server\.host: must not be empty \(in FILE, line 2\)/],
    [
      { yaml: "server:\n  max_body_mib: 0" },
      /server\.max_body_mib: must be more than 0 \(in FILE, line 2\)/,
    ],
    [
      { yaml: "routing:\n  max_attempts: 1.5" },
      /routing\.max_attempts: must be a whole number \(in FILE, line 2\)/,
    ],
    [
      { env: { POLLUX_ROUTING_MAX_ATTEMPTS: "0" } },
      /routing\.max_attempts: must be at least 1 \(in POLLUX_ROUTING_MAX_ATTEMPTS\)/,
    ],
    [
      { yaml: "server:\n  allowed_hosts: [1]" },
      /server\.allowed_hosts\.0: must be text \(in FILE, line 2\)/,
    ],
    [
      { yaml: "auth:\n  api_key: 12" },
      /auth\.api_key: must be text; .* needs quotes \(in FILE, line 2\)/,
    ],
    [
      { yaml: "timeouts:\n  idle: soon" },
      /timeouts\.idle: must be a time, as in "30s".*\(in FILE, line 2\)/,
    ],
    [
      { env: { POLLUX_SERVER_PORT: "eighty" } },
      /server\.port: must be a number \(in POLLUX_SERVER_PORT\)/,
    ],
    [
      { env: { POLLUX_AUTH_MODE: "on" } },
      /auth\.mode: must be one of "off", .* \(in POLLUX_AUTH_MODE\)/,
    ],
    [
      { env: { POLLUX_MODELS_ALIASES: "{a: 1}" } },
      /models\.aliases\.a: must be text \(in POLLUX_MODELS_ALIASES\)/,
    ],
    [{ flags: { server: { port: 70_000 } } }, /server\.port: must be at most 65535 \(in --port\)/],
  ];
  for (const [given, words] of cases) {
    const message = await refusal(given);
    assert.match(message, /^Cannot use the configuration:\n/);
    assert.match(message, words);
  }
});

Deno.test("loadConfig() blames the place that won", async () => {
  const given = { yaml: "server:\n  port: 1", env: { POLLUX_SERVER_PORT: "x" } };
  assert.match(await refusal(given), /\(in POLLUX_SERVER_PORT\)$/);
  const flags = { server: { port: 99_999 } };
  assert.match(await refusal({ ...given, flags }), /\(in --port\)$/);
});

Deno.test("loadConfig() tells all mistakes at once, a line each", async () => {
  const yaml = "server:\n  port: x\n  host: 5\nlog:\n  level: loud";
  const lines = (await refusal({ yaml })).split("\n");
  assert.equal(lines.length, 4);
  for (const key of ["server.port", "server.host", "log.level"]) {
    assert.ok(lines.some((line) => line.startsWith(`  ${key}: `)), key);
  }
});

Deno.test("loadConfig() refuses aliases in the environment that are broken YAML", async () => {
  assert.match(
    await refusal({ env: { POLLUX_MODELS_ALIASES: "{a: b" } }),
    /models\.aliases: must be a map, as in \{.*\}: .* at line 1, column 6 \(in POLLUX_MODELS_ALIASES\)$/,
  );
});

Deno.test("loadConfig() names the line of broken YAML, and repeats no key", async () => {
  const message = await refusal({ yaml: 'auth:\n  api_key: "planted' });
  assert.match(message, /^Cannot read the configuration file FILE: .* at line 2, column 20$/);
  assert.doesNotMatch(message, /planted/);
});

Deno.test("loadConfig() shows the form of a file that has no sections", async () => {
  const form = /must hold .*keys, as in\nserver:\n {2}port: 8045$/;
  assert.match(
    await refusal({ yaml: "port 8045" }),
    /^Cannot use the configuration file FILE: it /,
  );
  for (const yaml of ["port 8045", "- a", "5", "server: 5", "log: [a]"]) {
    assert.match(await refusal({ yaml }), form, yaml);
  }
  assert.match(await refusal({ yaml: "log: 5" }), /FILE: its "log" in line 1 must hold keys/);
});

Deno.test("loadConfig() refuses a file that cannot be had, once the user named it", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/none.yaml`;
  const common = { env: () => undefined, flags: {} };
  await assert.rejects(loadConfig({ file: { path, isChosen: true }, ...common }), {
    name: "ConfigError",
    message: `Cannot use the configuration file "${path}": it does not exist. ` +
      "Check the path and its permissions",
  });
  assert.ok(await loadConfig({ file: { path, isChosen: false }, ...common }));
  // A folder in its place is a mistake, whoever named it.
  for (const isChosen of [true, false]) {
    await assert.rejects(loadConfig({ file: { path: folder.path, isChosen }, ...common }), {
      name: "ConfigError",
      message: /it cannot be read/,
    });
  }
});

Deno.test("variableOf() spells a key as a variable", () => {
  assert.equal(variableOf({ section: "server", key: "port" }), "POLLUX_SERVER_PORT");
  assert.equal(variableOf({ section: "auth", key: "api_key" }), "POLLUX_AUTH_API_KEY");
});

Deno.test("loadConfig() knows what was meant by a mistyped name, also in another section", async () => {
  const meant: Readonly<Record<string, RegExp>> = {
    "lgo:\n  level: debug": /Unknown section: "lgo"; did you mean "log"\? \(in FILE, line 1\)$/,
    "server:\n  port: 1\n  hots: x": /key: "hots"; did you mean "host"\? \(in FILE, line 3\)$/,
    "server:\n  level: x": /server: Unknown key: "level"; did you mean "log\.level"\?/,
    "port:\n  a: 1": /Unknown section: "port"; did you mean "server\.port"\?/,
    "server:\n  retries: 1": /Unknown key: "retries"; known: host, port, .*drain_timeout \(in/,
    "zzz:": /Unknown section: "zzz"; known: server, .*, log \(in FILE, line 1\)$/,
  };
  for (const [yaml, words] of Object.entries(meant)) {
    assert.match(await refusal({ yaml }), words, yaml);
  }
  const both = await refusal({ yaml: "server:\n  prot: 1\n  hots: x" });
  assert.match(both, /"prot".*line 2\)\n.*"hots".*line 3\)$/);
});

Deno.test("loadConfig() refuses a mistyped variable, and leaves those of other programs alone", async () => {
  const env = () => undefined;
  const variables = ["POLLUX_SERVER_PROT", "POLLUX_LOG_RETENTION", "POLLUX_SERVER_PORT"];
  const others = ["POLLUX_DATA_DIR", "POLLUX_PORT", "POLLUX_SERVICE_HOST", "PATH", "POLLUX_"];
  await assert.rejects(loadConfig({ env, variables: [...variables, ...others], flags: {} }), {
    message: "Cannot use the configuration:\n" +
      "  Unknown variable: POLLUX_SERVER_PROT; did you mean POLLUX_SERVER_PORT?\n" +
      "  Unknown variable: POLLUX_LOG_RETENTION; known: POLLUX_LOG_LEVEL, " +
      "POLLUX_LOG_LEVELS, POLLUX_LOG_FORMAT, POLLUX_LOG_BODIES_UNTIL",
  });
  assert.ok(await loadConfig({ env, variables: others, flags: {} }));
});

Deno.test("loadConfig() refuses an area that the log has not, with place and suggestion", async () => {
  assert.match(
    await refusal({ yaml: "log:\n  levels:\n    cals: debug" }),
    /log\.levels: unknown area: "cals"; did you mean "calls"\? \(in .*, line 2\)$/m,
  );
  assert.match(
    await refusal({ env: { POLLUX_LOG_LEVELS: "{gatway: debug}" } }),
    /did you mean "gateway"\? \(in POLLUX_LOG_LEVELS\)$/m,
  );
});
