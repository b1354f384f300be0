/**
 * The user's aliases for model names.
 *
 * @module
 */
import { type Wildcard, wildcard } from "../../base/text/wildcard.ts";

/** Resolves model names: exact aliases first, then the most specific wildcard, else the name itself. */
export class ModelAliases {
  readonly #exact = new Map<string, string>();
  readonly #wildcards: {
    readonly pattern: Wildcard;
    readonly weight: number;
    readonly target: string;
  }[] = [];

  /** @param aliases Target by alias; `*` in an alias stands for any run of characters. */
  constructor(aliases: Readonly<Record<string, string>>) {
    for (const [alias, target] of Object.entries(aliases)) {
      if (!alias.includes("*")) {
        this.#exact.set(alias, target);
        continue;
      }
      this.#wildcards.push({
        pattern: wildcard(alias),
        weight: alias.replaceAll("*", "").length,
        target,
      });
    }
    this.#wildcards.sort(byWeight);
  }

  /**
   * The name to send upstream.
   *
   * @param model Model id without `models/`.
   */
  resolve(model: string): string {
    const exact = this.#exact.get(model);
    if (exact !== undefined) return exact;
    for (const { pattern, target } of this.#wildcards) if (pattern.test(model)) return target;
    return model;
  }

  /** The exact aliases, as pairs of alias and target, for model lists. */
  entries(): Iterable<readonly [string, string]> {
    return this.#exact.entries();
  }
}

function byWeight(a: { readonly weight: number }, b: { readonly weight: number }): number {
  return b.weight - a.weight;
}
