/**
 * A counter with labels.
 *
 * @module
 */
import { type Labels, type Metric, valueText } from "./metrics_text.ts";
import { type LabelledInfo, SeriesTable } from "./series_table.ts";

/** One series, which is added to directly: every call does so, and a look-up of its labels would take longer. */
export interface Counter {
  /** Only ever grows. */
  value: number;
}

/** All series of a counter. */
export class Counters<Name extends string = never> implements Metric {
  readonly type = "counter";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Name[];
  readonly #table: SeriesTable<Name, Counter>;

  /** @param info Without labels, its one series is shown from the start. */
  constructor(info: LabelledInfo<Name>) {
    this.name = info.name;
    this.help = info.help;
    this.labels = info.labels;
    this.#table = new SeriesTable(info, () => ({ value: 0 }));
  }

  /** The series with these labels; it may be kept. */
  of(labels: Labels<Name>): Counter {
    return this.#table.of(labels);
  }

  *lines(): Iterable<string> {
    for (const [labels, { value }] of this.#table.entries()) {
      yield `${this.name}${labels} ${valueText(value)}`;
    }
  }
}
