/**
 * Records which account owns which stored resource, and chooses the accounts for calls that name resources.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { defined } from "../../base/defined.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import { refusalOf } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import type { BookedMarks } from "../../pool/owners/booked_marks.ts";
import type { Owner, Owners, Unbooked } from "../../pool/owners/owners.ts";
import type { Projects } from "../../pool/owners/projects.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import { type Caller, mayUse } from "../access/caller.ts";
import type { Member, Roster } from "../dispatch/roster.ts";
import { Bookings } from "./bookings.ts";
import { canHold } from "./can_hold.ts";
import type { LookUp } from "./look_up.ts";
import { copiesOf, copyIds, type NamedCopyParts, type NamedInProject } from "./named_copies.ts";
import { noteResponse, type ResponseOf, type Seen } from "./note_response.ts";
import { ownerDisabled, ownerUnknown, severalOwners } from "./owner_errors.ts";
import type { CopiesOfNamed, Pinned } from "./pinned.ts";
import { goneBy } from "./told_resources.ts";

/** Most names of one call that are looked up. The others are taken to have the same owner. */
const MOST_LOOKED_UP = 100;

/** The dependencies of {@linkcode Ownership}. */
export interface OwnershipOptions extends NamedCopyParts {
  readonly owners: Owners;
  readonly marks: Pick<BookedMarks, "add">;
  readonly projects: Projects;
  readonly lookUp: LookUp;
  readonly roster: Pick<Roster, "get" | "disabled">;
  readonly clock: WallClock;
  /** Called when the store cannot be read. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** A resource and the id of the account that holds it. */
interface Found extends NamedInProject {
  readonly accountId: string;
}

/** The owners of resources. */
export class Ownership {
  /** What is still to be booked. */
  readonly bookings: Bookings;
  readonly #options: OwnershipOptions;

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.bookings = new Bookings(options);
  }

  /**
   * Finds the accounts that can serve a call. Waits for the store and for look-ups only if an owner is not in memory.
   *
   * @param resources The resources that the call names; at least one.
   * @param how `mayMove`: whether copies may replace files whose owner cannot serve the call.
   * @returns Undefined if no account could hold any of the resources: upstream then decides.
   * @throws {RpcError} FAILED_PRECONDITION for resources of several projects, Google's own refusal for one that
   * does not exist or is another caller's, UNAVAILABLE if accounts could not be asked.
   */
  async resolve(
    resources: readonly NamedResource[],
    caller: Caller,
    { mayMove = false }: { readonly mayMove?: boolean } = {},
  ): Promise<Pinned | undefined> {
    const unknown: NamedResource[] = [];
    const found: Found[] = [];
    const isCopied = mayMove && copyIds(resources, this.#options) !== undefined;
    for (const named of resources) {
      const known = await this.#known(named, { caller, isCopied });
      if (known !== undefined) found.push(known);
      else if (named.isOptional) continue;
      else if (caller.mayLookUp) unknown.push(named);
      else throw refusalOf(named.name, named.collection);
    }
    if (unknown.length > 0) await this.#lookUp(unknown, found, caller);
    const copies = isCopied && found.length === resources.length
      ? copiesOf(found, this.#options)
      : undefined;
    const required = resources.filter((named) =>
      !named.isOptional || found.some((other) => other.named === named)
    );
    return await this.#pinned(found, {
      resources: required,
      copies,
      isLookedUp: unknown.length > 0,
    });
  }

