/** Each check that looks at this machine, failing and passing. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { checkConfiguration } from "../../../src/cli/doctor/check_configuration.ts";
import { checkDataFolder } from "../../../src/cli/doctor/check_data_folder.ts";
import { checkExposure, keyFacts, NO_KEYS } from "../../../src/cli/doctor/check_exposure.ts";
import { checkPort } from "../../../src/cli/doctor/check_port.ts";
import { checkTls } from "../../../src/cli/doctor/check_tls.ts";
import { checkVersion } from "../../../src/cli/doctor/check_version.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { openExamined } from "../../../src/cli/doctor/open_examined.ts";
import { withinLimit } from "../../../src/cli/doctor/within_limit.ts";
import { KeyBook } from "../../../src/keys/key_book.ts";
import { factsOf } from "../../../src/daemon/tls/key_pair.ts";
import { selfSigned } from "../../../src/daemon/tls/self_signed.ts";
import { gatewaySettings } from "../../../src/daemon/gateway_settings.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { acquireDataLock } from "../../../src/store/folder/data_lock.ts";
import { Database } from "../../../src/store/database/database.ts";
import { LocalBackend } from "../../../src/store/database/local_backend.ts";
import { SCHEMA } from "../../../src/store/migrate.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { encodeValue } from "../../../src/store/database/stored_value.ts";
import { copySchema1Folder } from "../../store/schema1_folder.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";

/** A finding in one line: its check, how bad it is, its message. */
function lines(findings: readonly Finding[]): readonly string[] {
  for (const { severity, remedy, message } of findings) {
    const isBad = severity === "warning" || severity === "error";
    assert.equal(remedy !== undefined, isBad, message);
  }
  return findings.map(({ check, severity, message }) => `${check}: ${severity}: ${message}`);
}

/** The only finding, with its remedy. */
function only(findings: readonly Finding[]): Finding {
  lines(findings);
  const [finding, ...others] = findings;
  assert.ok(finding !== undefined && others.length === 0, JSON.stringify(findings));
  return finding;
}

/** Clients may call without TLS, and no client key was ever made. */
const CLEAR = { isEncrypted: false, clientKeys: NO_KEYS };

/** A folder with a store in it that has one account. */
async function madeFolder(path: string): Promise<string> {
  const dataDir = join(path, "data");
  using store = await openStore({ dataDir });
  await store.accounts.insert({ id: "x", name: "one", fields: {}, secret: "{}" });
  return dataDir;
}

Deno.test("checkVersion() names version, runtime and machine", () => {
  assert.match(only(checkVersion()).message, /^pollux \d+\.\d+\.\d+, Deno \d+\S*, \w+ \w+$/);
});

