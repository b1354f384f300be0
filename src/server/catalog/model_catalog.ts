/**
 * The models that the accounts can use between them.
 *
 * @module
 */
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Clock } from "../../base/clock.ts";
import { type Moment, momentOf, msSince } from "../../pool/moment.ts";
import { timeLimit } from "../../upstream/time_limit.ts";
import type { Model } from "../../upstream/upstream.ts";
import { noAccount } from "../dispatch/no_account.ts";
import type { Member, Roster } from "../dispatch/roster.ts";

/** How long a list stays good, in ms, unless an account changes. */
const FRESH_MS = 5 * 60_000;

/** Longest wait for one account's list, in ms. */
const LIST_LIMIT_MS = 30_000;

/** Accounts asked, unless more differ: their lists do by kind and tier, not by account. */
const USUALLY_ASKED = 16;

/** Google's own page sizes. */
const DEFAULT_PAGE_SIZE = 50;
const LARGEST_PAGE_SIZE = 1000;

/** What a {@linkcode ModelCatalog} is made of. */
export interface ModelCatalogOptions {
  readonly roster: Roster;
  readonly aliases: ModelAliases;
  readonly clock: Clock;
}

/** A page of models, as the Gemini API answers it. */
export interface ModelPage {
  readonly models: readonly Model[];
  readonly nextPageToken?: string;
}

interface Listing {
  readonly models: ReadonlyMap<string, Model>;
  readonly revision: bigint | undefined;
  readonly readAt: Moment;
}

/** Lists models, asking the accounts once in a while. */
export class ModelCatalog {
  readonly #options: ModelCatalogOptions;
  #listing: Listing | undefined;
  #reading: Promise<Listing> | undefined;

  constructor(options: ModelCatalogOptions) {
    this.#options = options;
  }

  /**
   * One page of all models.
   *
   * @param query May hold `pageSize` (default 50, at most 1000) and `pageToken`.
   * @throws {RpcError} INVALID_ARGUMENT for a query that can't be read; what the accounts answered, when
   * none of them could list its models.
   * @see {@link https://ai.google.dev/api/models#method:-models.list}
   */
  async page(query: URLSearchParams): Promise<ModelPage> {
    const size = Math.min(
      wholeNumber(query, "pageSize") || DEFAULT_PAGE_SIZE,
      LARGEST_PAGE_SIZE,
    );
    const start = wholeNumber(query, "pageToken");
    const all = [...(await this.#current()).models.values()];
    const end = start + size;
    return {
      models: all.slice(start, end),
      ...(end < all.length ? { nextPageToken: String(end) } : {}),
    };
  }

  /**
   * One model.
   *
   * @param id Model id or alias, without `models/`.
   * @throws {RpcError} NOT_FOUND
   */
  async get(id: string): Promise<Model> {
    const { models } = await this.#current();
    const model = models.get(id) ?? models.get(this.#options.aliases.resolve(id));
    if (model !== undefined) return { ...model, name: `models/${id}` };
    throw new RpcError(
      "NOT_FOUND",
      `No account offers the model "${id}". GET /v1beta/models lists those that there are`,
    );
  }

  async #current(): Promise<Listing> {
    const { clock, roster } = this.#options;
    const known = this.#listing;
    if (
      known !== undefined && known.revision === roster.revision &&
      msSince(known.readAt, clock) < FRESH_MS
    ) return known;
    this.#reading ??= this.#read().finally(() => this.#reading = undefined);
    return await this.#reading;
  }

  async #read(): Promise<Listing> {
    const { clock, roster, aliases } = this.#options;
    const { revision } = roster;
    const lists = await Promise.allSettled(asked(roster.members()).map(listOf));
    const good = lists.filter((list) => list.status === "fulfilled");
    const [first] = lists;
    if (first === undefined) throw noAccount(roster.disabled.length);
    if (good.length === 0 && first.status === "rejected") throw first.reason;
    const models = new Map<string, Model>();
    for (const { value } of good) {
      for (const model of value) {
        const id = idOf(model);
        if (!models.has(id)) models.set(id, { displayName: id, ...model });
      }
    }
    for (const [alias, target] of aliases.entries()) {
      const model = models.get(target);
      if (model !== undefined) models.set(alias, { ...model, name: `models/${alias}` });
    }
    this.#listing = { models, revision, readAt: momentOf(clock) };
    return this.#listing;
  }
}

/** Of every kind, place and rules for models at least one account, so that no model is missed. */
function asked(members: readonly Member[]): readonly Member[] {
  const alike = Map.groupBy(
    members,
    ({ account: { kind, location, models } }) => JSON.stringify([kind, location, models]),
  );
  const first = new Set([...alike.values()].flatMap((group) => group.slice(0, 1)));
  const others = members.filter((member) => !first.has(member));
  return [...first, ...others.slice(0, Math.max(0, USUALLY_ASKED - first.size))];
}

/** The models that the account has and may answer for. */
async function listOf({ upstream, answersFor }: Member): Promise<readonly Model[]> {
  const { signal, dispose } = timeLimit(
    LIST_LIMIT_MS,
    "The account did not list its models in time",
  );
  try {
    const models = await upstream.listModels(signal);
    return answersFor === undefined ? models : models.filter((model) => answersFor(idOf(model)));
  } finally {
    dispose();
  }
}

/** The id of a model, which its name has behind `models/`. */
export function idOf({ name }: Pick<Model, "name">): string {
  return name.replace(/^models\//, "");
}

/** A whole number of the query; 0 where it is absent. */
function wholeNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (/^\d{0,9}$/.test(text)) return Number(text);
  throw new RpcError("INVALID_ARGUMENT", `Cannot read "${name}": it must be a whole number`);
}
