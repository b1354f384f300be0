/**
 * The markup of the overview: what the gateway does now.
 *
 * @module
 */
import { OVERVIEW } from "../client/texts/overview.js";
import { Icon } from "../icons.tsx";
import { ViewFrame } from "./view.tsx";

const { figures, columns } = OVERVIEW;

/** The overview, without data. */
export function OverviewView() {
  return (
    <ViewFrame
      name="overview"
      title={OVERVIEW.title}
      words={<span class="apart" data-part="summary"></span>}
    >
      <dl class="figures" aria-label={OVERVIEW.now}>
        <Figure name="requests" label={figures.requests} />
        <Figure name="inFlight" label={figures.inFlight} />
        <Figure name="errors" label={figures.errors} />
        <Figure name="tokens" label={figures.tokens} />
        <Figure name="accounts" label={figures.accounts} />
      </dl>
      <figure class="rate">
        <figcaption>
          <span>{OVERVIEW.rate}</span>
          <span class="legend">
            <i data-series="ok"></i>
            {OVERVIEW.rateLegend.ok} <i data-series="failed"></i>
            {OVERVIEW.rateLegend.failed}
          </span>
        </figcaption>
        <div data-part="rate"></div>
      </figure>
      <div class="columns">
        <aside class="block" aria-labelledby="overview-accounts-title">
          <div class="block-head">
            <h2 id="overview-accounts-title">{OVERVIEW.accounts}</h2>
            <a href="#/accounts" data-part="all-accounts" hidden></a>
          </div>
          <ul class="standing" data-part="accounts"></ul>
          <div data-part="no-accounts"></div>
        </aside>
        <section class="block main-column" aria-labelledby="calls-title">
          <div class="block-head">
            <h2 id="calls-title">{OVERVIEW.calls}</h2>
            <div class="actions">
              <input
                type="search"
                data-part="filter"
                aria-label={OVERVIEW.filter}
                placeholder={OVERVIEW.filterShort}
              />
              <label class="check">
                <input type="checkbox" data-part="failed" /> {OVERVIEW.failedOnly}
              </label>
              <button type="button" data-part="pause" aria-pressed="false">
                <Icon name="pause" />
                <span data-part="pause-words">{OVERVIEW.pause}</span>
              </button>
            </div>
          </div>
          <p class="note" data-part="lost" data-tone="warn" role="status" hidden></p>
          <table class="data stack calls" data-part="table" aria-labelledby="calls-title">
            <thead>
              <tr>
                <th scope="col">{columns.time}</th>
                <th scope="col">{columns.result}</th>
                <th scope="col">{columns.model}</th>
                <th scope="col">{columns.key}</th>
                <th scope="col">{columns.account}</th>
                <th scope="col" class="num">{columns.tokensIn}</th>
                <th scope="col" class="num">{columns.tokensOut}</th>
                <th scope="col" class="num">{columns.first}</th>
                <th scope="col" class="num">{columns.total}</th>
              </tr>
            </thead>
            <tbody data-part="calls"></tbody>
          </table>
          <div data-part="no-calls"></div>
          <p class="older">
            <button type="button" class="quiet" data-part="older" hidden>{OVERVIEW.older}</button>
          </p>
        </section>
      </div>
    </ViewFrame>
  );
}

function Figure({ name, label }: { readonly name: string; readonly label: string }) {
  return (
    <div class="figure" data-figure={name}>
      <dt>{label}</dt>
      <dd>
        <span class="value" data-part={`figure-${name}`}>–</span>
        <span class="aside" data-part={`aside-${name}`}></span>
      </dd>
    </div>
  );
}
