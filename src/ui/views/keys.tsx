/**
 * The markup of the view of client keys.
 *
 * @module
 */
import { KEYS } from "../client/texts/keys.js";
import { ViewFrame } from "./view.tsx";

const { columns } = KEYS;

/** The view, without data. */
export function KeysView() {
  return (
    <ViewFrame
      name="keys"
      title={KEYS.title}
      words={KEYS.intro}
      actions={<span data-part="create"></span>}
    >
      <div class="list-head">
        <input
          type="search"
          data-part="search"
          aria-label={KEYS.search}
          placeholder={KEYS.search}
        />
      </div>
      <div class="list-notes" data-part="unreadable"></div>
      <table class="data list stack keys" aria-label={KEYS.title} data-part="table" hidden>
        <thead>
          <tr>
            <th scope="col">{columns.key}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.limits}</th>
            <th scope="col" class="uses">{columns.uses}</th>
            <th scope="col">{columns.expires}</th>
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
