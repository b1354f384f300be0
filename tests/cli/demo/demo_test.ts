/** `pollux demo` as a process: it works as shown, whatever the user has configured. @module */
import assert from "node:assert/strict";
import { runPollux, startCommand, startGateway } from "../../support/pollux_process.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { ClientUser } from "../connect/client_user.ts";

const GENERATE = "/v1beta/models/gemini-2.5-flash:generateContent";

/** Asks a gateway something, and gives the account that answered. */
async function accountFor(url: string, text: string): Promise<string> {
  const response = await fetch(`${url}${GENERATE}`, {
    method: "POST",
    // As curl labels what it posts.
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  assert.ok(answer.candidates[0].content.parts[0].text.includes(text));
  return response.headers.get("x-pollux-account") ?? "";
}

/** The printed lines that begin with this. */
function printed(stdout: string, start: string): string[] {
  return stdout.split("\n").map((line) => line.trim()).filter((line) => line.startsWith(start));
}

/** A printed command's words, without `pollux`. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "")
    .slice(1);
}

Deno.test("demo says that answers are made up, prints lines to paste, and leaves nothing behind", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  await gateway.printed(/Stop it/);
  const [temporary, ...others] = [...Deno.readDirSync(folder.path)];
  assert.match(temporary?.name ?? "", /^pollux-demo-/);
  assert.deepEqual(others, []);
  gateway.signal("SIGTERM");
  const { code, stdout, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /an emulator inside makes up every response, not Google/);
  for (const start of [`curl ${gateway.url}/v1beta/models/`, "pip install", "npm install"]) {
    assert.ok(stdout.includes(`\n  ${start}`), start);
  }
  assert.equal(stdout.split(gateway.url).length - 1, 10, stdout);
  assert.equal(stderr, "");
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("the printed lines connect an agent to the demo, and disconnect it", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  const stdout = await gateway.printed(/Stop it/);
  const [connect = "", disconnect = ""] = [
    ...printed(stdout, "pollux connect"),
    ...printed(stdout, "pollux disconnect"),
  ];
  using user = new ClientUser();
  const { code, err } = await user.run([...wordsOf(connect), "--yes"]);
  assert.equal(code, 0, err);
  assert.ok(user.read(".claude/settings.json")?.includes(gateway.url));
  const undone = await user.run(wordsOf(disconnect));
  assert.equal(undone.code, 0, undone.err);
  assert.equal(user.read(".claude/settings.json"), undefined);
});

Deno.test("demo --tls-self-signed shows https addresses, and how clients come to trust them", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, flags: ["--tls-self-signed"] };
  await using gateway = await startGateway(options, "demo");
  assert.match(gateway.url, /^https:/);
  const text = await gateway.printed(/Stop it/);
  assert.equal(text.split(gateway.url).length - 1, 10, text);
  const path = /SSL_CERT_FILE="([^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
  const client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(path)] });
  const response = await fetch(`${gateway.url}/healthz`, { client });
  assert.deepEqual(await response.json(), { status: "ok" });
  client.close();
});

Deno.test("demo answers as pasted, whatever settings and keys the environment holds", async () => {
  using folder = tempFolder();
  const data = `${folder.path}/data`;
  const env = {
    POLLUX_AUTH_MODE: "strict",
    POLLUX_SERVER_PORT: "nonsense",
    POLLUX_MODELS_ALIASES: "{broken",
    POLLUX_MASTER_KEY_FILE: "/no/such/file",
    GEMINI_API_KEY: "planted-key",
  };
  await Deno.mkdir(`${data}.config/pollux`, { recursive: true });
  await Deno.writeTextFile(`${data}.config/pollux/config.yaml`, "broken: [");
  await using gateway = await startGateway({ dataDir: data, env }, "demo");
  assert.match(await accountFor(gateway.url, "Hello, Pollux!"), /^(?:home|cloud|work)$/);
});

Deno.test("demo's accounts take turns, one is soon exhausted, and each request is told in a line", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await using gateway = await startGateway(options, "demo");
  const served = new Set<string>();
  for (let n = 1; n <= 6; n++) served.add(await accountFor(gateway.url, `${n}: Hello, Pollux!`));
  assert.deepEqual([...served].sort(), ["cloud", "home", "work"]);
  const stdout = await gateway.printed(/2 attempts/);
  const time = String.raw`^\d\d:\d\d:\d\d  `;
  assert.match(
    stdout,
    new RegExp(`${time}home   generateContent gemini-2\\.5-flash: 200, 1 attempt$`, "m"),
  );
  assert.match(
    stdout,
    new RegExp(
      `${time}(?:cloud|work ) {2}generateContent gemini-2\\.5-flash: 200, 2 attempts; ` +
        'home: "You exceeded your current quota", back in 20s$',
      "m",
    ),
  );

  const [line = ""] = printed(stdout, "pollux status");
  assert.match(line, /^pollux status --watch --data-dir ".*pollux-demo-/);
  const words = wordsOf(line).filter((word) => word !== "--watch");
  const status = await runPollux(words, options);
  assert.equal(status.code, 0, status.stderr);
  assert.match(
    status.stdout,
    /^ {2}gemini-2\.5-flash +cooling down .*exceeded your current quota/m,
  );
  // To ask for the status is no request of the pool.
  assert.doesNotMatch(await gateway.printed(/./), /admin/);
});

testUnless(
  ON_WINDOWS,
  "the status command works as printed, with what stands for pollux",
  async () => {
    using folder = tempFolder();
    await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
    const stdout = await gateway.printed(/Stop it/);
    const lines = [...printed(stdout, "pollux() {"), ...printed(stdout, "pollux status --watch")];
    assert.equal(lines.length, 2, stdout);
    const watching = new Deno.Command("sh", {
      args: ["-c", lines.join("\n")],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(60_000),
    }).spawn();
    let shown = "";
    for await (const text of watching.stdout.pipeThrough(new TextDecoderStream())) {
      shown += text;
      // The watch ends with the demo.
      if (/^cloud +available/m.test(shown)) gateway.signal("SIGTERM");
    }
    assert.match(shown, /^cloud +available/m);
    assert.equal((await watching.status).code, 3);
  },
);

Deno.test("the printed lines add an account of each kind, which serve uses, and so does the demo", async () => {
  using folder = tempFolder();
  // Other accounts of the user's.
  const options = { dataDir: `${folder.path}/data` };
  await using gateway = await startGateway(options, "demo");
  const stdout = await gateway.printed(/Stop it/);
  const adds = printed(stdout, "pollux accounts add").map(wordsOf);
  assert.deepEqual(adds.map(([, , kind]) => kind), ["gemini-api", "vertex", "code-assist"]);
  for (const words of adds) {
    const { code, stderr } = await runPollux(words, options);
    assert.equal(code, 0, stderr);
  }
  const [serve = ""] = printed(stdout, "pollux serve");
  await using served = await startCommand(wordsOf(serve), {
    ...options,
    address: /^Pollux listens on (http:\/\/127\.0\.0\.1:\d+)$/m,
  });
  const accounts = new Set<string>();
  for (let n = 1; n <= 3; n++) accounts.add(await accountFor(served.address, `${n}: Hello`));
  assert.deepEqual([...accounts].sort(), ["my-cloud", "my-key", "my-work"]);

  const [own = ""] = printed(stdout, "pollux status").map((line) => wordsOf(line).at(-1));
  for (const words of adds) {
    const { code, stderr } = await runPollux([...words.slice(0, -1), own], options);
    assert.equal(code, 0, stderr);
  }
  const waiting = AbortSignal.timeout(30_000);
  while (!accounts.has("joined")) {
    waiting.throwIfAborted();
    const account = await accountFor(gateway.url, crypto.randomUUID());
    if (account.startsWith("my-")) accounts.add("joined");
  }
  await assert.rejects(Deno.stat(options.dataDir), Deno.errors.NotFound);
});

Deno.test("a file stays with its account in the demo: requests that name it wait for no other", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  const uploaded = await fetch(`${gateway.url}/upload/v1beta/files?uploadType=media`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "Hello",
  });
  const { file } = await uploaded.json();
  assert.equal(uploaded.headers.get("x-pollux-account"), "home", JSON.stringify(file));
  const fileData = { mimeType: "text/plain", fileUri: file.uri };
  const body = JSON.stringify({ contents: [{ parts: [{ text: "Hello" }, { fileData }] }] });
  for (const status of [200, 429]) {
    const response = await fetch(`${gateway.url}${GENERATE}`, { method: "POST", body });
    const text = await response.text();
    assert.equal(response.status, status, text);
    assert.equal(response.headers.get("x-pollux-account"), "home");
    assert.equal(text.includes("RetryInfo"), status === 429);
  }
  await gateway.printed(
    /home +media\.upload: 200[^]*home +generateContent .*: 429, 1 attempt; home: /,
  );
});

Deno.test("demo prints no lines that add accounts where they would go to a shared store", async () => {
  using folder = tempFolder();
  const env = { POLLUX_STORE_URL: "http://127.0.0.1:9", POLLUX_STORE_TOKEN: "planted-token" };
  await using gateway = await startGateway({ dataDir: `${folder.path}/data`, env }, "demo");
  const stdout = await gateway.printed(/Stop it/);
  assert.doesNotMatch(stdout, /pollux accounts add/);
  assert.match(stdout, /Your settings name a shared store/);
});
