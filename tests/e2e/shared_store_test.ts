/** Several gateways on one KV Connect server. @module */
import assert from "node:assert/strict";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { parseCredentialsFile } from "../../src/accounts/credentials/credentials_file.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../src/emulator/emulator.ts";
import type { Store } from "../../src/store/open_store.ts";
import { COOL_DOWNS } from "../../src/pool/cool_downs/kept_cool_downs.ts";
import { SESSIONS } from "../../src/pool/sessions/kept_sessions.ts";
import { within } from "../support/deadline.ts";
import { call, textOf } from "../support/gemini_call.ts";
import { readKept } from "../support/kept.ts";
import { startKvRelay } from "../support/kv_server.ts";
import { type Gateway, runPollux } from "../support/pollux_process.ts";
import { prepareKvServer } from "../support/prepare_kv_server.ts";
import { SharedStore } from "../support/shared_store.ts";
import { leaveOut } from "../support/left_out.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/**
 * So many reads bring a gateway surely up to date: it asks for accounts and for news, in turn or not,
 * and most news take one read, the first after a change three.
 */
const READS = 12;

const NAMES = ["one", "two", "three", "four"];

const { path: program, missing } = await prepareKvServer();
if (missing !== undefined) leaveOut("shared stores", { reason: missing });

/** Declares a test that needs the server. */
function sharedTest(name: string, run: (shared: SharedStore) => Promise<void>): void {
  if (program === undefined) return;
  Deno.test(name, async () => {
    await using shared = await SharedStore.start(program);
    await run(shared);
  });
}

async function addKey(shared: SharedStore, emulator: Emulator, name: string): Promise<void> {
  const words = ["add", "gemini-api", name, "--key-env", "KEY", "--base-url", emulator.url];
  const { code, stderr } = await shared.accounts(words, { KEY: emulator.addApiKey(name) });
  assert.equal(code, 0, stderr);
}