Deno.test("checkConfiguration() passes a good one and tells what is wrong with another", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/config.yaml`;
  const sources = { file: { path, isChosen: true }, env: () => undefined, flags: {} };
  await Deno.writeTextFile(path, "server:\n  port: 1\n");
  const good = await checkConfiguration(sources);
  assert.deepEqual(lines(good.findings), [
    "configuration: ok: It is valid; 1 setting differs from its default",
  ]);
  assert.equal(good.config?.server.port, 1);
  await Deno.writeTextFile(path, "log:\n  bodies_until: 2020-01-31T18:00:00Z\n");
  const over = await checkConfiguration(sources);
  assert.match(
    lines(over.findings)[1] ?? "",
    /^configuration: note: log\.bodies_until names a time/,
  );
  await Deno.writeTextFile(path, "server:\n  prot: 1\n");
  const bad = await checkConfiguration(sources);
  const { severity, message, remedy } = only(bad.findings);
  assert.equal(severity, "error");
  assert.match(message, /Unknown key: "prot"; did you mean "port"\? \(in ".*", line 2\)$/);
  assert.match(remedy ?? "", /pollux config check/);
  assert.equal(bad.config, undefined);
});

testUnless(
  ON_WINDOWS,
  "checkConfiguration() warns of a secret in a file that others can read",
  async () => {
    using folder = tempFolder();
    const text = "auth:\n  api_key: planted-gateway-key\n";
    const path = handIn(folder.path, { name: "config.yaml", text });
    const sources = { file: { path, isChosen: true }, env: () => undefined, flags: {} };
    for (const mode of [0o600, 0o400, 0o644, 0o604]) {
      await Deno.chmod(path, mode);
      const { findings } = await checkConfiguration(sources);
      const warnings = findings.filter(({ severity }) => severity === "warning");
      assert.equal(warnings.length, mode & 0o004 ? 1 : 0, mode.toString(8));
      for (const { message, remedy } of warnings) {
        assert.match(message, /Other users can read auth\.api_key: .*permissions 6[04]4$/);
        assert.match(remedy ?? "", /chmod 600/);
      }
    }
    await Deno.chmod(path, 0o644);
    await Deno.writeTextFile(path, "server:\n  port: 1\n");
    assert.equal((await checkConfiguration(sources)).findings.length, 1);
  },
);

Deno.test("checkDataFolder() passes a folder as Pollux makes it, and notes one that is not there", async () => {
  using folder = tempFolder();
  const dataDir = await madeFolder(folder.path);
  acquireDataLock(dataDir)[Symbol.dispose]();
  const before = [...Deno.readDirSync(dataDir)].length;
  assert.equal(only(await checkDataFolder(dataDir)).severity, "ok");
  assert.equal([...Deno.readDirSync(dataDir)].length, before);
  const other = join(folder.path, "other");
  assert.equal(only(await checkDataFolder(other)).severity, "note");
  assert.throws(() => Deno.statSync(other), Deno.errors.NotFound);
});

Deno.test("checkDataFolder() names what cannot be a data folder", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  await Deno.writeTextFile(path, "");
  const { severity, message } = only(await checkDataFolder(path));
  assert.equal(severity, "error");
  assert.match(message, /cannot be used: it is a file$/);
});

Deno.test("checkDataFolder() names all that is open to others, and how to close it", async () => {
  using folder = tempFolder();
  const dataDir = await madeFolder(folder.path);
  if (Deno.build.os === "windows") {
    assert.match(only(await checkDataFolder(dataDir)).message, /modes are not checked on Windows$/);
    return;
  }
  await Deno.mkdir(join(dataDir, "turns"), { mode: 0o700, recursive: true });
  await Deno.writeTextFile(join(dataDir, "turns", "a"), "", { mode: 0o600 });
  for (const [name, mode] of [["", 0o755], ["pollux.key", 0o644], ["turns/a", 0o660]] as const) {
    const loose = join(dataDir, name);
    await Deno.chmod(loose, mode);
    const { severity, message, remedy } = only(await checkDataFolder(dataDir));
    assert.equal(severity, "error");
    assert.ok(message.includes(`(mode 0${mode.toString(8)})`), message);
    const wanted = name === "" ? 0o700 : 0o600;
    assert.ok(remedy?.startsWith(`chmod ${wanted.toString(8)} "${dataDir}`), remedy);
    await Deno.chmod(loose, wanted);
  }
  assert.match(only(await checkDataFolder(dataDir)).message, /cannot read it or its files$/);
});

