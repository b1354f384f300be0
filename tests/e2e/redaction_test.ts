/**
 * What an upstream, a token endpoint and a client say reaches no door with a secret, an address or a control
 * character in it; a good response reaches the client as it came.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setTimeout as delay } from "node:timers/promises";
import { findPlanted, hasPlanted } from "../../scripts/find_planted.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { call } from "../support/gemini_call.ts";
import { handIn } from "../support/hand_in.ts";
import { planted } from "../support/planted.ts";
import { rawRequest } from "../support/raw_http.ts";
import { eventStream, startTestUpstream } from "../support/test_upstream.ts";
import { type PolluxOptions, runPollux, startGateway } from "../support/pollux_process.ts";

const KEY = planted("key/with+signs=and%41");
const GATEWAY_KEY = planted("gateway-key");
const REFRESH_TOKEN = planted("refresh-token/1");

/** What harms a terminal. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNFIT = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

/** Far more than anything here takes, on a busy machine too. */
const LIMIT_MS = 30_000;

/** The gateway's key, as far as an upstream says it. */
let gatewayKey = "";

/** What an upstream may say of an account, in every spelling. */
function wordsOf(secret: string): string {
  return [
    "Consumer",
    `api_key:${secret}`,
    encodeURIComponent(secret),
    JSON.stringify({ secret }),
    Buffer.from(secret).toString("base64"),
    Buffer.from(`user:${secret}`).toString("base64url"),
    gatewayKey,
    planted("ada@münchen.example"),
    `\\${planted("l@b.c")}`,
    `"${planted("q l")}"@b.io`,
    planted("x%40b.io"),
    planted("y\\u0040b.io"),
    "\x1b[31m\x9b1m\u202e\u2066",
    "is suspended",
  ].join(" ");
}

function errorWith(secret: string) {
  const words = wordsOf(secret);
  const details = [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "CONSUMER_SUSPENDED",
    "metadata": { [words]: words, [planted("name@b.io")]: { list: [secret] } },
  }];
  return { error: { code: 403, status: "PERMISSION_DENIED", message: words, details } };
}

const CONTENT = {
  candidates: [{
    content: { role: "model", parts: [{ text: `${wordsOf(KEY)} ${GATEWAY_KEY}` }] },
    finishReason: "STOP",
  }],
};

/** Whatever a call to a model of that name is answered with. */
function answer(request: Request): Response {
  const { pathname } = new URL(request.url);
  const model = /models\/([\w-]+)/.exec(pathname)?.[1] ?? "";
  switch (model) {
    case "good":
      return pathname.includes(":stream") ? eventStream(CONTENT) : Response.json(CONTENT);
    case "plain":
      return new Response(`Oops: ${wordsOf(KEY)}`, { status: 400 });
    case "stream-before":
      return eventStream(errorWith(KEY));
    case "text-error":
      return eventStream({ error: wordsOf(KEY) });
    case "error-with-200":
      return Response.json(errorWith(KEY));
    case "stream-after":
      return eventStream(CONTENT, errorWith(KEY));
    default:
      return Response.json(errorWith(KEY), { status: 403 });
  }
}

/** All that a test got to see, to be looked through at the end. */
class Doors {
  readonly #seen: (readonly [door: string, text: string])[] = [];

  add(door: string, text: string): string {
    this.#seen.push([door, text]);
    return text;
  }

