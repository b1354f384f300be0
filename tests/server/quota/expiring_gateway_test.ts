/** The strategy that uses first what expires, from Code Assist's quota calls to the account of a call. @module */
import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call } from "../../support/gemini_call.ts";
import { until } from "../../support/until.ts";

const ADMIN_KEY = "planted-admin-key";
const MODEL = "gemini-2.5-pro";
const HOUR_MS = 3_600_000;

/** Timers of the background that a test fires itself. */
function handTimer() {
  const due = new Set<() => void>();
  return {
    start(_ms: number, onEnd: () => void) {
      due.add(onEnd);
      return () => void due.delete(onEnd);
    },
    fire() {
      const now = [...due];
      due.clear();
      for (const onEnd of now) onEnd();
    },
  };
}

class Place implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly #timer = handTimer();
  #gateway: EmulatedGateway | undefined;
  #nth = 0;

  static async start(strategy: "balance" | "use_first_what_expires"): Promise<Place> {
    const place = new Place();
    place.#gateway = await startEmulatedGateway({
      accounts: { one: "code-assist", two: "code-assist" },
      settings: { routing: { strategy } },
      adminKey: ADMIN_KEY,
      timer: place.#timer,
      clock: place.clock,
    });
    return place;
  }

  get gateway(): EmulatedGateway {
    return this.#gateway ?? assert.fail();
  }

  /** The account of a call, by default of a new conversation. */
  async chosen(session = `new ${this.#nth++}`): Promise<string | null> {
    const headers = { "x-session-id": session };
    const response = await call(this.gateway.url, { model: MODEL, headers });
    await response.text();
    assert.equal(response.status, 200);
    return response.headers.get("x-pollux-account");
  }

  /** The accounts of so many new conversations. */
  async chosenOf(count: number): Promise<readonly (string | null)[]> {
    const found: (string | null)[] = [];
    for (let nth = 0; nth < count; nth++) found.push(await this.chosen());
    return found;
  }

  /** What Code Assist says from now on: what is left of an account's week, and when that ends. */
  says(account: string, { left, hours }: { readonly left: number; readonly hours: number }): void {
    const resetTime = new Date(this.clock.now() + hours * HOUR_MS).toISOString();
    const outcome = (event: Record<string, unknown>): Outcome => ({ type: "ok", events: [event] });
    const { emulator } = this.gateway;
    emulator.always(account, outcome({ buckets: [] }), { method: "retrieveUserQuota" });
    const buckets = [{
      bucketId: "gemini-weekly",
      window: "weekly",
      remainingFraction: left,
      resetTime,
    }];
    emulator.always(account, outcome({ groups: [{ buckets }] }), {
      method: "retrieveUserQuotaSummary",
    });
  }

  /** Lets the accounts, which are in use, be asked. Resolves when the gateway knows what is left of their weeks. */
  async ask(left: Readonly<Record<string, number>>): Promise<void> {
    this.clock.advance(900_000);
    for (const name of Object.keys(left)) {
      while (await this.chosen() !== name) { /* The strategies take turns at first. */ }
    }
    this.#timer.fire();
    await until(async () => {
      const shown = await this.#leftOf();
      return Object.entries(left).every(([name, fraction]) => shown[name] === fraction);
    }, { what: "The quotas" });
  }

  async #leftOf(): Promise<Readonly<Record<string, number | undefined>>> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const status = await (await fetch(`${this.gateway.url}/admin/status`, { headers })).json();
    return Object.fromEntries(
      status.accounts.map((account: { name: string; quota: { leftFraction: number }[] }) => [
        account.name,
        account.quota[0]?.leftFraction,
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.close();
  }
}

Deno.test("use_first_what_expires sends new conversations to the account whose quota ends soonest, and others where they were", async () => {
  await using place = await Place.start("use_first_what_expires");
  const begun = ["one", "two"];
  const homes = [await place.chosen("begun 0"), await place.chosen("begun 1")];
  assert.deepEqual(homes.toSorted(), begun, "Nothing is known yet: they take turns");
  place.says("one", { left: 0.9, hours: 100 });
  place.says("two", { left: 0.2, hours: 20 });
  await place.ask({ one: 0.9, two: 0.2 });
  assert.deepEqual(await place.chosenOf(4), ["two", "two", "two", "two"]);
  assert.deepEqual([await place.chosen("begun 0"), await place.chosen("begun 1")], homes);
  // It is spent: Google refuses a call, which moves on, and so do the following ones.
  place.gateway.emulator.script("two", [{ type: "429-long", hours: 10 }]);
  assert.deepEqual(await place.chosenOf(3), ["one", "one", "one"]);
  assert.equal(place.gateway.calls.flatMap(({ failedTries }) => failedTries).length, 1);
  // Its cool-down is over, and something is left again: its week still ends first.
  place.clock.advance(10 * HOUR_MS + 1000);
  assert.ok((await place.chosenOf(4)).includes("two"));
  assert.deepEqual(await place.chosenOf(3), ["two", "two", "two"]);
  // After the end of its week nothing is known of the next one, and that of the other ends first.
  place.clock.advance(11 * HOUR_MS);
  assert.deepEqual(await place.chosenOf(3), ["one", "one", "one"]);
});

Deno.test("use_first_what_expires leaves an account whose week is spent, and goes by priorities first", async () => {
  await using place = await Place.start("use_first_what_expires");
  place.says("one", { left: 0.5, hours: 100 });
  place.says("two", { left: 0, hours: 20 });
  await place.ask({ one: 0.5, two: 0 });
  assert.deepEqual(await place.chosenOf(3), ["one", "one", "one"]);
});

Deno.test("By default no account is preferred for its quota", async () => {
  await using place = await Place.start("balance");
  place.says("one", { left: 0.9, hours: 100 });
  place.says("two", { left: 0.2, hours: 20 });
  await place.ask({ one: 0.9, two: 0.2 });
  assert.deepEqual(new Set(await place.chosenOf(4)), new Set(["one", "two"]));
});
