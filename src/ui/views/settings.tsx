/**
 * The markup of the view of settings: the gateway itself, its configuration, the audit log.
 *
 * @module
 */
import { SETTINGS } from "../client/texts/settings.js";
import { ViewFrame } from "./view.tsx";

const { columns, auditColumns } = SETTINGS;

/** The view, without data. */
export function SettingsView() {
  return (
    <ViewFrame name="settings" title={SETTINGS.title} words={SETTINGS.words}>
      <section aria-label={SETTINGS.about}>
        <dl class="facts" data-part="facts"></dl>
      </section>
      <section class="block" aria-labelledby="settings-list">
        <div class="block-head">
          <h2 id="settings-list">{SETTINGS.list}</h2>
          <div class="actions">
            <input
              type="search"
              data-part="filter"
              aria-label={SETTINGS.filter}
              placeholder={SETTINGS.filter}
            />
            <label class="check">
              <input type="checkbox" data-part="changed" /> {SETTINGS.changedOnly}
            </label>
          </div>
        </div>
        <table class="data settings" aria-labelledby="settings-list">
          <thead>
            <tr>
              <th scope="col">{columns.name}</th>
              <th scope="col">{columns.value}</th>
              <th scope="col">{columns.origin}</th>
            </tr>
          </thead>
          <tbody data-part="settings"></tbody>
        </table>
        <div data-part="no-settings"></div>
      </section>
      <section class="block" aria-labelledby="settings-audit">
        <div class="block-head">
          <h2 id="settings-audit">{SETTINGS.audit}</h2>
        </div>
        <p class="hint">{SETTINGS.auditWords}</p>
        <table class="data audit" aria-labelledby="settings-audit">
          <thead>
            <tr>
              <th scope="col">{auditColumns.at}</th>
              <th scope="col">{auditColumns.action}</th>
              <th scope="col">{auditColumns.subject}</th>
              <th scope="col">{auditColumns.detail}</th>
              <th scope="col">{auditColumns.door}</th>
            </tr>
          </thead>
          <tbody data-part="audit"></tbody>
        </table>
        <div data-part="no-audit"></div>
        <p class="older">
          <button type="button" class="quiet" data-part="older" hidden>{SETTINGS.older}</button>
        </p>
      </section>
    </ViewFrame>
  );
}
