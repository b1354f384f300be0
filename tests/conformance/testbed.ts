/**
 * What one case runs against: an emulated Google, and a gateway with two accounts of one kind there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Emulator, type Outcome, startEmulator } from "../../src/emulator/emulator.ts";
import type { GatewaySettings } from "../../src/server/settings.ts";
import { within } from "../support/deadline.ts";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Both accounts, in the order in which an unused gateway takes them. */
export const ACCOUNT_NAMES = ["first", "second"] as const;

/** The gateway's own key, where its auth is on. */
export const GATEWAY_KEY = "key-of-the-gateway";

/** How a testbed's gateway is set up. */
export interface TestbedOptions {
  /** @default {"off"} */
  readonly auth?: "off" | "strict";
  /** Time limits that differ from a test gateway's own. */
  readonly timeouts?: Partial<GatewaySettings["timeouts"]>;
}

/** One emulator and one gateway, used by one case and then thrown away, so that none hurts another. */
export class Testbed implements AsyncDisposable {
  readonly #emulator: Emulator;
  readonly #gateway: TestGateway;

  private constructor(emulator: Emulator, gateway: TestGateway) {
    this.#emulator = emulator;
    this.#gateway = gateway;
  }

  /** Starts both. */
  static async start(kind: AccountKind, options: TestbedOptions = {}): Promise<Testbed> {
    const emulator = await startEmulator();
    const gateway = await startTestGateway({
      accounts: ACCOUNT_NAMES.map((name) => emulatedAccount(emulator, name, kind)),
      settings: {
        auth: { mode: options.auth ?? "off", apiKey: GATEWAY_KEY },
        timeouts: options.timeouts ?? {},
      },
    });
    return new Testbed(emulator, gateway);
  }

  /** The gateway's origin. */
  get url(): string {
    return this.#gateway.url;
  }

  /** Sets what both accounts answer from now on. */
  always(outcome: Outcome): void {
    for (const name of ACCOUNT_NAMES) this.#emulator.always(name, outcome);
  }

  /** Queues what one account answers first. */
  script(name: string, outcomes: readonly Outcome[]): void {
    this.#emulator.script(name, outcomes);
  }

  /** Whether a request that reached upstream holds that text as one of its strings. */
  received(text: string): boolean {
    return this.#emulator.requests.some(({ body }) => holds(body, text));
  }

  /** How many upstream requests each call of the client took. */
  attempts(): number[] {
    return this.#gateway.calls.map((call) => call.attempts);
  }

  /**
   * Waits for the end of every upstream request.
   *
   * @param how `isHung`: some were not answered at all. Their end is not waited for: Deno's own server,
   * from 2.8.3 to 2.9 at least, does not notice it of requests beyond 512 bytes. (tests/server has an
   * upstream that does.)
   * @throws {Error} When one goes on, or the gateway met what it did not foresee.
   */
  async settle({ isHung = false }: { readonly isHung?: boolean } = {}): Promise<void> {
    const ended = Promise.all(this.#emulator.requests.map(({ finished }) => finished));
    if (!isHung) await within(10_000, ended, { what: "The end of all upstream requests" });
    assert.deepEqual(this.#gateway.problems, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway.close();
    await this.#emulator.close();
  }
}

/** Bytes are the same in either alphabet of base64, and SDKs differ in which they write. */
function holds(value: unknown, text: string): boolean {
  if (typeof value === "string") {
    return value === text || value.replaceAll("-", "+").replaceAll("_", "/") === text;
  }
  return typeof value === "object" && value !== null &&
    Object.values(value).some((member) => holds(member, text));
}
