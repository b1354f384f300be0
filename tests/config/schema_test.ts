/** What each setting takes, and its default. @module */
import assert from "node:assert/strict";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { listenPlace } from "../../src/config/values/place_types.ts";

const DEFAULTS: Config = {
  server: {
    host: "127.0.0.1",
    port: 8045,
    allowed_hosts: [],
    cors_origins: [],
    trusted_proxies: [],
    max_body_mib: 100,
    max_memory_mib: 256,
    body_timeout: 120_000,
    drain_timeout: 30_000,
    tls: {},
  },
  auth: { mode: "auto" },
  admin: { remote: false },
  streaming: { default_format: "sse", done_sentinel: "pass" },
  openai: { passthrough: false },
  routing: {
    max_attempts: 3,
    strategy: "balance",
    session_ttl: 3_600_000,
    max_wait: 30_000,
    max_waiting: 100,
  },
  timeouts: { first_byte: 300_000, idle: 300_000, total: 1_800_000 },
  files: {
    max_upload_mib: 2048,
    keep_copy: false,
    keep_copy_mib: 100,
    keep_copy_total_mib: 1024,
  },
  models: { aliases: {} },
  prices: { models: {}, unknown: "allow" },
  store: {},
  usage: { retention: 400 * 86_400_000 },
  network: {},
  log: { level: "info", levels: {}, format: "auto" },
};

/** Reads one key of one section. */
function read(section: keyof Config, key: string, value: unknown): unknown {
  return Object.entries(configSchema.parse({ [section]: { [key]: value } })[section])
    .find(([name]) => name === key)?.[1];
}

/** What is said against a value. */
function refusal(section: keyof Config, key: string, value: unknown): string {
  const { error } = configSchema.safeParse({ [section]: { [key]: value } });
  assert.ok(error, `${section}.${key} takes ${JSON.stringify(value)}`);
  assert.deepEqual(error.issues.map((issue) => issue.path.slice(0, 2)), [[section, key]]);
  return error.issues[0]?.message ?? "";
}

Deno.test("configSchema has a default for every key but the gateway's own key and the end of bodies", () => {
  assert.deepEqual(configSchema.parse({}), DEFAULTS);
  assert.deepEqual(configSchema.parse({ server: {}, log: {} }), DEFAULTS);
});

Deno.test("configSchema reads times with a unit, and bare numbers as seconds", () => {
  const times: readonly (readonly [unknown, number])[] = [
    ["30s", 30_000],
    [5, 5_000],
    ["5", 5_000],
    [0.5, 500],
    ["0.25", 250],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["250ms", 250],
    ["1.5 minutes", 90_000],
    ["24d", 2_073_600_000],
  ];
  const keys = [
    ["server", "body_timeout"],
    ["server", "drain_timeout"],
    ["routing", "session_ttl"],
    ["timeouts", "first_byte"],
    ["timeouts", "idle"],
    ["timeouts", "total"],
  ] as const;
  for (const [section, key] of keys) {
    for (const [value, ms] of times) assert.equal(read(section, key, value), ms, `${key} ${value}`);
  }
});

Deno.test("configSchema refuses what is no time", () => {
  const values = ["", " ", "soon", "5x", "1.2.3", "-5s", 0, "0", -1, true, null, [], "1e3"];
  for (const value of [...values, Number.NaN, Infinity, "9".repeat(400)]) {
    assert.match(refusal("timeouts", "idle", value), /^must be a time, as in "30s"/, `${value}`);
  }
});

Deno.test("configSchema takes an address with its port for admin.listen, and nothing else", () => {
  for (
    const [text, place] of [
      ["127.0.0.1:8046", { host: "127.0.0.1", port: 8046 }],
      ["[::1]:0", { host: "::1", port: 0 }],
      ["localhost:65535", { host: "localhost", port: 65_535 }],
    ] as const
  ) {
    assert.equal(read("admin", "listen", text), text);
    assert.deepEqual(listenPlace(text), place);
  }
  for (
    const value of ["8046", ":8046", "127.0.0.1", "::1:8046", "a:b", "a:65536", "http://a:1", ""]
  ) {
    assert.match(refusal("admin", "listen", value), /as in "127\.0\.0\.1:8046"$/, value);
  }
});

Deno.test("configSchema refuses an admin key that is short, or that clients have", () => {
  assert.equal(refusal("admin", "key", "planted-short"), "must have at least 16 characters");
  assert.equal(read("admin", "key", "planted-key-of-16"), "planted-key-of-16");
  const same = { auth: { api_key: "planted-key-of-all" }, admin: { key: "planted-key-of-all" } };
  const { error } = configSchema.safeParse(same);
  assert.deepEqual(error?.issues.map(({ path }) => path), [["admin", "key"]]);
});

