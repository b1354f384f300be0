/** `pollux serve` with TLS, as a process: what clients and commands see, and certificates that change. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { KeyPair } from "../../../src/daemon/tls/key_pair.ts";
import { selfSigned } from "../../../src/daemon/tls/self_signed.ts";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../../support/pollux_process.ts";
import { fetchTrusting, NEW_PAIR, OLD_PAIR, shownPair } from "../../daemon/tls/tls_places.ts";
import { within } from "../../support/deadline.ts";
import { handIn } from "../../support/hand_in.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const PATIENCE_MS = 30_000;

const PROMPT = JSON.stringify({ contents: [{ parts: [{ text: "Which twin is mortal?" }] }] });

/** A folder with the old pair in files, and an emulator with an account there. */
async function openPlace() {
  await using started = new AsyncDisposableStack();
  const emulator: Emulator = started.use(await startEmulator());
  const folder = started.use(tempFolder());
  const options: PolluxOptions = { dataDir: `${folder.path}/data` };
  const words = ["accounts", "add", "gemini-api", "first", "--key-env", "KEY"];
  const { code, stderr } = await runPollux([...words, "--base-url", emulator.url], {
    ...options,
    env: { KEY: emulator.addApiKey("first") },
  });
  assert.equal(code, 0, stderr);
  function write({ cert, key }: KeyPair): Record<string, string> {
    return {
      POLLUX_SERVER_TLS_CERT: handIn(folder.path, { name: "cert.pem", text: cert }),
      POLLUX_SERVER_TLS_KEY: handIn(folder.path, { name: "key.pem", text: key }),
    };
  }
  const env = write(OLD_PAIR);
  const place = started.move();
  return { options, env, write, [Symbol.asyncDispose]: () => place.disposeAsync() };
}

async function generate(url: string): Promise<string> {
  const path = "/v1beta/models/gemini-2.5-flash:generateContent";
  const init = { method: "POST", body: PROMPT };
  const response = await fetchTrusting([OLD_PAIR], `${url}${path}`, init);
  assert.equal(response.status, 200);
  return response.headers.get("x-pollux-account") ?? "";
}

/** Where a client is told to continue an upload. */
async function uploadAddress(url: string): Promise<string> {
  const response = await fetchTrusting([OLD_PAIR], `${url}/upload/v1beta/files`, {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
    body: "{}",
  });
  assert.equal(response.status, 200);
  return response.headers.get("x-goog-upload-url") ?? "";
}

async function accountNames(options: PolluxOptions): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runPollux(["status", "--json"], options);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).accounts.map(({ name }: { name: string }) => name);
}

async function stop(gateway: Gateway): Promise<{ stdout: string; stderr: string }> {
  gateway.signal("SIGTERM");
  const { code, ...printed } = await gateway.ended;
  assert.equal(code, 0, printed.stderr);
  return printed;
}

Deno.test("serve with a certificate and a key has https on server.port, and commands find it there", async () => {
  await using place = await openPlace();
  const { options, env } = place;
  await using gateway = await startGateway({ ...options, env });
  assert.match(gateway.url, /^https:/);
  assert.equal(await generate(gateway.url), "first");
  // Over HTTP/2 too, a client may call this machine by its name.
  assert.equal(await generate(gateway.url.replace("127.0.0.1", "localhost")), "first");
  const address = await uploadAddress(gateway.url);
  assert.ok(address.startsWith(`${gateway.url}/`), address);
  assert.deepEqual(await accountNames(options), ["first"]);
  const { port } = new URL(gateway.url);
  const served = { ...env, POLLUX_SERVER_PORT: port };
  const doctor = await runPollux(["doctor"], { ...options, env: served });
  assert.match(doctor.stdout, /^ok +tls: .*and the key matches it$/m);
  assert.match(
    doctor.stdout,
    new RegExp(`^ok +port: The gateway has 127\\.0\\.0\\.1:${port}$`, "m"),
  );
  const second = await runPollux(["serve"], { dataDir: `${options.dataDir}2`, env: served });
  assert.match(second.stderr, /another Pollux has this port/);
  await stop(gateway);
});

