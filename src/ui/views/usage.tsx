/**
 * The markup of the view of usage: requests, tokens and cost over time, and their sums.
 *
 * @module
 */
import { USAGE } from "../client/texts/usage.js";
import { ViewFrame } from "./view.tsx";

/** The view, without data. */
export function UsageView() {
  return (
    <ViewFrame
      name="usage"
      title={USAGE.title}
      words={<span data-part="summary"></span>}
      actions={
        <>
          <Choice name="by" label={USAGE.by} options={USAGE.dimensions} />
          <Choice name="range" label={USAGE.range} options={USAGE.ranges} />
        </>
      }
    >
      <div data-part="empty"></div>
      <div data-part="content" hidden>
        <ul class="series-legend" data-part="legend" aria-label={USAGE.legend}></ul>
        <div class="charts">
          {Object.entries(USAGE.measures).map(([measure, title]) => (
            <figure class="chart" data-measure={measure} aria-labelledby={`chart-${measure}`}>
              <figcaption>
                <h2 id={`chart-${measure}`}>{title}</h2>
                <span class="value" data-part="total"></span>
              </figcaption>
              <div class="plot">
                <div data-part="drawing" role="img"></div>
                <div class="tip" data-part="tip" aria-hidden="true" hidden></div>
              </div>
              <details data-part="numbers">
                <summary>{USAGE.numbers(title)}</summary>
                <div class="scroll" tabindex={0} role="region" aria-label={USAGE.numbers(title)}>
                  <table class="data" aria-labelledby={`chart-${measure}`}>
                    <thead data-part="head"></thead>
                    <tbody data-part="rows"></tbody>
                  </table>
                </div>
              </details>
            </figure>
          ))}
        </div>
        <div class="block">
          <div class="block-head">
            <h2 id="usage-sums" data-part="sums-title"></h2>
          </div>
          <div class="scroll" tabindex={0} role="region" aria-labelledby="usage-sums">
            <table class="data sums" aria-labelledby="usage-sums">
              <thead>
                <tr>
                  <th scope="col" data-part="name-column"></th>
                  {Object.values(USAGE.columns).map((title) => (
                    <th scope="col" class="num">{title}</th>
                  ))}
                </tr>
              </thead>
              <tbody data-part="sums"></tbody>
              <tfoot data-part="sums-total"></tfoot>
            </table>
          </div>
          <ul class="hint notes" data-part="notes"></ul>
        </div>
      </div>
    </ViewFrame>
  );
}

function Choice({ name, label, options }: {
  readonly name: string;
  readonly label: string;
  readonly options: Readonly<Record<string, string>>;
}) {
  return (
    <fieldset class="segments" data-part={name}>
      <legend class="unseen">{label}</legend>
      {Object.entries(options).map(([value, title]) => (
        <label>
          <input type="radio" name={`usage-${name}`} value={value} />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
