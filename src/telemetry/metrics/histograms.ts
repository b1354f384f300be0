/**
 * A histogram with labels, in the classic form: cumulative buckets.
 *
 * @module
 */
import { type Labels, type Metric, valueText } from "./metrics_text.ts";
import { type LabelledInfo, SeriesTable } from "./series_table.ts";

/** What a histogram is. */
export interface HistogramInfo<Name extends string> extends LabelledInfo<Name> {
  /** The upper bounds of the buckets, ascending, each inclusive; one without a bound follows them. */
  readonly bounds: readonly number[];
}

/** One series. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Values in each bucket; the last one has no bound. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value. */
  observe(value: number): void {
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index++;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

/** All series of a histogram. */
export class Histograms<Name extends string = never> implements Metric {
  readonly type = "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Name[];
  readonly #table: SeriesTable<Name, Histogram>;

  constructor(info: HistogramInfo<Name>) {
    this.name = info.name;
    this.help = info.help;
    this.labels = info.labels;
    this.#table = new SeriesTable(info, () => new Histogram(info.bounds));
  }

  /** The series with these labels; it may be kept. */
  of(labels: Labels<Name>): Histogram {
    return this.#table.of(labels);
  }

  *lines(): Iterable<string> {
    for (const [labels, { bounds, counts, sum }] of this.#table.entries()) {
      const before = labels === "" ? "{" : `${labels.slice(0, -1)},`;
      let count = 0;
      for (const [index, some] of counts.entries()) {
        count += some;
        const le = valueText(bounds[index] ?? Infinity);
        yield `${this.name}_bucket${before}le="${le}"} ${count}`;
      }
      yield `${this.name}_sum${labels} ${valueText(sum)}`;
      yield `${this.name}_count${labels} ${count}`;
    }
  }
}
