/**
 * Finds the owner of a resource that was not made through this gateway: it reads the resource, at no cost, through
 * one account of each project. Calls for the same name share one look-up. A name that no project has is remembered
 * for a while.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { WallClock } from "../../base/clock.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import { isResourceName } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import type { Member, Roster } from "../dispatch/roster.ts";
import type { ProjectMembers } from "./project_members.ts";
import { canHold } from "./can_hold.ts";
import { type ReadResult, ResourceReader } from "./resource_reader.ts";

/** Most projects that one look-up asks. */
const MOST_PROJECTS = 64;

/** How long a name that no project has is remembered, in ms, and most names that are remembered. */
const NOWHERE_MS = 60_000;
const MOST_NOWHERE = 10_000;

/** Longest time of a look-up, in ms. */
const LOOK_UP_MS = 20_000;

/** What a look-up found. */
export type LookUpResult =
  | { readonly type: "at"; readonly accountId: string; readonly resource: StoredResource }
  /** Only one project could hold it, so no account was asked. */
  | { readonly type: "only"; readonly accountId: string }
  | { readonly type: "nowhere" }
  /** No account could hold it. */
  | { readonly type: "no-account" }
  /** Some accounts could not be asked: `why` is the first failure. */
  | { readonly type: "unknown"; readonly why: UpstreamFault };

/** The dependencies of a {@linkcode LookUp}. */
export interface LookUpOptions {
  readonly members: Pick<ProjectMembers, "all">;
  readonly roster: Pick<Roster, "revision">;
  readonly clock: WallClock;
}

/** Looks resources up. */
export class LookUp {
  readonly #options: LookUpOptions;
  readonly #reader = new ResourceReader();
  readonly #pending = new Map<string, Promise<LookUpResult>>();
  /** Until when no project is taken to have a name, and for which version of the accounts. */
  readonly #nowhere = new LRUCache<string, { untilMs: number; revision: bigint | undefined }>({
    max: MOST_NOWHERE,
  });

  constructor(options: LookUpOptions) {
    this.#options = options;
  }

  /**
   * Finds a resource. Never rejects.
   *
   * @param likely Ids of accounts whose projects are asked first.
   */
  find(named: NamedResource, likely: readonly string[]): Promise<LookUpResult> {
    const { name } = named;
    const pending = this.#pending.get(name);
    if (pending !== undefined) return pending;
    const finding = this.#find(named, likely).finally(() => this.#pending.delete(name));
    this.#pending.set(name, finding);
    return finding;
  }

  /** Records that a resource exists, even if an earlier look-up did not find it. */
  made(name: string): void {
    this.#nowhere.delete(name);
  }

  /** Reads a resource through each of these accounts, to compare what they see. */
  async readAll(
    named: NamedResource,
    members: readonly Member[],
  ): Promise<readonly (StoredResource | undefined)[]> {
    using limit = new Limit();
    const results = await Promise.all(members.map((member) => this.#read(named, member, limit)));
    return results.map((result) => result.type === "there" ? result.resource : undefined);
  }

  async #find(named: NamedResource, likely: readonly string[]): Promise<LookUpResult> {
    const { name, collection } = named;
    const { clock, roster } = this.#options;
    const projects = this.#candidates(named);
    if (projects.length === 0) return { type: "no-account" };
    if (!isResourceName(name, collection)) return { type: "nowhere" };
    const [[only] = []] = projects;
    if (projects.length === 1 && only !== undefined) {
      return { type: "only", accountId: only.account.id };
    }
    const { revision } = roster;
    const known = this.#nowhere.get(name);
    if (known !== undefined && known.untilMs > clock.now() && known.revision === revision) {
      return { type: "nowhere" };
    }
    if (this.#reader.isFull) return { type: "unknown", why: tooMany() };
    const isLikely = (members: readonly Member[]) =>
      members.some(({ account }) => likely.includes(account.id));
    const first = await this.#ask(named, projects.filter(isLikely));
    const found = first.type === "nowhere"
      ? await this.#ask(named, projects.filter((members) => !isLikely(members)))
      : first;
    if (found.type === "nowhere") {
      this.#nowhere.set(name, { untilMs: clock.now() + NOWHERE_MS, revision });
    }
    return found;
  }

  /** The candidates of a look-up, by project. */
  #candidates({ collection }: NamedResource): readonly (readonly Member[])[] {
    return this.#options.members.all()
      .map((members) => members.filter((member) => canHold(member, collection)))
      .filter((members) => members.length > 0)
      .slice(0, MOST_PROJECTS);
  }

  /** Asks projects; the first that has the resource ends the look-up. */
  async #ask(
    named: NamedResource,
    projects: readonly (readonly Member[])[],
  ): Promise<LookUpResult> {
    using limit = new Limit();
    const found = Promise.withResolvers<LookUpResult>();
    let why: UpstreamFault | undefined;
    const all = Promise.all(projects.map(async (members) => {
      for (const member of members) {
        const result = await this.#read(named, member, limit);
        if (result.type === "there") {
          const { resource } = result;
          found.resolve({ type: "at", accountId: member.account.id, resource });
        }
        if (result.type === "failed") why ??= result.fault;
        // Another account of the project may be asked in place of one that can't be used.
        if (result.type !== "refused") return;
      }
    }));
    all.then(() =>
      found.resolve(why === undefined ? { type: "nowhere" } : { type: "unknown", why })
    );
    return await found.promise;
  }

  #read(named: NamedResource, { upstream }: Member, { signal }: Limit): Promise<ReadResult> {
    return this.#reader.read(named, { upstream, signal, nowMs: this.#options.clock.now() });
  }
}

/** Ends the reads of a look-up: when its time is up, or its result is known. */
class Limit implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer = setTimeout(() => this.#end(), LOOK_UP_MS);

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#end();
  }

  #end(): void {
    const message = `No account said within ${LOOK_UP_MS / 1000} s that it holds the resource`;
    const error = new RpcError("DEADLINE_EXCEEDED", message);
    this.#controller.abort(new UpstreamFault("transient", error));
  }
}

function tooMany(): UpstreamFault {
  const message = "Too many unknown resources are being looked up. Try again in a moment";
  return new UpstreamFault("transient", new RpcError("UNAVAILABLE", message));
}
