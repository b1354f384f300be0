/**
 * Records the owners of the resources in a response.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import { NO_USAGE, type TokenUsage } from "../../gemini/api/token_usage.ts";
import { hasLaterUsage, laterUsage, modelOf } from "../../gemini/resources/later_usage.ts";
import type { Unbooked } from "../../pool/owners/owners.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { Bookings } from "./bookings.ts";
import type { Caller } from "../access/caller.ts";
import { NotedEvents } from "./noted_events.ts";
import { deletedBy, resourcesIn, type Told } from "./told_resources.ts";

/** The caller that made or read a resource, and the account that the call went through. */
export interface Seen {
  readonly accountId: string;
  readonly caller: Caller;
  /** The call whose usage a later response reports, if it is such a call. */
  readonly unbooked?: Omit<Unbooked, "account"> | undefined;
}

/** A response's call, its caller and its account. */
export interface ResponseOf extends Seen {
  readonly call: Told & { readonly model: string; readonly lifecycle: CallLifecycle };
}

/** What records owners. */
interface Recorder {
  readonly ownership: {
    gone(name: string): void;
    made(resource: StoredResource, seen: Seen): Promise<boolean>;
    seen(resource: StoredResource, seen: Seen): Promise<boolean>;
    shown(
      resources: readonly StoredResource[],
      seen: Seen,
      by: StoredResource | undefined,
    ): Promise<void>;
    readonly bookings: Pick<Bookings, "book" | "brokeOff">;
  };
  readonly clock: WallClock;
}

/**
 * Records the owners of the resources in a response, and of those in its events as they arrive. Must be called before
 * the client gets the response.
 *
 * @returns The response. Its events are held back until the owners of the resources that they name are recorded.
 */
export async function noteResponse(
  response: UpstreamResponse,
  of: ResponseOf,
  recorder: Recorder,
): Promise<UpstreamResponse> {
  const gone = deletedBy(of.call);
  if (gone !== undefined) recorder.ownership.gone(gone);
  if (response.type === "events") {
    const events = new NotedEvents(response.events, {
      note: (json, usage) => note(json, of, { ...recorder, usage }),
      brokeOff: (json, usage) => brokeOff(json, { of, ...recorder, usage }),
    });
    return { ...response, events };
  }
  if (response.type === "json") await note(response.bytes, of, recorder);
  return response;
}

async function note(
  json: Uint8Array,
  { call, ...seen }: ResponseOf,
  { ownership, clock, usage }: Recorder & { readonly usage?: TokenUsage | undefined },
): Promise<void> {
  const { method, model } = call;
  const { makes, usage: reports }: MethodRow = METHODS[method];
  const { described, named } = resourcesIn(json, call, clock.now());
  const unbooked = { method, model, madeAtMs: clock.now() };
  for (const resource of described) {
    const { collection } = resource;
    if (makes.length > 0) {
      await ownership.made(resource, {
        ...seen,
        unbooked: hasLaterUsage(collection) ? unbooked : undefined,
      });
    } else await ownership.seen(resource, seen);
  }
  await ownership.shown(named, {
    ...seen,
    // What this call did not make was counted by none: a trigger runs by its schedule, too.
    unbooked: reports === "later" ? unbooked : { ...unbooked, counted: NO_USAGE },
  }, described[0]);
  for (const { name, collection } of described) {
    const reported = usage ? { usage } : laterUsage(json, collection);
    if (reported === undefined) continue;
    const files = collection === "batches" ? named.map((file) => file.name) : [];
    const report = { name, files, model: modelOf(json, collection), ...reported };
    await ownership.bookings.book(report, call.lifecycle);
  }
}

/** Records what was counted of an interaction that the call makes, and whose stream broke off. */
function brokeOff(
  json: Uint8Array,
  { of: { call }, ownership, clock, usage }: Recorder & {
    readonly of: ResponseOf;
    readonly usage: TokenUsage;
  },
): void {
  const { makes }: MethodRow = METHODS[call.method];
  if (makes.length === 0) return;
  for (const { name } of resourcesIn(json, call, clock.now()).described) {
    ownership.bookings.brokeOff(name, usage);
  }
}
