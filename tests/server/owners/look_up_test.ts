/** How resources are found that nobody here made. @module */
import assert from "node:assert/strict";
import { delay } from "../../../src/base/delay.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { type SeenRequest, startTestUpstream } from "../../support/test_upstream.ts";
import {
  accountOf,
  NAMES,
  ownAccounts,
  promptOf,
  refusal,
  startOwnerTestbed,
} from "./owner_testbed.ts";

/** More accounts than are asked at a time. */
const MANY = 24;

Deno.test("An unknown file is found with one read for each project, and then remembered", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("three");
  assert.equal(await accountOf(await bed.prompt([name])), "three");
  const asked = bed.asked("read");
  assert.ok(asked.includes("three"));
  assert.equal(new Set(asked).size, asked.length);
  assert.equal(await accountOf(await bed.prompt([name])), "three");
  assert.deepEqual(bed.asked("read"), asked);
  assert.deepEqual(bed.asked("generate"), ["three", "three"]);
});

Deno.test("A file that no account has gets Google's message, and is not looked up again for a minute", async () => {
  const clock = new FakeClock();
  await using bed = await startOwnerTestbed({ clock });
  for (let round = 0; round < 2; round++) {
    const error = await errorOf(await bed.prompt(["files/nowhere"]));
    assert.deepEqual([error.code, error.status], [403, "PERMISSION_DENIED"]);
    assert.equal(error.message, refusal("files/nowhere"));
    assert.equal((await errorOf(await bed.ask("files/nowhere"))).message, error.message);
    assert.deepEqual(bed.asked("read").toSorted(), NAMES.toSorted());
  }
  clock.advance(61_000);
  await errorOf(await bed.prompt(["files/nowhere"]));
  assert.equal(bed.asked("read").length, 2 * NAMES.length);
  assert.deepEqual(bed.asked("generate"), []);
});

Deno.test("A file that was not found is found once its account is added", async () => {
  await using bed = await startOwnerTestbed();
  await errorOf(await bed.prompt(["files/later"]));
  const all = [...bed.accounts, ...ownAccounts(bed.emulator, ["four"])];
  bed.plant("four", "later");
  await bed.setAccounts(all);
  assert.equal(await accountOf(await bed.prompt(["files/later"])), "four");
});

Deno.test("Calls that name the same unknown file share one look-up", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  for (const account of NAMES) bed.emulator.script(account, ["hang"], { method: "files.get" });
  const calls = Array.from({ length: 10 }, () => bed.prompt([name]));
  await bed.emulator.waitForRequest(({ account, path }) =>
    account === "two" && path.includes(name)
  );
  bed.emulator.release();
  for (const response of await Promise.all(calls)) assert.equal(await accountOf(response), "two");
  const asked = bed.asked("read");
  assert.equal(new Set(asked).size, asked.length);
});

/** How long a client stays before it leaves, in ms. */
const STAY_MS = 100;

Deno.test("A client that disconnects ends its call, and not the look-up that other calls share", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  for (const account of NAMES) bed.emulator.script(account, ["hang"], { method: "files.get" });
  const leaving = new AbortController();
  const left = bed.ask(name, { signal: leaving.signal });
  await bed.emulator.waitForRequest(({ path }) => path.includes(name));
  const stays = bed.ask(name);
  // Since a call is left alone while it is young, and Deno 2.7 tells of no departure from before that.
  await delay(STAY_MS);
  leaving.abort();
  await assert.rejects(left);
  await bed.waitForCall();
  bed.emulator.release();
  assert.equal(await accountOf(await stays), "two");
});

Deno.test("If an account could not be asked, the call fails, and the next call repeats the look-up", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  bed.emulator.script("two", ["503"], { method: "files.get" });
  const response = await bed.prompt([name]);
  assert.ok(Number(response.headers.get("retry-after")) >= 1);
  const error = await errorOf(response);
  assert.deepEqual([error.code, error.status], [503, "UNAVAILABLE"]);
  assert.match(error.message, new RegExp(`^Cannot find out which account holds "${name}"`));
  assert.deepEqual(bed.asked("generate"), []);
  assert.equal(await accountOf(await bed.prompt([name])), "two");
});

