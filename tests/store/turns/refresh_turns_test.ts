/** Turns at a refresh token, between processes and inside one. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore, type Store } from "../../../src/store/open_store.ts";
import { within } from "../../support/deadline.ts";
import { startChild } from "../../support/child.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const LIMIT_MS = 30_000;

function fail(error: unknown): void {
  throw error;
}

/** Does nothing in an account's turn, and writes that into the log. */
function takeTurn(store: Store, accountId: string, log: string): Promise<void> {
  return store.turns.withLock(accountId, {
    work: () => Deno.writeTextFile(log, `${accountId} in\n`, { append: true }),
    onProblem: fail,
  });
}

/** Another process that has the turn of the account "one" when this resolves. */
async function startHolder(dataDir: string, log: string): Promise<Deno.ChildProcess> {
  const child = startChild("turn_program.ts", [dataDir, "one", log], { stdin: "piped" });
  const reader = child.stdout.getReader();
  const { value } = await within(LIMIT_MS, reader.read(), { what: "The child's turn" });
  assert.equal(new TextDecoder().decode(value), "taken\n");
  await reader.cancel();
  return child;
}

Deno.test("RefreshTurns.withLock() waits for another process, and for no other account", async () => {
  using folder = tempFolder();
  const [dataDir, log] = [join(folder.path, "data"), join(folder.path, "log")];
  using store = await openStore({ dataDir });
  const child = await startHolder(dataDir, log);
  const waiting = takeTurn(store, "one", log);
  await takeTurn(store, "two", log);
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(1));
  await writer.close();
  await within(LIMIT_MS, waiting, { what: "The turn" });
  assert.equal((await child.status).code, 0);
  assert.equal(await Deno.readTextFile(log), "two in\nchild out\none in\n");
});

Deno.test("RefreshTurns.withLock() has its turn when the process that held it was killed", async () => {
  using folder = tempFolder();
  const [dataDir, log] = [join(folder.path, "data"), join(folder.path, "log")];
  using store = await openStore({ dataDir });
  const child = await startHolder(dataDir, log);
  const waiting = takeTurn(store, "one", log);
  child.kill("SIGKILL");
  await within(LIMIT_MS, waiting, { what: "The turn" });
  await child.stdin.close();
  assert.equal((await child.status).signal, "SIGKILL");
  assert.equal(await Deno.readTextFile(log), "one in\n");
});

Deno.test("RefreshTurns.withLock() lets one work at a time, also through two stores of one process", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  using first = await openStore({ dataDir });
  using second = await openStore({ dataDir });
  let atOnce = 0;
  const results = await Promise.all(
    Array.from(
      { length: 20 },
      (_, index) =>
        (index % 2 === 0 ? first : second).turns.withLock("one", {
          async work() {
            atOnce++;
            assert.equal(atOnce, 1);
            await new Promise((resolve) => setTimeout(resolve));
            atOnce--;
            return index;
          },
          onProblem: fail,
        }),
    ),
  );
  assert.deepEqual(results, Array.from({ length: 20 }, (_, index) => index));
});

Deno.test("RefreshTurns.withLock() gives the turn back when the work fails", async () => {
  using folder = tempFolder();
  using store = await openStore({ dataDir: join(folder.path, "data") });
  const work = () => Promise.reject(new Error("no"));
  await assert.rejects(store.turns.withLock("one", { work, onProblem: fail }), /^Error: no$/);
  await takeTurn(store, "one", join(folder.path, "log"));
});

Deno.test("RefreshTurns.withLock() works without a turn where none can be had, and says so", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  using store = await openStore({ dataDir });
  await Deno.writeTextFile(join(dataDir, "turns"), "in the way");
  const problems: unknown[] = [];
  const work = () => Promise.resolve("done");
  const result = await store.turns.withLock("one", {
    work,
    onProblem: (error) => problems.push(error),
  });
  assert.equal(result, "done");
  assert.match(String(problems), /^StoreError: Cannot make the data folder/);
});

Deno.test("RefreshTurns keeps its files private and inside its folder, whatever an id holds", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  using store = await openStore({ dataDir });
  for (const id of ["../../evil", "a/b", ".."]) {
    await store.turns.withLock(id, { work: () => Promise.resolve(), onProblem: fail });
  }
  const names = [...Deno.readDirSync(join(dataDir, "turns"))].map(({ name }) => name).sort();
  assert.deepEqual(names, ["..%2F..%2Fevil.lock", "...lock", "a%2Fb.lock"]);
  if (Deno.build.os === "windows") return;
  assert.equal((Deno.statSync(join(dataDir, "turns")).mode ?? 0) & 0o777, 0o700);
  assert.equal((Deno.statSync(join(dataDir, "turns", "...lock")).mode ?? 0) & 0o777, 0o600);
});

Deno.test("RefreshTurns.idle() resolves when all work under way is over", async () => {
  using store = await openStore({ memory: true });
  await store.turns.idle();
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const working = store.turns.withLock("one", {
    async work() {
      await gate.promise;
      order.push("work");
    },
    onProblem: fail,
  });
  const idle = store.turns.idle().then(() => order.push("idle"));
  gate.resolve();
  await Promise.all([working, idle]);
  assert.deepEqual(order, ["work", "idle"]);
});
