/**
 * Merges the lists of stored resources of all projects: it reads each project's list through one of its accounts,
 * one project after the other.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { collectionWithIds, hasPublic } from "../../gemini/resources/resources.ts";
import { laterUsage } from "../../gemini/resources/later_usage.ts";
import { storedResource } from "../../gemini/resources/stored_resource.ts";
import { shownResources } from "../../gemini/resources/stored_resources.ts";
import { type AllowedAccounts, noAllowedAccount } from "../access/allowed_accounts.ts";
import type { Caller } from "../access/caller.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import { noAccount, noKindServes } from "../dispatch/no_account.ts";
import type { Member, Roster } from "../dispatch/roster.ts";
import type { Ownership } from "../owners/ownership.ts";
import type { ProjectMembers } from "../owners/project_members.ts";
import { unexpectedResponse } from "../response/unexpected_response.ts";
import { readListPage, writeListPage } from "./list_page.ts";
import { type ListPlace, openPageToken, type PageStart, sealPageToken } from "./page_token.ts";

/** Most requests for one page, besides one for each project. */
const MOST_REQUESTS = 100;

/** The properties of a list in the method table. */
export type ListRow = NonNullable<MethodRow["list"]>;

/** The dependencies of merged lists. */
export interface MergedListParts {
  readonly dispatcher: Dispatcher;
  readonly ownership: Pick<Ownership, "seen" | "shown" | "bookings">;
  readonly members: Pick<ProjectMembers, "all">;
  readonly roster: Pick<Roster, "disabled" | "canServe">;
  /** Tells which accounts a caller may use. */
  readonly allowed: Pick<AllowedAccounts, "of">;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** What a client asks for. */
export interface ListQuery {
  readonly call: ClientCall;
  readonly caller: Caller;
  readonly list: ListRow;
}

/**
 * Reads a page of a merged list. Only as many accounts are asked as the page and its token need. An account that fails
 * is left out.
 *
 * @returns The page's JSON. Before it gets a token, the next item is read, so that the next page is not empty.
 * @throws {RpcError} INVALID_ARGUMENT for an invalid size or token; an account's error if the page has no items because
 * accounts failed.
 */
export async function mergedPage(query: ListQuery, parts: MergedListParts): Promise<Uint8Array> {
  return await new PageReader(query, parts).page();
}

/** Items of one account's list, and where the merged list continues. */
interface Read {
  readonly items: readonly Uint8Array[];
  readonly next: ListPlace | undefined;
}

/** Reads one page. */
class PageReader {
  readonly #query: ListQuery;
  readonly #parts: MergedListParts;
  /** The client's query, without the parameters of pages. */
  readonly #rest: URLSearchParams;
  readonly #size: number;
  readonly #token: string;
  #requestsLeft: number;
  #error: RpcError | undefined;
  #isAnyRead = false;
  /** The account whose items were read last. */
  #account = "";

  constructor(query: ListQuery, parts: MergedListParts) {
    const { call, list: { defaultSize, largestSize } } = query;
    this.#query = query;
    this.#parts = parts;
    this.#rest = new URLSearchParams(call.query);
    const size = taken(this.#rest, "pageSize");
    if (!/^\d{0,9}$/.test(size)) {
      throw new RpcError("INVALID_ARGUMENT", `Cannot read "pageSize": it must be a whole number`);
    }
    this.#size = Math.min(Number(size) || defaultSize, largestSize);
    this.#token = taken(this.#rest, "pageToken");
    this.#requestsLeft = MOST_REQUESTS + this.#projects().length;
  }

  async page(): Promise<Uint8Array> {
    const { call: { method, lifecycle }, caller, list } = this.#query;
    const of = { sealer: this.#parts.sealer, method, callerId: caller.id };
    const start = this.#token === "" ? undefined : await openPageToken(this.#token, of);
    const items: Uint8Array[] = [];
    let place = start ?? this.#after("");
    while (place !== undefined && items.length < this.#size && this.#requestsLeft > 0) {
      const read = await this.#read(place, this.#size - items.length);
      items.push(...read.items);
      place = read.next;
    }
    const account = this.#account;
    if (items.length === 0) items.push(...this.#insteadOfNothing(start));
    const next = place && await this.#lookAhead(place);
    lifecycle.record.account = account;
    const nextPageToken = next === undefined ? "" : await sealPageToken(next, of);
    return writeListPage({ items, nextPageToken }, list);
  }

  /** The items of a page for which no item was read; throws if accounts failed. */
  #insteadOfNothing(start: PageStart | undefined): readonly Uint8Array[] {
    if (this.#error !== undefined && (start !== undefined || !this.#isAnyRead)) throw this.#error;
    return start?.kept === undefined ? [] : [utf8Bytes(start.kept)];
  }

  /** The place of the next item; undefined if there is none. */
  async #lookAhead(from: ListPlace): Promise<PageStart | undefined> {
    const { caller, list: { largestSize } } = this.#query;
    let place: ListPlace | undefined = from;
    while (place !== undefined && this.#requestsLeft > 0) {
      const read: Read = await this.#read(place, caller.isScoped ? largestSize : 1);
      const [first] = read.items;
      if (first !== undefined) return { ...place, kept: utf8Text(first) };
      place = read.next;
    }
    // The limit of requests was reached before an item that this caller may see: the next page continues here.
    return place;
  }

  /** Reads a page of one account's list. An account that fails has no further items. */
  async #read(place: ListPlace, size: number): Promise<Read> {
    const { call, caller, list: { member, isSnakeCase } } = this.#query;
    const { lifecycle: { record }, watch } = call;
    const failures = record.failedTries.length;
    const isFirst = ({ account }: Member) => account.id === place.accountId;
    const members = this.#projects().find((members) => members.some(isFirst));
    const end = this.#after(place.accountId);
    const first = members?.find(isFirst);
    if (members === undefined || first === undefined) return { items: [], next: end };
    this.#requestsLeft--;
    const query = new URLSearchParams(this.#rest);
    query.set(isSnakeCase ? "page_size" : "pageSize", String(size));
    if (place.token !== "") query.set(isSnakeCase ? "page_token" : "pageToken", place.token);
    try {
      const { bytes, accountId } = await this.#send(query, [
        first,
        ...members.filter((other) => other !== first),
      ]);
      const page = readListPage(bytes, member);
      const items = await this.#visible(page.items, { accountId, caller });
      this.#isAnyRead = true;
      // The items may show that this project was already listed through another account.
      const [listed] = this.#projects().find((members) => members.includes(first)) ?? [];
      if (listed !== undefined && listed.account.id < first.account.id) {
        return { items: [], next: end };
      }
      if (items.length > 0) this.#account = record.account;
      const { nextPageToken: token } = page;
      const isEnd = token === "" || token === place.token;
      return { items, next: isEnd ? end : { accountId: first.account.id, token } };
    } catch (error) {
      if (!(error instanceof RpcError) || watch.over !== undefined) throw error;
      this.#error ??= error;
      if (record.failedTries.length === failures) {
        const { message: why, retryAfterMs: delayMs } = error;
        const account = first.account.name;
        call.lifecycle.attemptFailed({
          account,
          owner: "account",
          why,
          delayMs,
          ms: 0,
          requests: 0,
        });
      }
      return { items: [], next: end };
    }
  }

