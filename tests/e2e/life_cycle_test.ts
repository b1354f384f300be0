/** How `pollux serve` begins and ends, as a process. @module */
import assert from "node:assert/strict";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { within } from "../support/deadline.ts";
import { call } from "../support/gemini_call.ts";
import { RESPONSE, scriptedStream, startTestUpstream } from "../support/test_upstream.ts";
import { untilRefused } from "../support/until_refused.ts";

/** Far more than anything here takes, on a busy machine too. */
const LIMIT_MS = 30_000;

const EVENT = `data: ${JSON.stringify(RESPONSE)}\r\n\r\n`;

const STREAM = { method: "streamGenerateContent", query: "?alt=sse" } as const;

async function addAccounts(options: PolluxOptions, url: string, names: readonly string[]) {
  for (const name of names) {
    const words = ["accounts", "add", "gemini-api", name, "--key-env", "KEY", "--base-url", url];
    const { code, stderr } = await runPollux(words, { ...options, env: { KEY: `key-${name}` } });
    assert.equal(code, 0, stderr);
  }
}

/** The account that answers to a conversation. */
async function accountFor({ url }: Gateway, text: string): Promise<string | null> {
  const { headers, body } = await call(url, { text });
  await body?.cancel();
  return headers.get("x-pollux-account");
}

/** What the log says of a stream that was complete. */
function streamIn(log: string): Record<string, unknown> | undefined {
  const entries: Record<string, unknown>[] = log.trim().split("\n").map((line) => JSON.parse(line));
  return entries.find(({ method }) => method === "streamGenerateContent");
}

for (const name of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`serve drains at ${name}: no new connection, streams finish, all is written, exit 0`, async () => {
    using folder = tempFolder();
    const options = { dataDir: `${folder.path}/data` };
    const stream = scriptedStream();
    await using google = startTestUpstream(({ url }) =>
      url.includes(":stream") ? stream.response : Response.json(RESPONSE)
    );
    await addAccounts(options, google.url, ["one", "two"]);
    await using gateway = await startGateway(options);
    stream.write(EVENT);
    const begun = await call(gateway.url, { ...STREAM, text: "the stream" });
    const account = begun.headers.get("x-pollux-account");
    const other = await accountFor(gateway, "another conversation");
    assert.notEqual(other, account);

    gateway.signal(name);
    await within(LIMIT_MS, untilRefused(gateway.url), { what: "The end of listening" });
    stream.write(EVENT);
    stream.end();
    const events = (await begun.text()).trim().split("\n\n");
    assert.deepEqual(events.map((event) => JSON.parse(event.slice(6))), [RESPONSE, RESPONSE]);
    const { code, stderr } = await within(LIMIT_MS, gateway.ended, { what: "The end" });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /"Stopping; requests in flight: 1"/);
    const { status, tokensIn, tokensOut, failure } = streamIn(stderr) ?? {};
    assert.deepEqual([status, tokensIn, tokensOut, failure], [200, 1, 2, undefined]);

    // The first of the two in turn would be the same for both, did it not remember.
    await using again = await startGateway(options);
    assert.equal(await accountFor(again, "another conversation"), other);
    assert.equal(await accountFor(again, "the stream"), account);
  });

  Deno.test(`serve ends at once, with 1, at a second ${name}`, async () => {
    using folder = tempFolder();
    const options = { dataDir: `${folder.path}/data` };
    const stream = scriptedStream();
    await using google = startTestUpstream(({ method }) =>
      method === "GET" ? Response.json({ models: [] }) : stream.response
    );
    await addAccounts(options, google.url, ["one"]);
    await using gateway = await startGateway(options);
    stream.write(EVENT);
    const begun = await call(gateway.url, STREAM);
    gateway.signal(name);
    await within(LIMIT_MS, untilRefused(gateway.url), { what: "The end of listening" });
    gateway.signal(name);
    assert.equal((await within(LIMIT_MS, gateway.ended, { what: "The end" })).code, 1);
    await assert.rejects(begun.text());
    stream.end();
  });
}

