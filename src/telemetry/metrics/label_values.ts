/**
 * The values of a label, at most so many: each value makes series, and Prometheus keeps all of them.
 *
 * @module
 */
import { OTHER } from "./series_table.ts";

/** Most values of a label; further ones are counted as {@linkcode OTHER}. */
export const MOST_VALUES = 200;

/** Options of {@linkcode LabelValues}. */
export interface LabelValuesOptions {
  /** What is shown of a value; called once for each. Default: the value. */
  readonly shown?: (value: string) => string;
  /** Called whenever a value is replaced by {@linkcode OTHER}. */
  readonly onFold: () => void;
}

/** The values of one label. */
export class LabelValues {
  readonly #options: LabelValuesOptions;
  readonly #shown = new Map<string, string>();

  constructor(options: LabelValuesOptions) {
    this.#options = options;
  }

  /** What stands for a value in the label. An empty one says that there is none. */
  of(value: string): string {
    if (value === "") return "";
    const known = this.#shown.get(value);
    if (known !== undefined) return known;
    const { shown = (text) => text, onFold } = this.#options;
    if (this.#shown.size >= MOST_VALUES) {
      onFold();
      return OTHER;
    }
    const text = shown(value);
    this.#shown.set(value, text);
    return text;
  }
}