  assertClean(): void {
    for (const [door, text] of this.#seen) {
      assert.ok(!hasPlanted(Buffer.from(text)), `${door}: ${text}`);
      assert.doesNotMatch(text, /(ada|\bl|q l"|x|y|name)(@|%40|\\u0040)|münchen/, door);
      assert.doesNotMatch(text, UNFIT, door);
    }
  }
}

function deepText(json: string): string {
  const texts: string[] = [];
  JSON.parse(json, (name, value) => {
    texts.push(name, String(value));
    return value;
  });
  return texts.join(" ");
}

const CALLS = [
  ["refused", "generateContent"],
  ["refused", "countTokens"],
  ["plain", "generateContent"],
  ["stream-before", "streamGenerateContent"],
  ["text-error", "streamGenerateContent"],
  ["error-with-200", "generateContent"],
  ["error-with-200", "countTokens"],
] as const;

/** Waits until the gateway knows that the account's rests are over, which it does within two seconds. */
async function untilUsed(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const startMs = performance.now();
  while (true) {
    const response = await call(url, { model: "good", headers });
    await response.text();
    if (response.status === 200) return;
    assert.ok(
      performance.now() - startMs < LIMIT_MS,
      `The account is not used: ${response.status}`,
    );
    await delay(100);
  }
}

for (const format of ["json", "text"]) {
  Deno.test(`What upstream says reaches no door with a secret in it (the log as ${format})`, async () => {
    gatewayKey = GATEWAY_KEY;
    await using upstream = startTestUpstream(answer);
    using folder = tempFolder();
    const doors = new Doors();
    const options: PolluxOptions = {
      dataDir: `${folder.path}/data`,
      env: { POLLUX_AUTH_API_KEY: GATEWAY_KEY, POLLUX_LOG_FORMAT: format, E2E_KEY: KEY },
    };
    async function pollux(...words: string[]): Promise<string> {
      const { stdout, stderr } = await runPollux(words, options);
      return doors.add(words.join(" "), stdout + stderr);
    }
    const url = ["--base-url", upstream.url];
    await pollux("accounts", "add", "gemini-api", "one", "--key-env", "E2E_KEY", ...url);
    {
      await using gateway = await startGateway(options);
      const headers = { "x-goog-api-key": GATEWAY_KEY };
      for (const [model, method] of CALLS) {
        const response = await call(gateway.url, { model, method, headers });
        const text = await response.text();
        const isStream = response.headers.get("content-type")?.includes("event-stream");
        doors.add(`${model}:${method}`, isStream ? text : deepText(text));
        doors.add("headers", JSON.stringify([...response.headers]));
        await pollux("status");
        await pollux("status", "--json");
        // The account is used again: what was said last is kept.
        await pollux("accounts", "enable", "one");
        await untilUsed(gateway.url, headers);
      }
      const list = await fetch(`${gateway.url}/v1beta/models`, { headers });
      doors.add("models", deepText(await list.text()));
      for (const method of ["generateContent", "streamGenerateContent"] as const) {
        const good = await call(gateway.url, { model: "good", method, headers });
        const json = (await good.text()).replace(/^data: /, "");
        assert.deepEqual(JSON.parse(json), CONTENT);
      }
      const after = await call(gateway.url, {
        model: "stream-after",
        method: "streamGenerateContent",
        headers,
      });
      const [content = "", ...errors] = (await after.text()).split("\n\n");
      assert.deepEqual(JSON.parse(content.replace(/^data: /, "")), CONTENT);
      assert.match(errors.join(""), /is suspended/);
      doors.add("error within a stream", errors.join("\n"));
      const asModel = encodeURIComponent(planted("m@b.io") + GATEWAY_KEY);
      const named = await call(gateway.url, { model: asModel, headers });
      doors.add("model", deepText(await named.text()));
      doors.add("x-pollux-model", JSON.stringify([...named.headers]));
      for (const path of [`/%E2%80%AE${planted("p@b.io")}`, `/${GATEWAY_KEY}`, "/%C2%9B31m"]) {
        const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
          `x-goog-api-key: ${GATEWAY_KEY}\r\n\r\n`;
        doors.add(
          "path",
          deepText((await rawRequest(Number(new URL(gateway.url).port), request)).body),
        );
      }
      gateway.signal("SIGTERM");
      const { stdout, stderr } = await gateway.ended;
      assert.match(stderr, /is suspended/);
      doors.add("log", stdout + stderr);
    }
    // Its key is none of the commands' business, who therefore do not know it.
    gatewayKey = "";
    const tested = await pollux("accounts", "test");
    assert.match(tested, /api_key:\*\*\*/);
    await pollux("accounts", "test", "--json");
    await pollux("accounts", "list");
    await pollux("doctor");
    await pollux("doctor", "--json");
    for (const form of [[], ["--json"], ["--csv"]]) await pollux("usage", "--by", "model", ...form);
    doors.assertClean();
    assert.deepEqual((await findPlanted(folder.path)).leaks, []);
  });
}

Deno.test("Nothing that a user hands in makes a terminal obey it", async () => {
  using folder = tempFolder();
  const doors = new Doors();
  const options: PolluxOptions = { dataDir: `${folder.path}/data` };
  async function pollux(...words: string[]): Promise<string> {
    const { stdout, stderr } = await runPollux(words, options);
    return doors.add(words[1] ?? "", stdout + stderr);
  }
  const evil = "\x1b]0;title\x07\x9b31m\u202e\u2066";
  assert.match(await pollux("config", "check", `${folder.path}/${evil}`), /\\u001b.*\\u202e/);
  const text = JSON.stringify({ type: `authorized_user${evil}`, project_id: evil });
  const file = handIn(folder.path, { name: "evil.json", text });
  await pollux("accounts", "import", file);
  await pollux("accounts", "import", "--from", "adc", file);
  const key = { name: `one${evil}`, kind: "gemini-api", api_key: KEY, email: evil };
  const list = handIn(folder.path, { name: "keys.json", text: JSON.stringify([key]) });
  await pollux("accounts", "import", list);
  const yaml = handIn(folder.path, {
    name: "evil.yaml",
    text: `${JSON.stringify(evil)}: {a: 1}\n`,
  });
  assert.match(await pollux("config", "check", yaml), /Unknown section: .*\\u202e/);
  doors.assertClean();
});

Deno.test("What a token endpoint says reaches no door with a secret in it", async () => {
  gatewayKey = "";
  await using emulator = await startEmulator();
  await using endpoint = startTestUpstream(() =>
    Response.json({
      error: "invalid_grant",
      error_description: wordsOf(REFRESH_TOKEN),
    }, { status: 400 })
  );
  using folder = tempFolder();
  const doors = new Doors();
  const options: PolluxOptions = { dataDir: `${folder.path}/data` };
  async function pollux(...words: string[]): Promise<string> {
    const { stdout, stderr } = await runPollux(words, options);
    return doors.add(words.join(" "), stdout + stderr);
  }
  const text = JSON.stringify({
    ...emulator.addUser("user"),
    refresh_token: REFRESH_TOKEN,
    token_uri: `${endpoint.url}/token`,
  });
  const file = handIn(folder.path, { name: "user.json", text });
  const add = ["accounts", "add", "code-assist", "user", "--credentials", file, "--yes"];
  await pollux(...add, "--project", "p", "--base-url", emulator.url);
  {
    await using gateway = await startGateway(options);
    const response = await call(gateway.url);
    assert.equal(response.status, 401);
    const said = doors.add("response", deepText(await response.text()));
    assert.match(said, /is suspended|api_key:\*\*\*/);
    await gateway.logged(/was disabled/);
    assert.match(await pollux("status", "--json"), /api_key:\*\*\*/);
    gateway.signal("SIGTERM");
    const { stdout, stderr } = await gateway.ended;
    doors.add("log", stdout + stderr);
  }
  for (const words of [["list"], ["list", "--json"], ["show", "user"], ["test"]]) {
    await pollux("accounts", ...words);
  }
  await pollux("doctor");
  const all = await pollux("accounts", "show", "user", "--json");
  assert.match(all, /api_key:\*\*\*/);
  doors.assertClean();
  assert.deepEqual((await findPlanted(folder.path)).leaks, []);
});