  /** As {@linkcode noteResponse}. */
  noted(response: UpstreamResponse, of: ResponseOf): Promise<UpstreamResponse> {
    return noteResponse(response, of, { ownership: this, clock: this.#options.clock });
  }

  /**
   * Records resources that a response only names, as a batch names the file with its results: they are of the caller
   * that made the batch.
   *
   * @param by What names them, if it has an owner.
   */
  async shown(
    named: readonly StoredResource[],
    { caller, unbooked, ...seen }: Seen,
    by?: Pick<StoredResource, "name">,
  ): Promise<void> {
    const { owners } = this.#options;
    const { callerId: id = caller.id } = by && owners.peek(by.name) || {};
    for (const resource of named) {
      if (owners.peek(resource.name) !== undefined) continue;
      // Files, for one, have no usage of their own.
      const due = resource.collection === "interactions" ? unbooked : undefined;
      await this.made(resource, { ...seen, unbooked: due, caller: { ...caller, id } });
    }
  }

  /**
   * Records that a caller's call made a resource through an account. Clients may choose names. A name that another
   * caller already has in another project stays that caller's: otherwise any client could take over others' files.
   *
   * @returns Whether the caller owns the resource.
   */
  async made(
    resource: StoredResource,
    { accountId, caller, unbooked }: Seen,
  ): Promise<boolean> {
    const { owners, roster, clock } = this.#options;
    const member = roster.get(accountId);
    if (member === undefined) return false;
    const owner = owners.peek(resource.name) ??
      (caller.isScoped ? await this.#stored(resource.name) : undefined);
    const isTaken = owner !== undefined && !mayUse(caller, owner.callerId) &&
      owner.expiresAtMs > clock.now() && !this.#isIn(owner, member);
    if (!isTaken) this.#remember(resource, { member, callerId: caller.id, unbooked });
    return !isTaken;
  }

  /** Whether an account is in an owner's project. There, a name can be made again only after it was deleted. */
  #isIn({ accountId, project }: Owner, { account }: Member): boolean {
    const { projects } = this.#options;
    const holder = this.#accountOf(accountId);
    return projects.of(account) === (holder === undefined ? project : projects.of(holder));
  }

  /**
   * Records that an account responded with a resource, which the caller read or listed.
   *
   * @returns Whether the caller may see it.
   */
  async seen(resource: StoredResource, { accountId, caller }: Seen): Promise<boolean> {
    const { owners, projects, roster } = this.#options;
    const { name, createTime, expiresAtMs } = resource;
    const owner = owners.peek(name) ?? await this.#stored(name);
    const member = roster.get(accountId);
    if (owner === undefined) {
      if (caller.mayLookUp && member !== undefined) {
        this.#remember(resource, { member, callerId: caller.id });
      }
      return caller.mayLookUp;
    }
    if (!mayUse(caller, owner.callerId)) return false;
    if (member === undefined) return true;
    const holder = roster.get(owner.accountId);
    const isShared = createTime !== "" && createTime === owner.createTime;
    if (holder !== undefined && isShared) projects.learn(holder.account, member.account);
    const project = projects.of(member.account);
    // Any account of the owner's project may have responded, and a cache's expiry can change.
    if (holder === undefined || projects.of(holder.account) !== project) {
      this.#remember(resource, { member, ...owner });
    } else if (owner.expiresAtMs !== expiresAtMs) {
      owners.set(name, { ...owner, expiresAtMs });
    }
    return true;
  }

  #remember(
    { name, expiresAtMs, createTime }: StoredResource,
    { member: { account }, callerId, unbooked }: {
      readonly member: Member;
      readonly callerId: string;
      /** Without an account for a call that this one served. */
      readonly unbooked?:
        | Omit<Unbooked, "account"> & Partial<Pick<Unbooked, "account">>
        | undefined;
    },
  ): void {
    const { owners, projects, lookUp } = this.#options;
    lookUp.made(name);
    const project = projects.of(account);
    const owner = { accountId: account.id, project, callerId, expiresAtMs, createTime };
    const due = unbooked && { account: account.name, ...unbooked };
    owners.set(name, { ...owner, ...defined({ unbooked: due }) });
  }

  /** The id of the caller that made a resource; undefined if it is not known, or has expired. */
  async makerOf(name: string): Promise<string | undefined> {
    const { owners, clock } = this.#options;
    const owner = owners.peek(name) ?? await this.#stored(name);
    return owner !== undefined && owner.expiresAtMs > clock.now() ? owner.callerId : undefined;
  }

  /** Records that a resource was deleted. */
  gone(name: string): void {
    this.#options.owners.delete(name);
    this.#options.copies?.delete(name);
  }

  /** Records that the owner refused a call because a resource that the call names no longer exists. */
  refused({ resources }: Pinned, refusal: { message: string; path: string }): void {
    for (const name of goneBy(refusal, resources)) this.gone(name);
  }

  /** The recorded owner; undefined if there is none, or if its account was removed and the file has no copy. */
  async #known(
    named: NamedResource,
    { caller, isCopied }: { readonly caller: Caller; readonly isCopied: boolean },
  ): Promise<Found | undefined> {
    const { name, collection } = named;
    const owner = this.#options.owners.peek(name) ?? await this.#stored(name);
    if (owner === undefined) return undefined;
    if (!mayUse(caller, owner.callerId)) throw refusalOf(name, collection);
    const { accountId } = owner;
    const account = this.#accountOf(accountId);
    const isRemoved = account === undefined && this.#options.members.of(owner.project).length === 0;
    if (isRemoved && !isCopied) return undefined;
    const project = account === undefined ? owner.project : this.#options.projects.of(account);
    return { named, accountId, project };
  }