  /** Sends a request to a project: to its first account or, if that fails, to another one. */
  #send(
    query: URLSearchParams,
    members: readonly Member[],
  ): Promise<{ readonly bytes: Uint8Array; readonly accountId: string }> {
    const { call, list: { member } } = this.#query;
    const pinned = {
      accountIds: members.map(({ account }) => account.id),
      account: members[0]?.account.name ?? "",
      name: member,
      resources: [],
    };
    return this.#parts.dispatcher.send(
      { ...call, query: query.toString(), pinned },
      async (upstream, upstreamCall, accountId) => {
        const response = await upstream.call(upstreamCall);
        if (response.type !== "json") throw unexpectedResponse(response, call);
        return { bytes: response.bytes, accountId };
      },
    );
  }

  /** The items that the caller may see. Records which account holds them. */
  async #visible(
    items: readonly Uint8Array[],
    seen: { readonly accountId: string; readonly caller: Caller },
  ): Promise<readonly Uint8Array[]> {
    const isVisible = await Promise.all(items.map((item) => this.#isVisible(item, seen)));
    return items.filter((_, nth) => isVisible[nth]);
  }

  async #isVisible(
    item: Uint8Array,
    seen: { readonly accountId: string; readonly caller: Caller },
  ): Promise<boolean> {
    const { ownership, clock } = this.#parts;
    const { method } = this.#query.call;
    const { shows }: MethodRow = METHODS[method];
    const nowMs = clock.now();
    const collection = collectionWithIds(method);
    const resource = storedResource(item, { nowMs, collection });
    if (resource === undefined) {
      // What is Google's own is in every account's list.
      return hasPublic(collection) ? this.#isFirst(seen.accountId) : !seen.caller.isScoped;
    }
    const isVisible = await ownership.seen(resource, seen);
    if (!isVisible) return false;
    const named = shows === undefined ? [] : shownResources(item, { nowMs, shows });
    await ownership.shown(named, seen, resource);
    if (ownership.bookings.due(resource.name) === undefined) return true;
    const { name } = resource;
    const usage = laterUsage(item, resource.collection)?.usage;
    const files = resource.collection === "batches" ? named.map((file) => file.name) : [];
    // A list need not show all that is known of its items.
    if (usage !== undefined || files.length > 0) {
      await ownership.bookings.book({ name, usage, files }, this.#query.call.lifecycle);
    }
    return true;
  }

  /** Whether an account belongs to the project that is listed first. */
  #isFirst(accountId: string): boolean {
    return this.#projects()[0]?.some(({ account }) => account.id === accountId) ?? false;
  }

  /** The place of the first project after an account; undefined if that was the last. */
  #after(accountId: string): ListPlace | undefined {
    for (const [{ account }] of this.#projects()) {
      if (account.id > accountId) return { accountId: account.id, token: "" };
    }
    return undefined;
  }

  /** The accounts of each project that serve the method, sorted by id: a restart does not change this order. */
  #projects(): readonly Project[] {
    const { members, roster, allowed } = this.#parts;
    const { call: { method }, caller } = this.#query;
    const only = allowed.of(caller.key);
    const projects = members.all()
      .map((project) =>
        project.filter(({ account, upstream }) =>
          upstream.serves(method) && (only?.ids.has(account.id) ?? true)
        ).sort(byId)
      )
      .filter(isProject)
      .sort(([a], [b]) => byId(a, b));
    if (projects.length === 0) {
      if (members.all().length === 0) throw noAccount(roster.disabled.length);
      throw only && roster.canServe(method) ? noAllowedAccount(only, method) : noKindServes(method);
    }
    return projects;
  }
}

/** The accounts of a project. */
type Project = [Member, ...Member[]];

function isProject(members: Member[]): members is Project {
  return members.length > 0;
}

function byId({ account: one }: Member, { account: other }: Member): number {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

/** Removes a parameter from a query, in either spelling that proto3 JSON accepts, and returns its value. */
function taken(query: URLSearchParams, camel: string): string {
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const value = query.get(camel) ?? query.get(snake) ?? "";
  query.delete(camel);
  query.delete(snake);
  return value;
}