Deno.test("An account that Google refuses is no candidate owner, and the look-up starts no cool-down", async () => {
  await using bed = await startOwnerTestbed();
  bed.emulator.always("one", "400-key-invalid", { method: "files.get" });
  const error = await errorOf(await bed.prompt(["files/nowhere"]));
  assert.equal(error.message, refusal("files/nowhere"));
  for (const { state } of bed.gateway.snapshot()) assert.equal(state, "available");
});

Deno.test("If only one project could hold a file, the call goes there without a look-up", async () => {
  await using bed = await startOwnerTestbed();
  await bed.setAccounts(bed.accounts.slice(0, 1));
  const name = bed.plant("one");
  assert.equal(await accountOf(await bed.prompt([name])), "one");
  assert.equal(
    (await errorOf(await bed.prompt(["files/nowhere"]))).message,
    refusal("files/nowhere"),
  );
  assert.deepEqual(bed.asked("read"), []);
});

Deno.test("A name that no file can have gets Google's 403, and no account is asked", async () => {
  await using bed = await startOwnerTestbed();
  for (const id of ["a%20b", "a%2Fb", "x".repeat(200), "%C3%A9"]) {
    const error = await errorOf(await bed.ask(`files/${id}`));
    assert.equal(error.code, 403, error.message);
  }
  for (const name of ["files/..", "files/."]) {
    assert.equal((await errorOf(await promptWith(bed.url, name))).code, 403, name);
  }
  assert.deepEqual(bed.emulator.requests, []);
});

Deno.test("The files of a call are first looked up in the project of its other files", async () => {
  await using bed = await startOwnerTestbed();
  const names = Array.from({ length: 5 }, () => bed.plant("three"));
  assert.equal(await accountOf(await bed.prompt(names)), "three");
  const reads = bed.asked("read").filter((account) => account === "three");
  assert.equal(reads.length, names.length);
  assert.ok(bed.asked("read").length <= NAMES.length + names.length - 1);
});

Deno.test("Any number of look-ups makes few reads at a time, and one for each project and name", async () => {
  let open = 0;
  let most = 0;
  await using upstream = startTestUpstream(async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return Response.json({
      error: { code: 403, status: "PERMISSION_DENIED", message: refusal("files/x") },
    }, { status: 403 });
  });
  const accounts = Array.from({ length: MANY }, (_, nth) => ({
    name: `a${nth}`,
    key: `planted-key-${nth}`,
    baseUrls: [upstream.url],
  }));
  await using gateway = await startTestGateway({ accounts });
  const names = Array.from({ length: 5 }, (_, nth) => `files/n${nth}`);
  const responses = await Promise.all(names.map((name) => promptOf(gateway.url, [name])));
  for (const [nth, response] of responses.entries()) {
    assert.equal((await errorOf(response)).message, refusal(names[nth] ?? ""));
  }
  assert.ok(most <= 8, `${most} reads at a time`);
  assert.equal(upstream.seen.filter(isRead).length, MANY * names.length);
  assert.ok(upstream.seen.every(({ method }) => method === "GET"));
});

Deno.test("At most 64 projects are asked for a name", async () => {
  await using upstream = startTestUpstream(() =>
    Response.json({
      error: { code: 403, status: "PERMISSION_DENIED", message: refusal("files/x") },
    }, { status: 403 })
  );
  const accounts = Array.from({ length: 80 }, (_, nth) => ({
    name: `a${nth}`,
    key: `planted-key-${nth}`,
    baseUrls: [upstream.url],
    // Three accounts share a project, of which one is asked.
    settings: nth < 3 ? { projectGroup: "mine" } : {},
  }));
  await using gateway = await startTestGateway({ accounts });
  await errorOf(await promptOf(gateway.url, ["files/x"]));
  assert.equal(upstream.seen.filter(isRead).length, 64);
});

/** The lists of models are asked for as well. */
function isRead({ target }: SeenRequest): boolean {
  return target.includes("/files/");
}

/** Prompts with a file's address as it is. */
function promptWith(url: string, fileUri: string): Promise<Response> {
  return fetch(`${url}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    body: JSON.stringify({ contents: [{ parts: [{ fileData: { fileUri } }] }] }),
  });
}
