/**
 * What cases run against: an emulated Google, and a gateway with three accounts of one kind there, each in a
 * project of its own.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type Emulator,
  type Outcome,
  type RecordedRequest,
  type ScriptFilter,
  startEmulator,
} from "../../src/emulator/emulator.ts";
import type { GatewaySettings } from "../../src/server/settings.ts";
import { ClientWire, type WireExchange } from "./golden/client_wire.ts";
import { within } from "../support/deadline.ts";
import { isJsonObject, type JsonObject } from "../../src/base/json.ts";
import { objectAt, objectsAt, textAt } from "../../src/emulator/json.ts";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { SERVER_CERTIFICATE } from "../support/test_certificate.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../support/gateway.ts";
import { openStore, type Store } from "../../src/store/open_store.ts";

/** The accounts, in the order in which an unused gateway takes them. */
export const ACCOUNT_NAMES = ["first", "second", "third"] as const;

/** Longer than any case takes, in ms. */
const NEVER = { pendingMs: 3_600_000, runningMs: 3_600_000 } as const;

/** The gateway's own key, where its auth is on. */
export const GATEWAY_KEY = "key-of-the-gateway";

/** How a testbed's gateway is set up. */
export interface TestbedOptions {
  /** @default {"off"} */
  readonly auth?: "off" | "strict";
  /** Time limits that differ from a test gateway's own. */
  readonly timeouts?: Partial<GatewaySettings["timeouts"]>;
  /** Whether it records what its client sends. Default: no. */
  readonly records?: boolean;
  /** Whether what the gateway knows outlives it; `restart()` needs it. Default: no. */
  readonly lasts?: boolean;
}

/** A turn of a conversation as upstream got it. */
export interface SeenContent {
  readonly role: string | undefined;
  /** Each part as JSON. */
  readonly parts: readonly string[];
  /** The thought signatures of the parts that have one. */
  readonly signatures: readonly string[];
}

/** What a gateway is started with. */
interface GatewayStart {
  readonly accounts: readonly TestAccount[];
  readonly options: TestbedOptions;
  readonly store: Store | undefined;
}

/**
 * One emulator and one gateway. The cases of a client share one for each kind of account, so that the
 * conversations of a client are spread over the accounts; a case in which accounts fail starts its own.
 */
export class Testbed implements AsyncDisposable {
  /** The kind of all accounts. */
  readonly kind: AccountKind;
  readonly #emulator: Emulator;
  readonly #start: GatewayStart;
  readonly #secure: Deno.HttpServer<Deno.NetAddr>;
  readonly #wire: ClientWire | undefined;
  #gateway: TestGateway;
  #lastSeen: RecordedRequest | undefined;
  #callsSeen = 0;