/** An account for each of the names, and two gateways, of which the second has its store behind a relay. */
async function startTwo(shared: SharedStore) {
  await using started = new AsyncDisposableStack();
  const emulator = started.use(await startEmulator());
  for (const name of NAMES) await addKey(shared, emulator, name);
  const first = started.use(await shared.gateway());
  const relay = started.use(startKvRelay(shared.server));
  const second = started.use(await shared.gateway({ POLLUX_STORE_URL: relay.url }));
  const all = started.move();
  return { emulator, first, relay, second, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function addUser(shared: SharedStore, emulator: Emulator, user: UserOptions): Promise<void> {
  const credentials = emulator.addUser("only", { project: "project-1", ...user });
  using store = await shared.open();
  await new AccountBook(store.accounts, Date).add({
    name: "only",
    kind: "code-assist",
    baseUrls: [emulator.url],
    project: "project-1",
    credential: parseCredentialsFile(JSON.stringify(credentials)),
  });
}

async function accountOf(gateway: Gateway, text?: string): Promise<string> {
  const response = await call(gateway.url, text === undefined ? {} : { text });
  await textOf(response);
  return response.headers.get("x-pollux-account") ?? "";
}

/** Begins conversations until one comes to an account. */
async function respondFrom(gateway: Gateway, name: string): Promise<void> {
  for (let nth = 0;; nth++) {
    const response = await call(gateway.url, { text: `New conversation ${nth}` });
    await response.body?.cancel();
    if (response.headers.get("x-pollux-account") === name && response.ok) return;
  }
}

/** Resolves when the store holds so many rows. */
async function untilStored(
  count: number,
  list: () => Promise<readonly unknown[]>,
): Promise<void> {
  while ((await list()).length < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

function sessionsIn(store: Store): Promise<readonly unknown[]> {
  return readKept(store, SESSIONS);
}

async function logOf(gateway: Gateway): Promise<string> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  return stderr;
}

sharedTest(
  "Accounts that are added through one machine answer through every gateway",
  async (shared) => {
    await using emulator = await startEmulator();
    await using first = await shared.gateway();
    await using second = await shared.gateway();
    for (const name of ["one", "two"]) {
      await addKey(shared, emulator, name);
      await within(LIMIT_MS, respondFrom(first, name), { what: `"${name}" through the first` });
      await within(LIMIT_MS, respondFrom(second, name), { what: `"${name}" through the second` });
    }
    const { code, stdout } = await shared.accounts(["list"]);
    assert.equal(code, 0);
    assert.match(stdout, /^one .*\n(.*\n)*two /m);
    const doctor = await runPollux(["doctor", "--json"], shared.machine());
    const { findings } = JSON.parse(doctor.stdout);
    const found = findings.find(({ check }: { readonly check: string }) => check === "store");
    assert.equal(found.message, `"${shared.server.url}" responds, and the key is right`);
  },
);

sharedTest(
  "A conversation that moves to another gateway stays with its account",
  async (shared) => {
    await using place = await startTwo(shared);
    const { first, relay, second } = place;
    const texts = Array.from({ length: 12 }, (_, nth) => `Conversation ${nth}`);
    const accounts: string[] = [];
    for (const text of texts) accounts.push(await accountOf(first, text));
    using store = await shared.open();
    await untilStored(texts.length, () => sessionsIn(store));
    await within(LIMIT_MS, relay.reads(READS), { what: "The second gateway's look at the store" });
    // Backwards, so that turns alone would send them elsewhere.
    for (const [nth, text] of [...texts.entries()].reverse()) {
      assert.equal(await accountOf(second, text), accounts[nth], text);
    }
  },
);

sharedTest(
  "An account that cools down for one gateway is left alone by the other",
  async (shared) => {
    await using place = await startTwo(shared);
    const { emulator, first, relay, second } = place;
    for (const name of ["one", "two"]) emulator.always(name, { type: "429-long", hours: 3 });
    for (const nth of NAMES.keys()) await accountOf(first, `Conversation ${nth}`);
    using store = await shared.open();
    await untilStored(2, () => readKept(store, COOL_DOWNS));
    await within(LIMIT_MS, relay.reads(READS), { what: "The second gateway's look at the store" });
    const before = emulator.requests.length;
    for (let nth = 0; nth < 8; nth++) await accountOf(second, `Another ${nth}`);
    const asked = emulator.requests.slice(before)
      .filter(({ method }) => method === "POST").map(({ account }) => account);
    assert.deepEqual(new Set(asked), new Set(["three", "four"]));
  },
);

sharedTest(
  "Gateways refresh a token in turn where each refresh ends the token before",
  async (shared) => {
    await using emulator = await startEmulator();
    await addUser(shared, emulator, { rotates: true, expiresInSeconds: 1 });
    await using first = await shared.gateway();
    await using second = await shared.gateway();
    // With a token that lives for a second, nearly every round asks for one from both.
    for (let round = 0; round < 6; round++) {
      const responses = [first, second, first, second].map(({ url }) => call(url));
      for (const answer of await Promise.all(responses)) await textOf(answer);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.ok(emulator.tokenRequests("only") >= 4, `${emulator.tokenRequests("only")} refreshes`);
    // The last refresh token is kept: it gives another access token.
    const { code, stdout, stderr } = await shared.accounts(["test", "only"]);
    assert.equal(code, 0, stdout + stderr);
    for (const gateway of [first, second]) assert.doesNotMatch(await logOf(gateway), /refresh/);
  },
);

sharedTest("The turn of a gateway that was killed ends by itself", async (shared) => {
  await using emulator = await startEmulator();
  await addUser(shared, emulator, {});
  emulator.script("only", ["hang"], { method: "token" });
  const refreshing = emulator.waitForRequest(({ path }) => path === "/token");
  await using first = await shared.gateway();
  const lost = call(first.url).catch(() => undefined);
  await within(LIMIT_MS, refreshing, { what: "The first gateway's refresh" });
  // A gateway asks for lists of models by itself, so the second one starts when the turn is taken.
  await using second = await shared.gateway();
  first.signal("SIGKILL");
  await (await lost)?.body?.cancel();
  await textOf(await within(LIMIT_MS, call(second.url), { what: "The second's answer" }));
  assert.equal(emulator.tokenRequests("only"), 2);
  assert.doesNotMatch(await logOf(second), /refresh/);
});

sharedTest(
  "A gateway that is killed under load takes no call with it but its own",
  async (shared) => {
    await using emulator = await startEmulator();
    for (const name of NAMES) await addKey(shared, emulator, name);
    await using first = await shared.gateway();
    await using second = await shared.gateway();
    let isOver = false;
    const answered = new Map([[first, 0], [second, 0]]);
    let inFlight = 0;
    let lost = 0;
    async function client(gateway: Gateway, name: string): Promise<void> {
      for (let nth = 0; !isOver; nth++) {
        if (gateway === first) inFlight++;
        try {
          const method = nth % 2 === 0 ? "generateContent" : "streamGenerateContent";
          const response = await call(gateway.url, { method, text: `${name}, call ${nth}` });
          assert.equal(response.status, 200, await response.text());
          if (!response.bodyUsed) await response.body?.cancel();
          answered.set(gateway, (answered.get(gateway) ?? 0) + 1);
        } catch (error) {
          if (gateway === second) throw error;
          lost++;
          return;
        } finally {
          if (gateway === first) inFlight--;
        }
      }
    }
    const clients = [first, second].flatMap((gateway) =>
      Array.from({ length: 6 }, (_, nth) => client(gateway, `Client ${nth} of ${gateway.pid}`))
    );
    await until(() => (answered.get(first) ?? 0) >= 50);
    first.signal("SIGKILL");
    await first.ended;
    const before = answered.get(second) ?? 0;
    await until(() => (answered.get(second) ?? 0) >= before + 100);
    isOver = true;
    await Promise.all(clients);
    assert.equal(inFlight, 0);
    // Each client of the first had one call under way, and no other call is missing.
    assert.equal(lost, 6);
    assert.doesNotMatch(await logOf(second), /"level":"error"/);
  },
);

sharedTest(
  "Gateways go on while their store is away, say so once, and find it again",
  async (shared) => {
    await using emulator = await startEmulator();
    await addKey(shared, emulator, "one");
    await using first = await shared.gateway();
    await using second = await shared.gateway();
    for (const gateway of [first, second]) assert.equal(await accountOf(gateway), "one");
    const { url } = shared.server;
    await shared.server.kill();
    for (let nth = 0; nth < 30; nth++) {
      for (const gateway of [first, second]) {
        assert.equal(await accountOf(gateway, `While it is away, ${nth}`), "one");
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const failed = await shared.accounts(["list"]);
    assert.equal(failed.code, 1);
    assert.match(
      failed.stderr,
      new RegExp(`^Error: The store at "${url}" does not respond: .*refused`),
    );
    await shared.startServer();
    using store = await shared.open();
    // What was bound meanwhile is written at last: the first conversation and thirty more.
    await within(LIMIT_MS, untilStored(31, () => sessionsIn(store)), { what: "The conversations" });
    await addKey(shared, emulator, "two");
    for (const gateway of [first, second]) {
      await within(LIMIT_MS, respondFrom(gateway, "two"), { what: "The new account" });
      const log = (await logOf(gateway)).trim().split("\n").map((line) => JSON.parse(line));
      const told = log.filter((line) => / store /.test(line.message));
      assert.equal(told.length, 2, JSON.stringify(told));
      assert.match(
        told[0].message,
        /^The shared store does not respond; requests go on with what is known: .*refused/,
      );
      assert.match(told[1].message, /^The shared store responds again/);
    }
  },
);

sharedTest(
  "A gateway refuses to start on a shared store that it cannot use, and says why",
  async (shared) => {
    async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
      const { code, stderr } = await runPollux(["serve", "--port", "0"], shared.machine(env));
      assert.equal(code, 1);
      return stderr;
    }
    await using _gateway = await shared.gateway();
    assert.match(
      await refusal({ POLLUX_MASTER_KEY_FILE: "" }),
      /is shared, so every gateway on it needs the same sealing key; make one, .*openssl rand/,
    );
    assert.match(
      await refusal({ POLLUX_MASTER_KEY_FILE: shared.file("other-key") }),
      /is the wrong one: .* give this gateway a copy of the other gateways' key/,
    );
    assert.match(
      await refusal({ POLLUX_STORE_TOKEN_FILE: "" }),
      /needs an access token made of .*; name its file in store\.token_file, or set POLLUX_STORE_TOKEN/,
    );
    assert.match(
      await refusal({ POLLUX_STORE_TOKEN_FILE: "", POLLUX_STORE_TOKEN: "wrong-token" }),
      /refuses: 401, "Invalid access token\."; check its access token/,
    );
    assert.match(
      await refusal({ POLLUX_STORE_URL: "ftp://example.com" }),
      /store\.url: must be a server's URL/,
    );
    const reseal = await shared.accounts(["reseal"]);
    assert.equal(reseal.code, 1);
    assert.match(reseal.stderr, /Cannot change the key of a shared store/);
    const url = shared.server.url;
    await shared.server.kill();
    assert.match(
      await refusal({}),
      new RegExp(
        `^Error: The store at "${url}" does not respond: .*refused.*; check that it runs`,
        "m",
      ),
    );
  },
);

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, "It did not come in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
