/**
 * Every error that upstreams were seen to answer, word for word, and what it means.
 *
 * @module
 */
import type {
  FaultOwner,
  FaultScope,
  SpentQuota,
} from "../../src/upstream/faults/upstream_fault.ts";

/** One answer, and what is to be made of it. */
export interface ErrorFixture {
  readonly what: string;
  /** HTTP status. */
  readonly http: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, as text or as a JSON value. */
  readonly body: unknown;
  readonly fault: {
    readonly owner: FaultOwner;
    readonly scope: FaultScope;
    readonly delayMs?: number;
    readonly quota?: SpentQuota;
  };
  /** Whether another account is to be tried. */
  readonly rotates: boolean;
  /** Whether the same account is to be tried again within the call, where there is no other. */
  readonly retriesSame: boolean;
  /** The error's words, where they are not upstream's own. */
  readonly message?: string;
}

/** The time at which the fixtures' time stamps are read, in ms since the epoch. */
export const FIXTURE_TIME_MS = Date.UTC(2026, 10, 22, 12, 0, 0);

/** All fixtures. */
export const ERROR_FIXTURES: readonly ErrorFixture[] = JSON.parse(
  await Deno.readTextFile(new URL("../upstream/fixtures/errors.json", import.meta.url)),
);

/** A fixture's body as it goes over the wire. */
export function bodyOf({ body }: ErrorFixture): string {
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}
