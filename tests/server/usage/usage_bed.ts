/**
 * A gateway before the emulated Google, and the sums of what both count.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type CountedTokens,
  type CountedUsage,
  sumOfCounted,
} from "../../../src/emulator/counted_usage.ts";
import type { TokenUsage } from "../../../src/gemini/api/token_usage.ts";
import type { Booking } from "../../../src/server/call/call_observer.ts";
import type { ObservedRecord } from "../../../src/server/call/call_record.ts";
import { until } from "../../support/until.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import {
  type EmulatedGateway,
  type EmulatedGatewayOptions,
  startEmulatedGateway,
} from "../../support/emulated_gateway.ts";

export const FLASH = "gemini-2.5-flash";
export const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };

/** The key of caller `a`, and that of caller `b`. */
export const KEY_A = "planted-client-a";
export const KEY_B = "planted-client-b";

/** A count of the gateway. */
interface Recorded extends CountedTokens {
  readonly keyId: string;
  readonly account: string;
  readonly model: string;
  readonly method: string;
}

/** The two. */
export interface UsageBed extends EmulatedGateway {
  /** The records of finished calls, oldest first. */
  readonly records: readonly ObservedRecord[];
  readonly bookings: readonly Booking[];
  /** Sends a request of caller `a`, and checks that it succeeds. Without a body, it is a GET. */
  ask(path: string, body?: unknown, options?: AskOptions): Promise<Response>;
  /** As {@linkcode ask}, and reads the whole response as JSON. */
  // deno-lint-ignore no-explicit-any -- Tests read any member.
  read(path: string, body?: unknown, options?: AskOptions): Promise<any>;
  /** Waits until so many calls have ended. */
  until(calls: number): Promise<void>;
  /** Waits until so many calls have ended, and checks that both count the same by account and model; returns it. */
  sameAfter(calls: number, filter?: { readonly method?: string }): Promise<CountedTokens>;
  /** Removes a client key. */
  removeKey(key: string): void;
  /** How many calls, batches and interactions the gateway counts as not known. */
  readonly notKnown: number;
}

/** How a request is sent. */
export interface AskOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: POST with a body, GET without. */
  readonly method?: string;
  readonly status?: number;
}

/** Starts both. */
export async function startUsageBed(options: EmulatedGatewayOptions = {}): Promise<UsageBed> {
  const records: ObservedRecord[] = [];
  const bookings: Booking[] = [];
  const keys = new Map([[KEY_A, "a"], [KEY_B, "b"]]);
  const gateway = await startEmulatedGateway({
    clientKeys: clientKeysOf(keys),
    ...options,
    observers: [
      ...options.observers ?? [],
      { end: (record) => void records.push({ ...record }) },
      { booked: (booking) => void bookings.push(booking) },
    ],
  });
  for (const name of Object.keys(options.accounts ?? { one: "" })) {
    const batches = gateway.emulator.batches(gateway.emulator.projectOf(name));
    batches.settings.pace = { pendingMs: Infinity, runningMs: Infinity };
  }
  async function ask(
    path: string,
    body?: unknown,
    { key = KEY_A, headers = {}, method, status = 200 }: AskOptions = {},
  ): Promise<Response> {
    const response = await fetch(`${gateway.url}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { "x-goog-api-key": key, "content-type": "application/json", ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    assert.equal(response.status, status, response.ok ? "" : await response.clone().text());
    return response;
  }
  const recorded = () => recordedOf(records, bookings);
  const ended = (calls: number) =>
    until(() => records.length >= calls, { what: `The end of ${calls} calls` });
  return {
    ...gateway,
    until: ended,
    records,
    bookings,
    ask,
    read: async (path, body, how) => await (await ask(path, body, how)).json(),
    async sameAfter(calls, { method } = {}) {
      await ended(calls);
      const isMeant = (one: { readonly method: string }) =>
        method === undefined || one.method === method;
      const [google, pollux] = [gateway.emulator.counted(), recorded()];
      assert.deepEqual(bySubject(pollux.filter(isMeant)), bySubject(google.filter(isMeant)));
      return sumOfCounted(google.filter(isMeant));
    },
    removeKey: (key) => void keys.delete(key),
    get notKnown() {
      const missing = records.filter(({ usage, status, method }) =>
        usage === undefined && status < 400 && REPORTING.test(method)
      );
      const settled = bookings.filter(({ usage, settles }) => usage !== undefined && settles);
      return missing.length - settled.length;
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** Methods whose calls use tokens. */
const REPORTING =
  /enerateContent|mbedContent|^predict|^interactions\.create$|^generateAnswer$|^bidi/;

function recordedOf(
  records: readonly ObservedRecord[],
  bookings: readonly Booking[],
): readonly Recorded[] {
  return [
    ...records.map(({ keyId, ...rest }) => ({ ...rest, keyId })),
    ...bookings.map(({ callerId, ...rest }) => ({ ...rest, keyId: callerId })),
  ].flatMap(({ keyId, account, model, method, usage }) =>
    usage === undefined ? [] : [{ keyId, account, model, method, ...tokensOf(usage) }]
  );
}

function tokensOf({ prompt, cached, tool, thoughts, candidates }: TokenUsage): CountedTokens {
  return { prompt, cached, tool, thoughts, output: candidates };
}

/** The sums by account and model, without those that are empty. */
function bySubject(
  counted: readonly (CountedTokens & Pick<CountedUsage, "account" | "model">)[],
): Readonly<Record<string, CountedTokens>> {
  const groups = Map.groupBy(counted, ({ account, model }) => `${account} ${model}`);
  const sums = [...groups].map(([name, some]) => [name, sumOfCounted(some)] as const);
  return Object.fromEntries(
    sums.filter(([, sum]) => Object.values(sum).some((tokens) => tokens > 0))
      .sort(([one], [other]) => one < other ? -1 : 1),
  );
}
