/**
 * A gauge, which is measured whenever it is read.
 *
 * @module
 */
import { type Labels, labelsText, type Metric, valueText } from "./metrics_text.ts";
import type { LabelledInfo } from "./series_table.ts";

/** A measured value. */
export interface Sample<Name extends string> {
  readonly labels: Labels<Name>;
  readonly value: number;
}

/** A gauge with labels. */
export class Gauge<Name extends string> implements Metric {
  readonly type = "gauge";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Name[];
  readonly #measure: () => Iterable<Sample<Name>>;

  /** @param measure Gives a value for each series; of equal labels, the largest value counts. */
  constructor(
    { name, help, labels }: Omit<LabelledInfo<Name>, "onFold">,
    measure: () => Iterable<Sample<Name>>,
  ) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.#measure = measure;
  }

  *lines(): Iterable<string> {
    const values = new Map<string, number>();
    for (const { labels, value } of this.#measure()) {
      const text = labelsText(labels);
      values.set(text, Math.max(value, values.get(text) ?? -Infinity));
    }
    for (const [labels, value] of values) yield `${this.name}${labels} ${valueText(value)}`;
  }
}
