/**
 * The union of the models that the accounts offer.
 *
 * @module
 */
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Model, ModelPage } from "../../gemini/api/model.ts";
import type { AllowedSubset } from "../access/allowed_accounts.ts";
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

/** What a caller may use. */
export interface Permitted {
  /** Whether it may use a model, by its id after aliasing. Default: every model. */
  readonly mayUse?: ((id: string) => boolean) | undefined;
  /** The accounts that it may use. Default: all. */
  readonly only?: AllowedSubset | undefined;
}

/** Most subsets of accounts whose models are kept merged. */
const MOST_MERGED = 64;

/** The models of some accounts, and the versions of the lists and accounts that they were merged from. */
interface Merged {
  readonly models: ReadonlyMap<string, Model>;
  readonly version: number;
  readonly revision: bigint | undefined;
}

/** Lists models, from the stored lists of the accounts. */
export class ModelCatalog {
  readonly #options: ModelCatalogOptions;
  /** By the key of the subset of accounts; empty for all. */
  readonly #merged = new Map<string, Merged>();

  constructor(options: ModelCatalogOptions) {
    this.#options = options;
  }

  /**
   * One page of the models.
   *
   * @param query May hold `pageSize` (default 50, at most 1000) and `pageToken`.
   * @param permitted Models that the caller may not use are left out.
   * @throws {RpcError} INVALID_ARGUMENT for an invalid query; an account's error, if none of them could list
   * its models.
   * @see {@link https://ai.google.dev/api/models#method:-models.list}
   */
  async page(query: URLSearchParams, { mayUse, only }: Permitted = {}): Promise<ModelPage> {
    const size = Math.min(
      wholeNumber(query, "pageSize") || DEFAULT_PAGE_SIZE,
      LARGEST_PAGE_SIZE,
    );
    const start = wholeNumber(query, "pageToken");
    const models = await this.#models(only);
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
   * @param permitted A model that the caller may not use does not exist.
   * @throws {RpcError} NOT_FOUND
   */
  async get(id: string, { mayUse, only }: Permitted = {}): Promise<Model> {
    const models = await this.#models(only);
    const model = models.get(id) ?? models.get(this.#resolve(id));
    if (model !== undefined && mayUse?.(this.#resolve(id)) !== false) {
      return { ...model, name: `models/${id}` };
    }
    throw new RpcError(
      "NOT_FOUND",
      only === undefined
        ? `No account offers the model "${id}". GET /v1beta/models lists the models of your accounts`
        : `No account that the key "${only.keyName}" may use offers the model "${id}". ` +
          "GET /v1beta/models lists the models of these accounts",
    );
  }

  #resolve(id: string): string {
    return this.#options.aliases.resolve(id);
  }

  async #models(only: AllowedSubset | undefined): Promise<ReadonlyMap<string, Model>> {
    const { roster, lists, refresher } = this.#options;
    if (roster.members().length === 0) throw noAccount(roster.disabled.length);
    await refresher.ready();
    const { revision } = roster;
    const { version } = lists;
    const key = only?.key ?? "";
    if (only !== undefined && only.ids.size === 0) return new Map();
    const known = this.#merged.get(key);
    if (known?.version === version && known.revision === revision) return known.models;
    const models = this.#merge(only);
    if (this.#merged.size >= MOST_MERGED) this.#merged.clear();
    this.#merged.set(key, { models, version, revision });
    return models;
  }

  /** The models of the accounts, and the aliases of these models. */
  #merge(only: AllowedSubset | undefined): ReadonlyMap<string, Model> {
    const { roster, lists, aliases } = this.#options;
    const models = new Map<string, Model>();
    const members = roster.members().filter(({ account }) => only?.ids.has(account.id) ?? true);
    for (const [id, { model, offers }] of modelsOffered(members, lists)) {
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