  async #stored(name: string): Promise<Owner | undefined> {
    try {
      return await this.#options.owners.get(name);
    } catch (error) {
      this.#options.onProblem("Cannot read the owner of a resource, so accounts are asked", error);
      return undefined;
    }
  }

  /** Looks up the owners that are not known, and adds them to `found`. */
  async #lookUp(
    unknown: readonly NamedResource[],
    found: Found[],
    caller: Pick<Caller, "id">,
  ): Promise<void> {
    const { lookUp, projects, roster } = this.#options;
    for (const named of unknown.slice(0, MOST_LOOKED_UP)) {
      const { name, collection } = named;
      const at = await lookUp.find(named, found.map(({ accountId }) => accountId));
      if (at.type === "nowhere") throw refusalOf(name, collection);
      if (at.type === "unknown") throw ownerUnknown(name, at.why.rpc);
      if (at.type === "no-account") continue;
      const { accountId } = at;
      const member = roster.get(accountId);
      if (member === undefined) continue;
      if (at.type === "at") this.#remember(at.resource, { member, callerId: caller.id });
      found.push({ named, accountId, project: projects.of(member.account) });
    }
  }

  async #pinned(
    all: readonly Found[],
    { resources, copies, isLookedUp }: Pick<Required<Pinned>, "resources" | "isLookedUp"> & {
      readonly copies: CopiesOfNamed | undefined;
    },
  ): Promise<Pinned | undefined> {
    const usable = all.filter(({ project }) => this.#options.members.of(project).length > 0);
    // With copies, a call is served even if the accounts of some of its files were removed.
    const found = copies === undefined || usable.length === 0 ? all : usable;
    const [first] = found;
    if (first === undefined) return undefined;
    if (copies === undefined || usable.length > 0) await this.#unite(found);
    const { accountId, named: { name } } = first;
    const account = this.#accountOf(accountId);
    const project = account === undefined ? first.project : this.#options.projects.of(account);
    const members = this.#options.members.of(project);
    const holder = this.#accountOf(accountId) ?? members[0]?.account;
    const owned = { name, account: holder?.name ?? "" };
    if (members.length === 0) {
      const lost = holder === undefined
        ? refusalOf(name, first.named.collection)
        : ownerDisabled(owned);
      if (copies === undefined) throw lost;
      return { accountIds: [], ...owned, resources, isLookedUp, copies, lost };
    }
    // Not every kind of account of the project can use what another kind made.
    const able = members.filter((member) =>
      resources.every(({ collection }) => canHold(member, collection))
    );
    const ids = (able.length === 0 ? members : able).map(({ account }) => account.id);
    const owners = new Set(found.map(({ accountId }) => accountId));
    return {
      accountIds: ids.toSorted((a, b) => Number(owners.has(b)) - Number(owners.has(a))),
      ...owned,
      resources,
      isLookedUp,
      ...(copies === undefined ? {} : { copies }),
    };
  }

  /**
   * Checks that all resources are in one project. If they seem to be in several, their owners are asked for the same
   * resource: two accounts that see it share a project.
   *
   * @throws {RpcError} FAILED_PRECONDITION
   */
  async #unite(found: readonly Found[]): Promise<void> {
    const { projects, lookUp, roster } = this.#options;
    const [first, ...others] = found;
    const one = first && roster.get(first.accountId);
    const owners = new Map(others.map((other) => [other.accountId, other]));
    for (const { accountId, project } of owners.values()) {
      if (first === undefined || project === first.project) continue;
      const other = roster.get(accountId);
      if (one !== undefined && other !== undefined) {
        const [a, b] = await lookUp.readAll(first.named, [one, other]);
        const isSame = a !== undefined && a.createTime !== "" && a.createTime === b?.createTime;
        if (isSame) projects.learn(one.account, other.account);
        if (projects.of(one.account) === projects.of(other.account)) continue;
      }
      throw severalOwners(found.map(({ named: { name }, accountId }) => ({
        name,
        account: this.#accountOf(accountId)?.name ?? "",
      })));
    }
  }

  /** An account, whether enabled or disabled. */
  #accountOf(accountId: string): Member["account"] | undefined {
    const { roster } = this.#options;
    return roster.get(accountId)?.account ??
      roster.disabled.find(({ id }) => id === accountId);
  }
}
