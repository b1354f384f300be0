/** Limits of client keys in `pollux serve`: budgets by the prices of models, and gateways on one store. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { DAY_MS, dayEndMs, dayOf } from "../../src/keys/limits/calendar.ts";
import { KEY_USE } from "../../src/keys/limits/key_use.ts";
import type { Store } from "../../src/store/open_store.ts";
import { within } from "../support/deadline.ts";
import { call } from "../support/gemini_call.ts";
import { readKept } from "../support/kept.ts";
import { startKvRelay } from "../support/kv_server.ts";
import { leaveOut } from "../support/left_out.ts";
import { type PolluxOptions, runPollux, startGateway } from "../support/pollux_process.ts";
import { prepareKvServer } from "../support/prepare_kv_server.ts";
import { SharedStore } from "../support/shared_store.ts";
import { until } from "../support/until.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/** So many reads bring a gateway surely up to date. */
const READS = 12;

/** Adds an account and a key; returns the key. */
async function setUp(
  emulator: Emulator,
  options: PolluxOptions,
  limits: readonly string[],
): Promise<string> {
  const env = { ...options.env, KEY: emulator.addApiKey("one") };
  const words = ["accounts", "add", "gemini-api", "one", "--key-env", "KEY"];
  const added = await runPollux([...words, "--base-url", emulator.url], { ...options, env });
  assert.equal(added.code, 0, added.stderr);
  const made = await runPollux(["keys", "create", "anna", ...limits, "--json"], options);
  assert.equal(made.code, 0, made.stderr);
  return JSON.parse(made.stdout).key;
}

async function ask(url: string, { key, model }: { readonly key: string; readonly model: string }) {
  const response = await call(url, { model, headers: { "x-goog-api-key": key } });
  const { error } = await response.json();
  return {
    status: response.status,
    left: response.headers.get("x-ratelimit-remaining-requests"),
    retryDelay: error?.details?.find((detail: { retryDelay?: string }) => detail.retryDelay)
      ?.retryDelay,
    message: error?.message,
  };
}

Deno.test("A budget is spent by list prices, and a refusal tells when the UTC day ends", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  const key = await setUp(emulator, options, ["--budget", "0.002usd/day"]);
  await using gateway = await startGateway(options);
  const tokens = { promptTokenCount: 1000, candidatesTokenCount: 1000, totalTokenCount: 2000 };
  const content = { role: "model", parts: [{ text: "Hi" }] };
  const events = [{
    candidates: [{ index: 0, content, finishReason: "STOP" }],
    usageMetadata: tokens,
  }];
  emulator.always("one", { type: "ok", events });
  const model = "gemini-2.5-flash";
  // 1,000 tokens in and out cost 0.0028 USD.
  assert.equal((await ask(gateway.url, { key, model })).status, 200);
  const before = Date.now();
  const { status, retryDelay, message } = await ask(gateway.url, { key, model });
  const after = Date.now();
  assert.equal(status, 429);
  assert.match(message, /limit of 0\.002 USD per day/);
  const leftMs = Number.parseFloat(retryDelay) * 1000;
  const leftAt = (atMs: number) => dayEndMs(dayOf(atMs)) - atMs;
  // The day may end meanwhile.
  const isTrue = leftMs <= leftAt(before) + 1 && leftMs >= leftAt(after) - 1;
  assert.ok(isTrue || leftAt(after) > DAY_MS - LIMIT_MS, `${leftMs} ${leftAt(before)}`);
});

Deno.test("An edit of a key's limits reaches the running gateway, and counts what the key used before", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  const key = await setUp(emulator, options, []);
  await using gateway = await startGateway(options);
  const request = { key, model: "gemini-2.5-flash" };
  const edit = async (...changes: readonly string[]) => {
    const { code, stderr } = await runPollux(["keys", "edit", "anna", ...changes], options);
    assert.equal(code, 0, stderr);
  };
  const day = dayOf(Date.now());
  for (let nth = 0; nth < 3; nth++) {
    const { status, left } = await ask(gateway.url, request);
    assert.deepEqual([status, left], [200, null]);
  }
  // The limits are of the day, since the minute may end before a busy machine has made the calls.
  await edit("--requests-per-day", "1000");
  let counted = 3;
  await until(async () => {
    counted++;
    return (await ask(gateway.url, request)).left !== null;
  }, { what: "The limit" });
  const { left } = await ask(gateway.url, request);
  // The day may end meanwhile.
  const expected = dayOf(Date.now()) === day ? 1000 - counted - 1 : Number(left);
  assert.equal(left, String(expected));
  await edit("--requests-per-day", "2");
  await until(async () => (await ask(gateway.url, request)).status === 429, {
    what: "The lower limit",
  });
  await edit("--no-requests-per-day");
  await until(async () => (await ask(gateway.url, request)).status === 200, {
    what: "The end of the limit",
  });
});

/** The requests of this day that gateways stored. */
async function countedIn(store: Store): Promise<number> {
  return (await readKept(store, KEY_USE))
    .reduce((sum, { value }) => sum + value.use(Date.now()).ofDay.requests, 0);
}

const { path: program, missing } = await prepareKvServer();
if (missing !== undefined) leaveOut("limits with shared stores", { reason: missing });

Deno.test({
  name: "Gateways on one store count a key's requests together",
  ignore: program === undefined,
  async fn() {
    if (program === undefined) return;
    await using shared = await SharedStore.start(program);
    await using emulator = await startEmulator();
    const key = await setUp(emulator, shared.machine(), ["--requests-per-day", "5"]);
    await using first = await shared.gateway();
    const relay = startKvRelay(shared.server);
    await using _relay = relay;
    await using second = await shared.gateway({ POLLUX_STORE_URL: relay.url });
    const request = { key, model: "gemini-2.5-flash" };
    for (const left of ["4", "3", "2"]) {
      assert.equal((await ask(first.url, request)).left, left);
    }
    using store = await shared.open();
    await until(async () => await countedIn(store) >= 3, { what: "The counts in the store" });
    await within(LIMIT_MS, relay.reads(READS), { what: "The second gateway's look at the store" });
    for (const left of ["1", "0"]) assert.equal((await ask(second.url, request)).left, left);
    assert.equal((await ask(second.url, request)).status, 429);
    await until(async () => await countedIn(store) >= 5, { what: "The last counts in the store" });
    await until(async () => (await ask(first.url, request)).status === 429, {
      what: "The refusal by the first gateway",
    });
  },
});