Deno.test("openExamined() opens a good store, and says which key fits", async () => {
  using folder = tempFolder();
  const { findings, store } = await openExamined({ dataDir: await madeFolder(folder.path) });
  using _store = store;
  assert.ok(store);
  const [schema = "", key = ""] = lines(findings);
  assert.match(schema, /^store: ok: The database opens, at schema \d+$/);
  assert.match(key, /^key: ok: ".*pollux\.key" fits \(Pollux's own, in the data folder\)$/);
});

Deno.test("openExamined() makes neither folder, database nor key", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const absent = await openExamined({ dataDir });
  assert.deepEqual([absent.isNew, only(absent.findings).severity], [true, "note"]);
  assert.throws(() => Deno.statSync(dataDir), Deno.errors.NotFound);
  await Deno.mkdir(dataDir, { mode: 0o700 });
  const empty = await openExamined({ dataDir });
  assert.deepEqual([empty.isNew, only(empty.findings).severity], [true, "note"]);
  assert.deepEqual([...Deno.readDirSync(dataDir)], []);
});

Deno.test("openExamined() tells a key that is missing, damaged or another, and makes none", async () => {
  using folder = tempFolder();
  const dataDir = await madeFolder(folder.path);
  const path = join(dataDir, "pollux.key");
  const cases: readonly (readonly [() => Promise<void>, RegExp])[] = [
    [() => Deno.remove(path), /is missing/],
    [() => Deno.writeFile(path, new Uint8Array(31), { mode: 0o600 }), /is damaged \(31 bytes/],
    [() => Deno.writeFile(path, new Uint8Array(32), { mode: 0o600 }), /is the wrong one/],
  ];
  for (const [spoil, words] of cases) {
    await spoil();
    const { findings, store, isNew } = await openExamined({ dataDir });
    assert.deepEqual([store, isNew], [undefined, false]);
    lines(findings);
    const { check, severity, message, remedy } = findings[1] ?? {};
    assert.deepEqual([check, severity], ["key", "error"]);
    assert.match(message ?? "", words);
    assert.match(remedy ?? "", /^Put .* back from a backup/);
  }
  const masterKeyFile = join(folder.path, "none");
  const { findings } = await openExamined({ dataDir, masterKeyFile });
  assert.match(findings[1]?.message ?? "", /cannot be read: it does not exist/);
});

Deno.test("openExamined() leaves an older Pollux's database as it is, and tells of it", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const { findings, store } = await openExamined({ dataDir });
  assert.equal(store, undefined);
  const { severity, message } = only(findings);
  assert.equal(severity, "warning");
  assert.match(message, /An older Pollux wrote the database \(schema 1; this/);
  const database = new Database(await LocalBackend.open(join(dataDir, "pollux.db")));
  assert.equal((await database.get(SCHEMA)).value, 1);
  database.close();
});

Deno.test("openExamined() tells of a newer Pollux's database, of an unknown and of a broken one", async () => {
  using folder = tempFolder();
  const dataDir = await madeFolder(folder.path);
  const path = join(dataDir, "pollux.db");
  for (
    const [schema, words] of [[99, /A newer Pollux wrote/], [
      "x",
      /not know the database's schema/,
    ]] as const
  ) {
    const database = new Database(await LocalBackend.open(path));
    await database.commit((transaction) => transaction.set(SCHEMA, encodeValue(schema)));
    database.close();
    const { severity, message } = only((await openExamined({ dataDir })).findings);
    assert.equal(severity, "error");
    assert.match(message, words);
  }
  for (const name of ["pollux.db-wal", "pollux.db-shm"]) {
    await Deno.remove(join(dataDir, name)).catch(() => {});
  }
  await Deno.writeTextFile(path, "no database ".repeat(1000));
  const { check, severity } = only((await openExamined({ dataDir })).findings);
  assert.deepEqual([check, severity], ["store", "error"]);
});

Deno.test("checkPort() tells a free port, the gateway, another Pollux, another program and a wrong address apart", async () => {
  const host = "127.0.0.1";
  const listener = Deno.listen({ hostname: host, port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.match(only(await checkPort({ host, port })).message, /is free$/);
  {
    await using gateway = await startTestGateway({ accounts: [] });
    const port = Number(new URL(gateway.url).port);
    const [own, other, unknown, https] = await Promise.all([
      checkPort({ host, port, own: gateway.url }),
      checkPort({ host, port, own: "http://127.0.0.1:1" }),
      checkPort({ host, port }),
      checkPort({ host, port, own: "http://127.0.0.1:1", setting: "server.tls.port" }),
    ]);
    const where = `${host}:${port}`;
    const taken = `${where} is taken by another Pollux, which has another data folder`;
    assert.deepEqual([own, other, unknown, https].map((findings) => lines(findings).join()), [
      `port: ok: The gateway has ${where}`,
      `port: warning: ${taken}`,
      `port: error: ${taken}`,
      `port: ok: A Pollux has ${where}`,
    ]);
  }
  {
    await using other = Deno.serve(
      { hostname: host, port: 0, onListen: () => {} },
      () => new Response("", { headers: { server: "caddy" } }),
    );
    const { port } = other.addr;
    const { severity, message } = only(await checkPort({ host, port }));
    assert.equal(severity, "error");
    assert.match(message, /is taken by another program \("caddy"\)$/);
    const own = "http://127.0.0.1:1";
    assert.equal(only(await checkPort({ host, port, own })).severity, "warning");
  }
  const { severity, message } = only(await checkPort({ host: "192.0.2.1", port: 0 }));
  assert.equal(severity, "error");
  assert.match(message, /^Cannot listen on 192\.0\.2\.1:0: /);
});

Deno.test("checkExposure() tells of a public URL whose host clients cannot use", () => {
  function notes(server: object): readonly string[] {
    const config = configSchema.parse({ server, auth: { api_key: "planted-gateway-key" } });
    return checkExposure(gatewaySettings(config), CLEAR).slice(1).map(({ message }) => message);
  }
  const [note = "", ...more] = notes({ public_url: "https://gateway.example/pollux" });
  assert.match(note, /"gateway\.example".*server\.allowed_hosts does not have/);
  assert.deepEqual(more, []);
  for (
    const server of [
      {},
      { public_url: "http://localhost:8045" },
      { public_url: "https://gateway.example", allowed_hosts: ["gateway.example"] },
    ]
  ) assert.deepEqual(notes(server), []);
});

Deno.test("checkExposure() says who reaches the page, and warns of a key in clear text", () => {
  function found(admin: object, server: object = {}, isEncrypted = false): string {
    const config = configSchema.parse({ server, admin, auth: { api_key: "planted-gateway-key" } });
    const [, finding] = checkExposure(gatewaySettings(config), { ...CLEAR, isEncrypted });
    return finding === undefined ? "" : `${finding.severity}: ${finding.message}`;
  }
  const open = { host: "0.0.0.0" };
  assert.equal(found({}), "");
  assert.equal(found({}, open), "");
  assert.equal(found({ listen: "127.0.0.1:1" }, open), "");
  assert.match(found({ listen: "0.0.0.0:1" }), /^note: .*"0\.0\.0\.0".*this machine only$/);
  assert.match(found({ remote: true }), /^note: .*admin\.remote is true.*proxy or a tunnel/);
  assert.match(found({ remote: true }, open), /^warning: .*in clear text$/);
  assert.match(found({ remote: true }, open, true), /^note: .*admin\.remote is true$/);
  // Then the main address responds to this machine only.
  assert.match(found({ remote: true, listen: "[::1]:1" }, open), /^note: .*proxy or a tunnel/);
  assert.match(found({ remote: true, listen: "10.0.0.7:1" }), /^warning: .*in clear text$/);
});

Deno.test("checkExposure() warns of a gateway that others can use, and of one that nobody can", () => {
  function exposure(server: object, auth: object): string {
    const config = configSchema.parse({ server, auth });
    const { severity, message } = only(checkExposure(gatewaySettings(config), CLEAR));
    return `${severity}: ${message}`;
  }
  const open = { host: "0.0.0.0" };
  const named = { allowed_hosts: ["gateway.example"] };
  const key = { api_key: "planted-gateway-key" };
  const off = { mode: "off" };
  assert.match(
    exposure({}, {}),
    /^ok: Only this machine.*Clients need no key, except for .*forward/,
  );
  assert.match(exposure({}, key), /^ok: .*Clients need a key, because auth\.api_key is set$/);
  assert.match(exposure({}, { mode: "strict" }), /^error: .*auth\.mode is strict.*is refused$/);
  assert.match(exposure({}, off), /^note: Only this machine.*No client needs a key/);
  assert.match(exposure(open, { ...off, ...key }), /^error: Others can spend .*"0\.0\.0\.0"/);
  assert.match(exposure(named, off), /^error: Others can spend .*"gateway\.example"/);
  assert.match(exposure(open, {}), /^error: .*"0\.0\.0\.0".*every request is refused$/);
  assert.match(exposure(named, {}), /^error: .*"gateway\.example".*every request is refused$/);
  assert.match(exposure(named, key), /^ok: .*Clients need a key/);
  assert.match(exposure(open, key), /^note: .*in clear text/);
  const config = configSchema.parse({ server: open, auth: key });
  const encrypted = only(checkExposure(gatewaySettings(config), { ...CLEAR, isEncrypted: true }));
  assert.equal(encrypted.severity, "ok");
  assert.match(encrypted.message, /, over TLS$/);
});

Deno.test("checkExposure() knows the client keys, and which of them are valid", async () => {
  using folder = tempFolder();
  using store = await openStore({ dataDir: join(folder.path, "data") });
  async function exposure(server: object, auth: object = {}): Promise<string> {
    const settings = gatewaySettings(configSchema.parse({ server, auth }));
    const clientKeys = await keyFacts(store.clientKeys);
    const found = only(checkExposure(settings, { isEncrypted: true, clientKeys }));
    return `${found.severity}: ${found.message}`;
  }
  const open = { host: "0.0.0.0" };
  assert.match(await exposure({}), /^ok: Only this machine.*Clients need no key, except/);
  assert.match(await exposure(open), /^error: .*every request is refused$/);
  const book = new KeyBook(store.clientKeys, Date);
  const settings = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };
  await book.create({ ...settings, name: "ada" });
  const asks = "Clients need a key, because a client key was made";
  assert.equal(await exposure({}), `ok: Only this machine reaches 127.0.0.1. ${asks}`);
  assert.equal(await exposure(open), `ok: ${asks}, over TLS`);
  const none = `error: ${asks}. None is valid now, so every request is refused`;
  await book.edit("ada", (key) => ({ ...key, isDisabled: true }));
  assert.equal(await exposure({}), none);
  await book.create({ ...settings, name: "bob", expiresAtMs: Date.now() - 1 });
  assert.equal(await exposure(open), none);
  await book.remove("ada");
  await book.remove("bob");
  assert.equal(await exposure({}), none);
  assert.match(await exposure({}, { api_key: "planted-gateway-key" }), /^ok: Only this machine/);
  assert.match(await exposure({}, { mode: "off" }), /^note: .*No client needs a key/);
});

Deno.test("checkExposure() says that the client keys are not known where the store cannot be used", () => {
  function exposure(auth: object): string {
    const settings = gatewaySettings(configSchema.parse({ server: { host: "0.0.0.0" }, auth }));
    const found = only(checkExposure(settings, { isEncrypted: true, clientKeys: undefined }));
    return `${found.severity}: ${found.message}`;
  }
  assert.match(exposure({}), /^note: Whether a client key was made is not known, /);
  assert.match(
    exposure({ api_key: "planted-gateway-key" }),
    /^ok: Clients need a key, because auth/,
  );
  assert.match(exposure({ mode: "off" }), /^error: Others can spend /);
});

Deno.test("checkTls() tells good files from those that end, that others read, and that do not fit", async () => {
  using folder = tempFolder();
  const pair = selfSigned(["localhost", "gateway.example"]);
  const cert = handIn(folder.path, { name: "cert.pem", text: pair.cert });
  const key = handIn(folder.path, { name: "key.pem", text: pair.key });
  const { validToMs, validFromMs } = factsOf(pair);
  const check = (server: object, now = Date.now()) =>
    checkTls(configSchema.parse({ server: { tls: { cert, key }, ...server } }), now);
  assert.deepEqual(await checkTls(configSchema.parse({})), []);
  assert.match(lines(await check({})).join(), /^tls: ok: .*valid until .*the key matches it$/);
  const names = { allowed_hosts: ["gateway.example", "other.example"] };
  assert.match(
    lines(await check(names))[1] ?? "",
    /^tls: note: .* is not valid for "other\.example",/,
  );
  for (
    const [now, severity, message] of [
      [validToMs - 3_600_000, "warning", /is valid until/],
      [validToMs, "error", /was valid until/],
      [validFromMs - 1, "error", /is not valid before/],
    ] as const
  ) {
    const finding = only(await check({}, now));
    assert.equal(finding.severity, severity);
    assert.match(finding.message, message);
  }
  const swapped = only(await check({ tls: { cert: key, key: cert } }));
  assert.deepEqual(swapped.severity, "error");
  assert.match(swapped.message, /has no certificate in PEM/);
  assert.match(only(await check({ tls: { port: 1 } })).message, /there is no certificate/);
  if (Deno.build.os === "windows") return;
  Deno.chmodSync(key, 0o644);
  const open = lines(await check({}));
  Deno.chmodSync(key, 0o600);
  assert.match(open[1] ?? "", /^tls: warning: Other users can read the key .* 644$/);
});

Deno.test("withinLimit() makes a finding of a check that hangs or breaks", async () => {
  const hangs = new Promise<never>(() => {});
  const late = only(await withinLimit(hangs, { check: "store", limitMs: 10 }));
  assert.match(late.message, /did not end within 0\.01 s/);
  const broken = Promise.reject(new Error("a reason"));
  assert.match(
    only(await withinLimit(broken, { check: "store", limitMs: 60_000 })).message,
    /: a reason$/,
  );
  const well = Promise.resolve(checkVersion());
  assert.equal(only(await withinLimit(well, { check: "store", limitMs: 60_000 })).severity, "ok");
});