Deno.test("configSchema refuses a time that a timer cannot wait for, but not for sessions", () => {
  assert.equal(refusal("timeouts", "total", "25d"), 'must be at most "24d"');
  assert.equal(refusal("server", "drain_timeout", "1y"), 'must be at most "24d"');
  assert.equal(read("routing", "session_ttl", "30d"), 2_592_000_000);
});

Deno.test("configSchema reads lists, from text by comma", () => {
  assert.deepEqual(read("server", "allowed_hosts", "a.example, b.example,,"), [
    "a.example",
    "b.example",
  ]);
  assert.deepEqual(read("server", "cors_origins", ["https://a.example"]), ["https://a.example"]);
  assert.deepEqual(read("server", "allowed_hosts", " "), []);
  for (const value of [null, 5, [5], {}]) refusal("server", "allowed_hosts", value);
});

Deno.test("configSchema refuses hosts that no request could match, and says what to write", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["*", /matches no host: write each name by itself/],
    ["*.example.com", /matches no host: write each name by itself/],
    ["https://gateway.example", /write "gateway\.example"$/],
    ["http://gateway.example:8045/x", /write "gateway\.example"$/],
    ["gateway.example:8045", /write "gateway\.example"$/],
    ["gateway.example/", /write "gateway\.example"$/],
    ["gateway.example.", /write "gateway\.example"$/],
    ["münchen.example", /write "xn--mnchen-3ya\.example"$/],
    ["fd00::8", /write "\[fd00::8\]"$/],
    ["[fd00::8]:8045", /write "\[fd00::8\]"$/],
    ["192.168.0.1:80", /write "192\.168\.0\.1"$/],
    ["127.999.1.1", /can match no host/],
    ["[:::]", /can match no host/],
    ["a b", /can match no host/],
    ["", /can match no host/],
  ];
  for (const [host, words] of cases) {
    assert.match(refusal("server", "allowed_hosts", ["ok.example", host]), words, host);
  }
  const good = [
    "gateway",
    "GATEWAY.lan",
    "a_b.example",
    "192.168.0.1",
    "[fd00::8]",
    "xn--bcher-kva.de",
  ];
  assert.deepEqual(read("server", "allowed_hosts", good), good);
});

Deno.test("configSchema reads trusted proxies, and refuses what is no address", () => {
  const good = ["10.0.0.7", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"];
  assert.deepEqual(read("server", "trusted_proxies", good), good);
  assert.deepEqual(read("server", "trusted_proxies", "10.0.0.7, fd00::/8"), [
    "10.0.0.7",
    "fd00::/8",
  ]);
  for (
    const proxy of ["", "nginx", "10.0.0", "10.0.0.0/33", "::/129", "10.0.0.7:80", "[::1]", "1/8/8"]
  ) {
    assert.match(
      refusal("server", "trusted_proxies", [proxy]),
      /is not an address: write one/,
      proxy,
    );
  }
});

Deno.test("configSchema refuses origins that no page could have, and says what to write", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["example.com", /write "https:\/\/example\.com"$/],
    ["example.com:3000", /write "https:\/\/example\.com:3000"$/],
    ["localhost:5173", /can match no page/],
    ["https://example.com/", /write "https:\/\/example\.com"$/],
    ["https://example.com:443", /write "https:\/\/example\.com"$/],
    ["https://Example.com", /write "https:\/\/example\.com"$/],
    ["https://example.com/app?x", /write "https:\/\/example\.com"$/],
    ["https://*.example.com", /can match no page/],
    ["*", /can match no page/],
    ["null", /write the origin of one page/],
    ["https://", /can match no page/],
  ];
  for (const [origin, words] of cases) {
    assert.match(refusal("server", "cors_origins", [origin]), words, origin);
  }
  const good = ["https://example.com", "http://localhost:5173", "chrome-extension://abcdef"];
  assert.deepEqual(read("server", "cors_origins", good), good);
});

Deno.test("configSchema takes an address to listen on with and without brackets", () => {
  for (const [given, host] of [["[::1]", "::1"], ["::1", "::1"], ["[fd00::8]", "fd00::8"]]) {
    assert.equal(read("server", "host", given), host);
  }
  assert.equal(read("server", "host", "localhost"), "localhost");
  refusal("server", "host", "");
});

