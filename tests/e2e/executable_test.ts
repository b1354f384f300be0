/**
 * Pollux as a process, from end to end: what a user types, what the network sees, what stays on the
 * disk.
 *
 * @module
 */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";

const MODEL = "gemini-2.5-flash";

/**
 * How long a running gateway may take to notice a change that the command line made, in ms. It looks
 * twice a second or so, but not on a machine that is busy with other tests.
 */
const NOTICE_LIMIT_MS = 30_000;

/** An emulated Google and a data folder, both gone with the scope. */
interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly dataDir: string;
}

async function openPlace(): Promise<Place> {
  const emulator = await startEmulator();
  const folder = tempFolder();
  return {
    emulator,
    folder: folder.path,
    dataDir: `${folder.path}/data`,
    async [Symbol.asyncDispose]() {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

async function addKeyAccount(place: Place, name: string): Promise<string> {
  const key = place.emulator.addApiKey(name);
  const words = ["accounts", "add", "gemini-api", name, "--key-env", "E2E_KEY"];
  const result = await runPollux([...words, "--base-url", place.emulator.url], {
    dataDir: place.dataDir,
    env: { E2E_KEY: key },
  });
  assert.equal(result.code, 0, result.stderr);
  assert.ok(!result.stdout.includes(key));
  return key;
}

async function addUserAccount(place: Place, name: string): Promise<void> {
  const credentials = handIn(place.folder, {
    name: `${name}.json`,
    text: JSON.stringify(place.emulator.addUser(name)),
  });
  const words = ["accounts", "add", "code-assist", name, "--credentials", credentials, "--yes"];
  const result = await runPollux([...words, "--base-url", place.emulator.url], place);
  assert.equal(result.code, 0, result.stderr);
}

async function post(gateway: Gateway, method: string, text: string): Promise<Response> {
  return await fetch(`${gateway.url}/v1beta/models/${MODEL}:${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ contents: [{ role: "user", parts: [{ text }] }] }),
  });
}

/** Asks, and gives the name of the account that answered. */
async function accountFor(gateway: Gateway, text: string): Promise<string> {
  const response = await post(gateway, "generateContent", text);
  const body = await response.text();
  assert.equal(response.status, 200, body);
  return response.headers.get("x-pollux-account") ?? "";
}

async function accountsFor(
  gateway: Gateway,
  texts: readonly string[],
): Promise<Map<string, string>> {
  const accounts = new Map<string, string>();
  for (const text of texts) accounts.set(text, await accountFor(gateway, text));
  return accounts;
}

async function listedAccounts(place: Place): Promise<string[]> {
  const { code, stdout, stderr } = await runPollux(["accounts", "list", "--json"], place);
  assert.equal(code, 0, stderr);
  const names = JSON.stringify(JSON.parse(stdout)).matchAll(/"name":"([^"]+)"/g);
  return [...names].map(([, name = ""]) => name).toSorted();
}

/** Resolves when nothing listens at the gateway's address any more. */
async function untilRefused(gateway: Gateway): Promise<void> {
  const { hostname, port } = new URL(gateway.url);
  while (true) {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test("version prints the version that deno.json states", async () => {
  await using place = await openPlace();
  const result = await runPollux(["version"], place);
  assert.deepEqual(result, { code: 0, stdout: `pollux ${manifest.version}\n`, stderr: "" });
});

Deno.test("serve answers through accounts of both kinds, streaming and not, and tells no secret", async () => {
  await using place = await openPlace();
  const key = await addKeyAccount(place, "key-account");
  await addUserAccount(place, "user-account");
  assert.deepEqual(await listedAccounts(place), ["key-account", "user-account"]);

  await using gateway = await startGateway(place);
  const health = await fetch(`${gateway.url}/healthz`);
  assert.equal(health.status, 200);
  assert.equal((await health.json()).status, "ok");

  // The least recently used account answers a new conversation, so two of them reach both.
  const answered: (string | null)[] = [];
  for (const text of ["A first conversation", "Another conversation"]) {
    const whole = await post(gateway, "generateContent", text);
    assert.equal(whole.status, 200);
    assert.equal(typeof (await whole.json()).candidates[0].content.parts[0].text, "string");

    const stream = await post(gateway, "streamGenerateContent?alt=sse", text);
    assert.equal(stream.status, 200);
    assert.match(stream.headers.get("content-type") ?? "", /^text\/event-stream/);
    assert.match(await stream.text(), /^(data: \{"candidates".*\}\n\n)+$/);
    answered.push(whole.headers.get("x-pollux-account"));
    assert.equal(stream.headers.get("x-pollux-account"), answered.at(-1));
  }
  assert.deepEqual(answered.toSorted(), ["key-account", "user-account"]);

  gateway.signal("SIGTERM");
  const { code, stdout, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  assert.ok(!(stdout + stderr).includes(key));
});

Deno.test("SIGTERM lets a stream in flight end, takes no new connection, and exits with 0", async () => {
  await using place = await openPlace();
  await addKeyAccount(place, "only");
  const chunks = ["one ", "two ", "three ", "four ", "five"];
  place.emulator.script("only", [{ type: "ok", chunks, chunkDelayMs: 250 }]);

  await using gateway = await startGateway(place);
  const response = await post(gateway, "streamGenerateContent?alt=sse", "Count to five, slowly");
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? "";
  gateway.signal("SIGTERM");
  await untilRefused(gateway);
  assert.ok(text.includes("one") && !text.includes("five"), text);

  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += chunk.value;
    assert.ok(!text.includes('"error"'), text);
  }
  for (const chunk of chunks) assert.ok(text.includes(chunk.trim()), text);
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
});

Deno.test("Accounts and conversations outlive SIGTERM and kill -9", async () => {
  await using place = await openPlace();
  await addKeyAccount(place, "first");
  await addKeyAccount(place, "second");
  const conversations = ["one", "two", "three", "four"].map((name) => `Conversation ${name}`);
  let before: Map<string, string>;
  {
    await using gateway = await startGateway(place);
    before = await accountsFor(gateway, conversations);
    assert.deepEqual([...before.values()].toSorted(), ["first", "first", "second", "second"]);
    gateway.signal("SIGTERM");
    assert.equal((await gateway.ended).code, 0);
  }
  // Asked account by account: without its memory the gateway would alternate between them.
  const regrouped = conversations.toSorted((a, b) =>
    (before.get(a) ?? "").localeCompare(before.get(b) ?? "")
  );
  {
    await using gateway = await startGateway(place);
    assert.deepEqual(await accountsFor(gateway, regrouped), before);
    await addKeyAccount(place, "third");
    gateway.signal("SIGKILL");
    await gateway.ended;
  }
  await using gateway = await startGateway(place);
  assert.deepEqual(await accountsFor(gateway, regrouped), before);
  assert.deepEqual(await listedAccounts(place), ["first", "second", "third"]);
});

Deno.test("Files of the data folder are for the owner only while the gateway runs", async () => {
  await using place = await openPlace();
  await addKeyAccount(place, "only");
  await using gateway = await startGateway(place);
  await accountFor(gateway, "Write something down");

  const modes: Record<string, string> = { ".": modeOf(await Deno.stat(place.dataDir)) };
  for await (const { name } of Deno.readDir(place.dataDir)) {
    modes[name] = modeOf(await Deno.stat(`${place.dataDir}/${name}`));
  }
  const { ".": folder, ...files } = modes;
  assert.equal(folder, "700");
  assert.ok(Object.keys(files).length >= 3, JSON.stringify(files));
  assert.deepEqual(new Set(Object.values(files)), new Set(["600"]), JSON.stringify(files));
});

Deno.test("serve refuses a data folder on which another gateway runs", async () => {
  await using place = await openPlace();
  await using _gateway = await startGateway(place);
  await assert.rejects(
    async () => {
      await using _second = await startGateway(place);
    },
    /ended with code 1: .*Another Pollux is running on the data folder/,
  );
});

Deno.test("A running gateway uses an account soon after it was added", async () => {
  await using place = await openPlace();
  await using gateway = await startGateway(place);
  const refusal = await post(gateway, "generateContent", "Is anybody there?");
  assert.equal(refusal.status, 400);
  const { error } = await refusal.json();
  assert.equal(error.status, "FAILED_PRECONDITION");
  assert.match(error.message, /pollux accounts add/);

  await addKeyAccount(place, "late");
  const added = performance.now();
  let response = await post(gateway, "generateContent", "Is anybody there now?");
  while (response.status !== 200 && performance.now() - added < NOTICE_LIMIT_MS) {
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    response = await post(gateway, "generateContent", "Is anybody there now?");
  }
  assert.equal(response.status, 200, await response.text());
  assert.equal(response.headers.get("x-pollux-account"), "late");
});

Deno.test("demo answers with nothing configured and leaves nothing on the disk", async () => {
  await using place = await openPlace();
  await using gateway = await startGateway(place, "demo");
  assert.match(await accountFor(gateway, "Hello, Pollux!"), /^(?:home|cloud|work)$/);
  const stream = await post(gateway, "streamGenerateContent?alt=sse", "Hello again, Pollux!");
  assert.match(await stream.text(), /^(data: \{.*\}\n\n)+$/);
  gateway.signal("SIGTERM");
  const { code, stdout } = await gateway.ended;
  assert.equal(code, 0);
  assert.match(stdout, /makes up every response/);
  await assert.rejects(Deno.stat(place.dataDir), Deno.errors.NotFound);
});

function modeOf({ mode }: Deno.FileInfo): string {
  return ((mode ?? 0) & 0o777).toString(8);
}
