/**
 * The union of the models that the accounts offer.
 *
 * @module
 */
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Model, ModelPage } from "../../gemini/api/model.ts";
import { noAccount } from "../dispatch/no_account.ts";
import type { Roster } from "../dispatch/roster.ts";
import type { ListRefresher } from "./list_refresher.ts";
import type { ModelLists } from "./model_lists.ts";
import { allMethods, modelsOffered } from "./offers.ts";

/** Google's own page sizes. */
const DEFAULT_PAGE_SIZE = 50;
const LARGEST_PAGE_SIZE = 1000;

/** The options of a {@linkcode ModelCatalog}. */
export interface ModelCatalogOptions {
  readonly roster: Pick<Roster, "members" | "disabled" | "revision">;
  readonly lists: ModelLists;
  readonly refresher: Pick<ListRefresher, "ready">;
  readonly aliases: ModelAliases;
}

/** Whether a caller may use a model, by its id after aliasing. */
export type MayUse = (id: string) => boolean;

/** The models of all accounts, and the versions of the lists and accounts that they were merged from. */
interface Merged {
  readonly models: ReadonlyMap<string, Model>;
  readonly version: number;
  readonly revision: bigint | undefined;
}

/** Lists models, from the stored lists of the accounts. */
export class ModelCatalog {
  readonly #options: ModelCatalogOptions;
  #merged: Merged | undefined;

  constructor(options: ModelCatalogOptions) {
    this.#options = options;
  }

  /**
   * One page of all models.
   *
   * @param query May hold `pageSize` (default 50, at most 1000) and `pageToken`.
   * @param mayUse Models that it does not accept are left out. Default: none.
   * @throws {RpcError} INVALID_ARGUMENT for an invalid query; an account's error, if none of them could list
   * its models.
   * @see {@link https://ai.google.dev/api/models#method:-models.list}
   */
  async page(query: URLSearchParams, mayUse?: MayUse): Promise<ModelPage> {
    const size = Math.min(
      wholeNumber(query, "pageSize") || DEFAULT_PAGE_SIZE,
      LARGEST_PAGE_SIZE,
    );
    const start = wholeNumber(query, "pageToken");
    const models = await this.#models();
    const all = mayUse === undefined
      ? [...models.values()]
      : [...models].filter(([id]) => mayUse(this.#resolve(id))).map(([, model]) => model);
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
   * @param mayUse A model that it does not accept does not exist. Default: all exist.
   * @throws {RpcError} NOT_FOUND
   */
  async get(id: string, mayUse?: MayUse): Promise<Model> {
    const models = await this.#models();
    const model = models.get(id) ?? models.get(this.#resolve(id));
    if (model !== undefined && mayUse?.(this.#resolve(id)) !== false) {
      return { ...model, name: `models/${id}` };
    }
    throw new RpcError(
      "NOT_FOUND",
      `No account offers the model "${id}". GET /v1beta/models lists the models of your accounts`,
    );
  }

  #resolve(id: string): string {
    return this.#options.aliases.resolve(id);
  }

  async #models(): Promise<ReadonlyMap<string, Model>> {
    const { roster, lists, refresher } = this.#options;
    if (roster.members().length === 0) throw noAccount(roster.disabled.length);
    await refresher.ready();
    const { revision } = roster;
    const { version } = lists;
    if (this.#merged?.version !== version || this.#merged.revision !== revision) {
      this.#merged = { models: this.#merge(), version, revision };
    }
    return this.#merged.models;
  }

  /** The models of all accounts, and the aliases of these models. */
  #merge(): ReadonlyMap<string, Model> {
    const { roster, lists, aliases } = this.#options;
    const models = new Map<string, Model>();
    for (const [id, { model, offers }] of modelsOffered(roster.members(), lists)) {
      const methods = allMethods(offers);
      const told = methods && { supportedGenerationMethods: methods };
      models.set(id, { displayName: id, ...model, ...told });
    }
    for (const [alias, target] of aliases.entries()) {
      const model = models.get(target);
      if (model !== undefined) models.set(alias, { ...model, name: `models/${alias}` });
    }
    return models;
  }
}

/** Reads a whole number from the query; 0 if it is absent. */
function wholeNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (/^\d{0,9}$/.test(text)) return Number(text);
  throw new RpcError("INVALID_ARGUMENT", `Cannot read "${name}": it must be a whole number`);
}
