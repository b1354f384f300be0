/**
 * What models cost: Google's list prices, and those of the configuration. `prices.json` is made by `scripts/prices.ts`.
 *
 * @module
 */
import listed from "./prices.json" with { type: "json" };
import { wildcard } from "../base/text/wildcard.ts";

/** Prices in US dollars: per million tokens, unless said otherwise. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  /** Tokens from a cache. Default: as other tokens of the prompt. */
  readonly cached_input?: number;
  /** Thoughts. Default: as `output`. */
  readonly thought?: number;
  /** Default: as `input`. */
  readonly audio_input?: number;
  readonly image_input?: number;
  readonly video_input?: number;
  /** Default: as `cached_input`. */
  readonly cached_audio_input?: number;
  /** Default: as `output`. */
  readonly image_output?: number;
  readonly audio_output?: number;
  readonly video_output?: number;
  /** For a request, besides its tokens. Default: 0. */
  readonly per_request?: number;
  /** A batch's share of the price. Default: 1. */
  readonly batch?: number;
  /** The prices for a prompt of more tokens than that; absent ones stay as they are. */
  readonly above?: { readonly tokens: number } & Partial<Omit<Rates, "above" | "batch">>;
}

/** The prices of some models. */
export interface ModelPrices {
  /** A regular expression for the models' names. */
  readonly match: string;
  /** In the order of the days from which they apply, as in `2027-01-01`; the first is without one. */
  readonly prices: readonly (Rates & { readonly from?: string })[];
}

/** Most names whose prices are remembered: clients may invent names. */
const MOST_REMEMBERED = 1000;

/** The day of the listed prices, as in `2026-09-23`. */
export const PRICES_DATE: string = listed.date;

/** The listed prices; compiled at the first look-up, since most commands need none. */
let compiled:
  | readonly { readonly name: RegExp; readonly prices: ModelPrices["prices"] }[]
  | undefined;

/** The prices of models. */
export class Prices {
  #own: readonly { readonly test: (model: string) => boolean; readonly rates: Rates }[] = [];
  readonly #remembered = new Map<string, ModelPrices["prices"]>();

  /** @param own As for {@linkcode change}. */
  constructor(own: Readonly<Record<string, Rates>> = {}) {
    this.change(own);
  }

  /** @param own The configuration's prices by model; `*` matches any characters. They replace the listed ones. */
  change(own: Readonly<Record<string, Rates>>): void {
    this.#own = Object.entries(own).map(([pattern, rates]) => {
      const { test } = wildcard(pattern);
      return { test, rates };
    });
    this.#remembered.clear();
  }

  /**
   * Finds the prices of a model.
   *
   * @param atMs The time of the call, in ms since the epoch: prices change on a day (UTC).
   * @returns Undefined if no price is known, which does not mean that the model is free.
   */
  of(model: string, atMs: number): Rates | undefined {
    const prices = this.#remembered.get(model) ?? this.#find(model);
    if (prices.length < 2) return prices[0];
    const day = new Date(atMs).toISOString().slice(0, 10);
    return prices.findLast(({ from = "" }) => from <= day);
  }

  #find(model: string): ModelPrices["prices"] {
    const own = this.#own.find(({ test }) => test(model));
    const prices = own === undefined ? listedPrices(model) : [own.rates];
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(model, prices);
    return prices;
  }
}

function listedPrices(model: string): ModelPrices["prices"] {
  const models: readonly ModelPrices[] = listed.models;
  compiled ??= models.map(({ match, prices }) => ({ name: new RegExp(match), prices }));
  return compiled.find(({ name }) => name.test(model))?.prices ?? [];
}