  private constructor(
    kind: AccountKind,
    parts: {
      readonly emulator: Emulator;
      readonly gateway: TestGateway;
      readonly start: GatewayStart;
    },
  ) {
    this.kind = kind;
    this.#emulator = parts.emulator;
    this.#gateway = parts.gateway;
    this.#start = parts.start;
    this.#secure = Deno.serve(
      { hostname: "127.0.0.1", port: 0, ...SERVER_CERTIFICATE, onListen() {} },
      (request) => this.#gateway.gateway.handle(request, { isSecure: true }),
    );
    this.#wire = parts.start.options.records === true
      ? new ClientWire(
        (request, info) => this.#gateway.gateway.handle(request, { info }),
        this.#emulator.requests,
      )
      : undefined;
  }

  /** Starts both. */
  static async start(kind: AccountKind, options: TestbedOptions = {}): Promise<Testbed> {
    const emulator = await startEmulator();
    const accounts = ACCOUNT_NAMES.map((name) => emulatedAccount(emulator, name, kind));
    for (const name of ACCOUNT_NAMES) {
      // A batch ends when a case says so, however slow the machine is.
      emulator.batches(emulator.projectOf(name)).settings.pace = NEVER;
    }
    const store = options.lasts === true ? await openStore({ memory: true }) : undefined;
    const start = { accounts, options, store };
    return new Testbed(kind, { emulator, gateway: await startGateway(start), start });
  }

  /** Ends the gateway and starts it again, at another address. */
  async restart(): Promise<void> {
    await this.#gateway.close();
    this.#callsSeen = 0;
    this.#gateway = await startGateway(this.#start);
  }

  /** The gateway's origin. */
  get url(): string {
    return this.#wire?.url ?? this.#gateway.url;
  }

  /** What the client sent since the last time, where that is recorded. */
  takeWire(): readonly WireExchange[] {
    return this.#wire?.take() ?? [];
  }

  /** The gateway's origin over TLS: Python and Go take Live sessions only there. */
  get secureUrl(): string {
    return `https://127.0.0.1:${this.#secure.addr.port}`;
  }

  /** Begins anew: nothing is scripted, and what was received and called before does not count. */
  clear(): void {
    this.always({ type: "ok" });
    this.#lastSeen = this.#emulator.requests.at(-1);
    this.#callsSeen = this.#gateway.calls.length;
  }

  /** Sets what every account responds from now on. */
  always(outcome: Outcome): void {
    for (const name of ACCOUNT_NAMES) this.#emulator.always(name, outcome);
  }

  /** Sets what the next calls get, whichever account serves them; the last outcome stands. */
  inTurn(outcomes: readonly Outcome[]): void {
    let calls = 0;
    const rule = () => outcomes[Math.min(calls++, outcomes.length - 1)] ?? "ok";
    for (const name of ACCOUNT_NAMES) this.#emulator.always(name, rule);
  }

  /** Queues what one account answers first, to calls that the filter selects. */
  script(name: string, outcomes: readonly Outcome[], filter: ScriptFilter = {}): void {
    this.#emulator.script(name, outcomes, filter);
  }

  /** Adds files to the project of every account; gives the names of all. */
  plantFiles(count: number): string[] {
    return ACCOUNT_NAMES.flatMap((account) => {
      const files = this.#emulator.files(this.#emulator.projectOf(account));
      return Array.from({ length: count }, () => String(files.plant()["name"]));
    });
  }

  /** Adds a file search store to the project of every account; gives the names of all. */
  plantStores(): string[] {
    return ACCOUNT_NAMES.map((account) => {
      const stores = this.#emulator.stores(this.#emulator.projectOf(account));
      return String(stores.plant(`made-elsewhere-${crypto.randomUUID().slice(0, 8)}`)["name"]);
    });
  }

  /** How many interactions the project of each account holds. */
  interactions(): number[] {
    return ACCOUNT_NAMES.map((name) =>
      this.#emulator.interactions(this.#emulator.projectOf(name)).length
    );
  }

  /** Lets Google finish a batch. */
  finishBatch(name: string): void {
    for (const account of ACCOUNT_NAMES) {
      const batches = this.#emulator.batches(this.#emulator.projectOf(account));
      if (batches.list().some((batch) => batch["name"] === name)) batches.end(name, "SUCCEEDED");
    }
  }

  /** How many requests with that verb reached upstream. */
  count(verb: string): number {
    return this.#emulator.requests.filter(({ method }) => method === verb).length;
  }

  /** Whether a request that reached upstream holds that text in one of its strings. */
  received(text: string): boolean {
    return this.#requests.some(({ body }) => holds(body, text));
  }

  /** The contents of the last call of a model that reached upstream. */
  contents(): SeenContent[] {
    const body = this.#requests.findLast(({ path }) => /:(stream)?[gG]enerateContent$/.test(path))
      ?.body;
    if (!isJsonObject(body)) return [];
    // Code Assist has it in an envelope.
    return objectsAt(objectAt(body, "request") ?? body, "contents").map(seenContent);
  }

  /** How many requests ended upstream because the gateway gave them up. */
  aborted(): number {
    return this.#requests.filter(({ aborted }) => aborted).length;
  }

  /** The accounts with which Live sessions were opened upstream, in order. */
  liveAccounts(): (string | undefined)[] {
    return this.#requests.filter(({ path }) => path.startsWith("/ws/"))
      .map(({ account }) => account);
  }

  /** How many upstream requests each call of the client took. */
  attempts(): number[] {
    return this.#gateway.calls.slice(this.#callsSeen).map((call) => call.attempts);
  }

  /** How many calls each account served, since the start. */
  served(): ReadonlyMap<string, number> {
    const served = new Map<string, number>(ACCOUNT_NAMES.map((name) => [name, 0]));
    for (const { account, status } of this.#gateway.calls) {
      if (account !== "" && status === 200) served.set(account, (served.get(account) ?? 0) + 1);
    }
    return served;
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

  get #requests(): readonly RecordedRequest[] {
    const { requests } = this.#emulator;
    const seen = this.#lastSeen === undefined ? -1 : requests.indexOf(this.#lastSeen);
    return requests.slice(seen + 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway.close();
    await this.#wire?.close();
    await this.#secure.shutdown();
    await this.#emulator.close();
    this.#start.store?.close();
  }
}

async function startGateway({ accounts, options, store }: GatewayStart): Promise<TestGateway> {
  const problems: string[] = [];
  const keeper = store?.keeper({ clock: Date, onProblem: (what) => problems.push(what) });
  const gateway = await startTestGateway({
    accounts,
    settings: {
      auth: { mode: options.auth ?? "off", apiKey: GATEWAY_KEY },
      timeouts: options.timeouts ?? {},
    },
    ...(store === undefined ? {} : { sealer: store.sealer }),
    ...(keeper === undefined ? {} : { keeper }),
  });
  async function close(): Promise<void> {
    await gateway.close();
    await keeper?.close();
    assert.deepEqual(problems, []);
  }
  return { ...gateway, close, [Symbol.asyncDispose]: close };
}

function seenContent(content: JsonObject): SeenContent {
  const parts = objectsAt(content, "parts");
  return {
    role: textAt(content, "role"),
    parts: parts.map((part) => JSON.stringify(part)),
    signatures: parts.flatMap((part) => textAt(part, "thoughtSignature") ?? []),
  };
}

/** Bytes are the same in either alphabet of base64, and SDKs differ in which they write. */
function holds(value: unknown, text: string): boolean {
  if (typeof value === "string") {
    return value.includes(text) || value.replaceAll("-", "+").replaceAll("_", "/") === text;
  }
  return typeof value === "object" && value !== null &&
    Object.values(value).some((member) => holds(member, text));
}