Deno.test("configSchema reads aliases, from text as YAML", () => {
  const aliases = { fast: "gemini-2.5-flash", "gpt-*": "gemini-2.5-pro" };
  assert.deepEqual(read("models", "aliases", aliases), aliases);
  const text = "{fast: gemini-2.5-flash, 'gpt-*': gemini-2.5-pro}";
  assert.deepEqual(read("models", "aliases", text), aliases);
  assert.deepEqual(read("models", "aliases", JSON.stringify(aliases)), aliases);
  const map = /^must be a map, as in \{alias: model\}/;
  for (const value of ["nonsense", "[a]", "5", 5, null, []]) {
    assert.match(refusal("models", "aliases", value), map, `${value}`);
  }
  assert.match(
    refusal("models", "aliases", "{a: b"),
    /: Flow map must end .* at line 1, column 6$/,
  );
  refusal("models", "aliases", { fast: 5 });
  refusal("models", "aliases", { fast: null });
});

Deno.test("configSchema reads numbers, from text as well", () => {
  assert.equal(read("server", "port", "0"), 0);
  assert.equal(read("server", "port", 65535), 65535);
  assert.equal(read("server", "max_body_mib", "0.5"), 0.5);
  assert.equal(read("routing", "max_attempts", "10"), 10);
});

Deno.test("configSchema refuses numbers that make no sense, and what is no number", () => {
  for (const value of [-1, 65536, 80.5, "eighty", "", " ", null, true, [], [80], {}]) {
    refusal("server", "port", value);
  }
  for (const value of [0, 11, 1.5, true, null]) refusal("routing", "max_attempts", value);
  for (const value of [0, -1, true, null, Infinity]) refusal("server", "max_body_mib", value);
});

Deno.test("configSchema takes a key as text only: YAML would change one of digits", () => {
  assert.equal(read("auth", "api_key", "0123"), "0123");
  for (const value of [null, 123, true, {}]) {
    assert.equal(refusal("auth", "api_key", value), "must be text; a key of digits needs quotes");
  }
});

Deno.test("configSchema refuses words that a key does not know", () => {
  assert.match(refusal("auth", "mode", "on"), /"off"\|"strict"\|"all_except_health"\|"auto"/);
  assert.match(refusal("streaming", "default_format", "xml"), /"sse"\|"json"/);
  assert.match(refusal("streaming", "done_sentinel", true), /"pass"\|"strip"/);
  assert.match(refusal("log", "level", "loud"), /"debug"\|"info"\|"warning"\|"error"/);
  assert.match(refusal("log", "format", "yaml"), /"auto"\|"text"\|"json"/);
  refusal("server", "host", "");
});

Deno.test("configSchema refuses keys and sections that it does not know", () => {
  for (const value of [{ sevrer: {} }, { server: { prt: 1 } }, { server: 5 }, [], null]) {
    assert.equal(configSchema.safeParse(value).success, false, JSON.stringify(value));
  }
});

Deno.test("configSchema reads a level for each area of the log, from text as YAML", () => {
  const levels = { calls: "warning", bodies: "debug" };
  assert.deepEqual(read("log", "levels", levels), levels);
  assert.deepEqual(read("log", "levels", "{calls: warning, bodies: debug}"), levels);
  const map = /^must be a map, as in \{calls: warning\}/;
  for (const value of ["nonsense", "[a]", 5, null, []]) {
    assert.match(refusal("log", "levels", value), map, `${value}`);
  }
  assert.match(refusal("log", "levels", { calls: "loud" }), /"debug"\|"info"\|"warning"\|"error"/);
});

Deno.test("configSchema refuses an area that the log has not, and suggests the one meant", () => {
  assert.equal(
    refusal("log", "levels", { cals: "debug" }),
    'unknown area: "cals"; did you mean "calls"?',
  );
  assert.equal(
    refusal("log", "levels", { everything: "debug" }),
    'unknown area: "everything"; known: calls, gateway, config, bodies',
  );
});

Deno.test("configSchema takes an end of logging bodies with its zone, also one that is over", () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  for (const text of [inAnHour, "2999-12-31T23:59:59+02:00", "2020-01-31T18:00:00Z"]) {
    assert.equal(read("log", "bodies_until", text), text);
  }
  for (
    const value of [
      "tomorrow",
      "2999-12-31",
      "2999-12-31T23:59:59",
      "2020-02-30T00:00:00Z",
      5,
      true,
    ]
  ) {
    assert.match(refusal("log", "bodies_until", value), /^must be a date and time with its zone/);
  }
});

Deno.test("configSchema refuses prices that have a typo, or no price of output", () => {
  for (
    const rates of [{ input: 1 }, { input: 1, output: 2, cached: 1 }, { input: -1, output: 2 }]
  ) {
    assert.ok(!configSchema.safeParse({ prices: { models: { "gemini-x": rates } } }).success);
  }
});
