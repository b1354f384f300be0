/**
 * The series of a metric by the values of their labels, at most so many.
 *
 * @module
 */
import { type Labels, labelsText, type MetricInfo } from "./metrics_text.ts";

/** Most series of a metric. */
export const MOST_SERIES = 10_000;

/** Stands for the values that are too many to have series of their own. */
export const OTHER = "other";

/** What a metric with labels is. */
export interface LabelledInfo<Name extends string> extends MetricInfo {
  /** The names of its labels, in the order in which they are shown. */
  readonly labels: readonly Name[];
  /** Called for a request of a series that is counted in that of {@linkcode OTHER}. Default: not. */
  readonly onFold?: () => void;
}

/** Series by labels. */
export class SeriesTable<Name extends string, Series> {
  readonly #info: LabelledInfo<Name>;
  readonly #create: () => Series;
  /** By the text of their labels. */
  readonly #series = new Map<string, Series>();

  constructor(info: LabelledInfo<Name>, create: () => Series) {
    this.#info = info;
    this.#create = create;
    if (info.labels.length === 0) this.#series.set("", create());
  }

  /** The series with these labels; beyond {@linkcode MOST_SERIES}, the one whose labels are all {@linkcode OTHER}. */
  of(labels: Labels<Name>): Series {
    const text = this.#textOf((name) => labels[name]);
    const found = this.#series.get(text);
    if (found !== undefined) return found;
    if (this.#series.size < MOST_SERIES - 1) return this.#add(text);
    this.#info.onFold?.();
    const other = this.#textOf(() => OTHER);
    return this.#series.get(other) ?? this.#add(other);
  }

  /** The texts of the labels, as in `{key="team"}`, and their series, in the order in which they were made. */
  entries(): Iterable<[string, Series]> {
    return this.#series;
  }

  #textOf(value: (name: Name) => string): string {
    return labelsText(Object.fromEntries(this.#info.labels.map((name) => [name, value(name)])));
  }

  #add(text: string): Series {
    const series = this.#create();
    this.#series.set(text, series);
    return series;
  }
}