Deno.test("serve with server.tls.port has https there, and http on server.port", async () => {
  await using place = await openPlace();
  const { options, env } = place;
  const both = { ...env, POLLUX_SERVER_TLS_PORT: "0" };
  await using gateway = await startGateway({ ...options, env: both });
  assert.match(gateway.url, /^http:/);
  const printed = await gateway.printed(/It serves requests/);
  const secure = /^Pollux listens on (https:\S+)$/m.exec(printed)?.[1] ?? assert.fail(printed);
  for (const url of [gateway.url, secure]) {
    assert.equal(await generate(url), "first");
    assert.ok((await uploadAddress(url)).startsWith(`${url}/`));
  }
  assert.deepEqual(await accountNames(options), ["first"]);
  await stop(gateway);
});

Deno.test("serve shows a changed certificate to new connections, and keeps the former one when it is bad", async () => {
  await using place = await openPlace();
  const { options, env, write } = place;
  await using gateway = await startGateway({ ...options, env });
  assert.equal(await shownPair(gateway.url), "old");
  write({ cert: OLD_PAIR.cert, key: NEW_PAIR.key });
  await gateway.logged(/certificate was refused, the former one stays in use.*another certificate/);
  assert.equal(await shownPair(gateway.url), "old");
  await Deno.remove(env["POLLUX_SERVER_TLS_KEY"] ?? "");
  await gateway.logged(/former one stays in use.*server\.tls\.key names: it does not exist/);
  assert.equal(await shownPair(gateway.url), "old");
  write(NEW_PAIR);
  await gateway.logged(/The certificate has changed; new connections use it/);
  await within(PATIENCE_MS, untilNew(gateway.url), { what: "The new certificate" });
  // Commands know the new one.
  assert.deepEqual(await accountNames(options), ["first"]);
  const { stdout, stderr } = await stop(gateway);
  assert.doesNotMatch(stdout + stderr, /PRIVATE KEY/);
});

async function untilNew(url: string): Promise<void> {
  while (await shownPair(url) !== "new");
}

Deno.test("serve --tls-self-signed makes a certificate, says where it is, and never writes its key", async () => {
  await using place = await openPlace();
  const { options } = place;
  await using gateway = await startGateway({ ...options, flags: ["--tls-self-signed"] });
  assert.match(gateway.url, /^https:/);
  const printed = await gateway.printed(/It serves requests/);
  const path = /SSL_CERT_FILE="([^"]+)"/.exec(printed)?.[1] ?? assert.fail(printed);
  assert.equal(path, join(options.dataDir, "self-signed.pem"));
  const text = await Deno.readTextFile(path);
  assert.doesNotMatch(text, /KEY/);
  const response = await fetchTrusting([{ cert: text, key: "" }], `${gateway.url}/healthz`);
  assert.equal(response.status, 200);
  assert.deepEqual(await accountNames(options), ["first"]);
  await stop(gateway);
});

Deno.test("serve refuses TLS that cannot work, and says what to do", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  const other = selfSigned(["localhost"]);
  const files = {
    POLLUX_SERVER_TLS_CERT: handIn(folder.path, { name: "cert.pem", text: OLD_PAIR.cert }),
    POLLUX_SERVER_TLS_KEY: handIn(folder.path, { name: "key.pem", text: other.key }),
  };
  const cases: readonly (readonly [Record<string, string>, readonly string[], RegExp])[] = [
    [files, [], /the key belongs to another certificate\. Check server\.tls\.cert/],
    [files, ["--tls-self-signed"], /leave out --tls-self-signed/],
    [{ POLLUX_SERVER_TLS_PORT: "8443" }, [], /server\.tls\.port is set, but .* no certificate/],
    [{ POLLUX_SERVER_TLS_KEY: "/key.pem" }, [], /server\.tls\.cert: is missing/],
  ];
  for (const [env, flags, reason] of cases) {
    const { code, stderr } = await runPollux(["serve", "--port", "0", ...flags], {
      ...options,
      env,
    });
    assert.notEqual(code, 0);
    assert.match(stderr, reason);
    assert.doesNotMatch(stderr, /\bat .*\.ts/);
  }
});
