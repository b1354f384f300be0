/** How a gateway follows others on its store. @module */
import assert from "node:assert/strict";
import { followOthers } from "../../src/daemon/follow_others.ts";
import type { AdoptedBinding } from "../../src/pool/affinity.ts";
import type { KeptCoolDown } from "../../src/pool/cool_down.ts";
import { CoolDownRows } from "../../src/store/cool_down_rows.ts";
import type { Database } from "../../src/store/database/database.ts";
import { Journal, type JournalNote } from "../../src/store/journal.ts";
import { SessionRows } from "../../src/store/session_rows.ts";
import { within } from "../support/deadline.ts";
import { memoryDatabase } from "../support/memory_database.ts";

const LIMIT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** What a gateway was told, and when it was told something. */
class FakeGateway {
  readonly bindings: AdoptedBinding[] = [];
  readonly coolDowns: KeptCoolDown[] = [];
  readonly oldCoolDowns: KeptCoolDown[] = [];
  readonly healed: string[] = [];
  readonly errors: unknown[] = [];
  #told = Promise.withResolvers<void>();

  adoptBindings(bindings: readonly AdoptedBinding[]): void {
    this.bindings.push(...bindings);
    if (bindings.length > 0) this.#told.resolve();
  }

  adoptCoolDowns(coolDowns: readonly KeptCoolDown[]): void {
    this.coolDowns.push(...coolDowns);
    this.#told.resolve();
  }

  adoptOldCoolDowns(coolDowns: readonly KeptCoolDown[]): void {
    this.oldCoolDowns.push(...coolDowns);
    this.#told.resolve();
  }

  adoptHealing(accountId: string, model: string): void {
    this.healed.push(`${accountId}/${model}`);
  }

  /** Resolves when it is told something after this call. */
  async told(): Promise<void> {
    this.#told = Promise.withResolvers();
    await within(LIMIT_MS, this.#told.promise, { what: "What others did" });
  }

  follow(database: Database, journal: Pick<Journal, "news">): AsyncDisposable {
    const own = new Journal(database);
    own.news = () => journal.news();
    return followOthers({
      journal: own,
      sessions: new SessionRows(database),
      coolDowns: new CoolDownRows(database),
    }, {
      gateway: this,
      kept: { isPending: (row) => "session" in row && row.session === "pending" },
      clock: Date,
      onError: (error) => this.errors.push(error),
    });
  }
}

function binding(fingerprint: string) {
  return { fingerprint, accountId: "1", expiresAtMs: Date.now() + HOUR_MS };
}

function coolDown(model: string) {
  const common = { accountId: "1", model, kind: "quota", reason: "Spent", step: 0 };
  return { ...common, startMs: Date.now(), lengthMs: HOUR_MS };
}

Deno.test("followOthers() takes over what others bind, cool and heal, but for what it is yet to write itself", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const [mine, theirs] = [new Journal(database), new Journal(database)];
  await mine.news();
  const sessions = new SessionRows(database, theirs);
  const coolDowns = new CoolDownRows(database, theirs);
  const gateway = new FakeGateway();
  await using _following = gateway.follow(database, mine);
  let told = gateway.told();
  await sessions.write([binding("a"), binding("pending")], Date.now());
  await told;
  assert.deepEqual(gateway.bindings.map(({ session }) => session), ["a"]);
  told = gateway.told();
  await coolDowns.write(
    [coolDown("m"), { accountId: "2", model: "n", lengthMs: null }],
    Date.now(),
  );
  await told;
  assert.deepEqual(gateway.coolDowns.map(({ model }) => model), ["m"]);
  assert.deepEqual(gateway.healed, ["2/n"]);
  assert.deepEqual(gateway.errors, []);
});

Deno.test("followOthers() takes over a rest that others began, and not again when another begins", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const [mine, theirs] = [new Journal(database), new Journal(database)];
  await mine.news();
  const coolDowns = new CoolDownRows(database, theirs);
  const gateway = new FakeGateway();
  await using _following = gateway.follow(database, mine);
  for (const model of ["m", "n"]) {
    const told = gateway.told();
    // Their clock is two hours behind: by this one's the rest was over before it began.
    const startMs = Date.now() - 2 * HOUR_MS;
    await coolDowns.write([{ ...coolDown(model), startMs }], startMs);
    await told;
  }
  assert.deepEqual(gateway.coolDowns.map(({ model }) => model), ["m", "n"]);
  assert.deepEqual(gateway.healed, []);
});

Deno.test("followOthers() reads everything anew where it missed something, or could not follow what it read", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  await new SessionRows(database).write([binding("a")], Date.now());
  await new CoolDownRows(database).write([coolDown("m")], Date.now());
  const gateway = new FakeGateway();
  const broken = new Error("The store is away");
  const responses: (() => readonly JournalNote[] | undefined)[] = [
    () => {
      throw broken;
    },
    () => undefined,
  ];
  {
    const told = gateway.told();
    await using _following = gateway.follow(database, {
      news: () =>
        Promise.try(() => responses.shift()?.() ?? (responses.length < 1 ? undefined : [])),
    });
    await told;
  }
  assert.deepEqual(gateway.errors, [broken]);
  assert.deepEqual(gateway.bindings.map(({ session }) => session), ["a"]);
  assert.deepEqual(gateway.oldCoolDowns.map(({ model }) => model), ["m"]);
});