Deno.test("serve ends, after its drain timeout, with an error what still runs, and logs it", async () => {
  using folder = tempFolder();
  const options = {
    dataDir: `${folder.path}/data`,
    env: { POLLUX_SERVER_DRAIN_TIMEOUT: "200ms" },
  };
  const stream = scriptedStream();
  await using google = startTestUpstream(({ method }) =>
    method === "GET" ? Response.json({ models: [] }) : stream.response
  );
  await addAccounts(options, google.url, ["one"]);
  await using gateway = await startGateway(options);
  stream.write(EVENT);
  const begun = await call(gateway.url, STREAM);
  gateway.signal("SIGTERM");
  // The client must not take half a response for a whole one.
  assert.match(await begun.text(), /^data: \{.*\n\n.*The gateway was stopped before the response/s);
  const { code, stderr } = await within(LIMIT_MS, gateway.ended, { what: "The end" });
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /"level":"warning",.*"Requests cut off, because they took longer than server\.drain_timeout: 1"/,
  );
  assert.match(
    String(streamIn(stderr)?.["failure"]),
    /^The gateway was stopped before the response/,
  );
  assert.doesNotMatch(stderr, /\n\s+at /);
  stream.end();
});

Deno.test("serve ends in time though a client does not read what it is told", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { POLLUX_SERVER_DRAIN_TIMEOUT: "200ms" } };
  const big = { candidates: [{ content: { parts: [{ text: "x".repeat(20_000_000) }] } }] };
  const stream = scriptedStream();
  await using google = startTestUpstream(({ method }) =>
    method === "GET" ? Response.json({ models: [] }) : stream.response
  );
  await addAccounts(options, google.url, ["one"]);
  await using gateway = await startGateway(options);
  stream.write(`data: ${JSON.stringify(big)}\r\n\r\n`);
  const begun = await call(gateway.url, STREAM);
  gateway.signal("SIGTERM");
  const { code, stderr } = await within(LIMIT_MS, gateway.ended, { what: "The end" });
  assert.equal(code, 0, stderr);
  await assert.rejects(begun.text());
  stream.end();
});

interface Holder {
  /** What it answers; undefined for a program that says nothing. */
  readonly answer: Response | undefined;
  readonly words: string;
}

const HOLDERS: Readonly<Record<string, Holder>> = {
  "a web server that names itself": {
    answer: new Response("hello", { headers: { server: 'ngin"x/1.2' } }),
    words: 'another program ("nginx/1.2")',
  },
  "a web server that does not": { answer: new Response("hello"), words: "another program" },
  "a program that says nothing": { answer: undefined, words: "another program" },
};

for (const [who, { answer, words }] of Object.entries(HOLDERS)) {
  Deno.test(`serve says that its port is taken by ${who}`, async () => {
    using folder = tempFolder();
    await using server = answer === undefined ? silentServer() : Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => answer.clone(),
    );
    const { port } = server.addr;
    const { code, stdout, stderr } = await runPollux(["serve", "--port", `${port}`], {
      dataDir: `${folder.path}/data`,
    });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `Error: Cannot listen on 127.0.0.1:${port}: ${words} has this port. ` +
        "Stop it, or choose another port with --port\n",
    );
    assert.equal(stdout, "");
  });
}

/** A server that accepts connections and says nothing. */
function silentServer(): AsyncDisposable & { readonly addr: Deno.NetAddr } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    addr: listener.addr,
    [Symbol.asyncDispose]() {
      listener.close();
      return Promise.resolve();
    },
  };
}

for (const mode of ["off", "strict"]) {
  Deno.test(`serve says that its port is taken by another Pollux, whose auth is ${mode}`, async () => {
    using folder = tempFolder();
    await using gateway = await startGateway({
      dataDir: `${folder.path}/one`,
      env: { POLLUX_AUTH_MODE: mode, POLLUX_AUTH_API_KEY: "planted-key" },
    });
    const { port } = new URL(gateway.url);
    const second = await runPollux(["serve", "--port", port], { dataDir: `${folder.path}/two` });
    assert.equal(second.code, 1);
    assert.match(second.stderr, /: another Pollux has this port\. Stop it, or choose another/);
  });
}

Deno.test("serve refuses a data folder on which another Pollux runs, and names the way out", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await using _gateway = await startGateway(options);
  const { code, stderr } = await runPollux(["serve", "--port", "0"], options);
  assert.equal(code, 1);
  assert.equal(
    stderr,
    `Error: Another Pollux is running on the data folder "${options.dataDir}"; ` +
      "stop it first, or choose another folder with --data-dir\n",
  );
});
