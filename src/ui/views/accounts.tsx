/**
 * The markup of the view of accounts.
 *
 * @module
 */
import { ACCOUNTS } from "../client/texts/accounts.js";
import { ViewFrame } from "./view.tsx";

const { columns } = ACCOUNTS;

/** The view, without data. */
export function AccountsView() {
  return (
    <ViewFrame
      name="accounts"
      title={ACCOUNTS.title}
      words={ACCOUNTS.intro}
      actions={<span data-part="add"></span>}
    >
      <div class="list-head">
        <div class="filters" role="group" aria-label={ACCOUNTS.filters} data-part="filters">
          {Object.entries(ACCOUNTS.filter).map(([name, words]) => (
            <button type="button" data-filter={name} aria-pressed="false">
              {words} <span class="count" data-part="count"></span>
            </button>
          ))}
        </div>
        <input
          type="search"
          data-part="search"
          aria-label={ACCOUNTS.search}
          placeholder={ACCOUNTS.search}
        />
      </div>
      <div class="list-notes" data-part="unreadable"></div>
      <table class="data list stack accounts" aria-label={ACCOUNTS.title} data-part="table" hidden>
        <thead>
          <tr>
            <th scope="col">{columns.account}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.quota}</th>
            <th scope="col" class="num flight">{columns.inFlight}</th>
            <th scope="col" class="success">{columns.lastSuccess}</th>
            <th scope="col">
              <span class="unseen">{columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody data-part="rows"></tbody>
      </table>
      <div data-part="nothing"></div>
    </ViewFrame>
  );
}
