/**
 * The markup of the view that connects clients: address, model and key, and what to paste.
 *
 * @module
 */
import { SNIPPET_CLIENTS } from "../client/connect/snippets.js";
import { CONNECT } from "../client/texts/connect.js";
import { Icon } from "../icons.tsx";
import { ViewFrame } from "./view.tsx";

/** The view, without data. */
export function ConnectView() {
  return (
    <ViewFrame
      name="connect"
      title={CONNECT.title}
      words={CONNECT.words}
      actions={
        <a class="button" href="#/try">
          <Icon name="try" />
          {CONNECT.toTry}
        </a>
      }
    >
      <div class="fields target" data-part="target">
        <div class="field">
          <label for="connect-address">{CONNECT.address}</label>
          <select id="connect-address" data-part="address"></select>
        </div>
        <div class="field">
          <label for="connect-model">{CONNECT.model}</label>
          <select id="connect-model" data-part="model"></select>
        </div>
        <div class="field">
          <label for="connect-key">{CONNECT.key}</label>
          <input
            id="connect-key"
            data-part="key"
            type="text"
            autocomplete="off"
            spellcheck={false}
            placeholder={CONNECT.keyPlaceholder}
            aria-describedby="connect-key-hint"
          />
          <p class="hint" id="connect-key-hint">
            <span data-part="key-hint"></span>{" "}
            <a href="#/keys" data-part="make-key" hidden>{CONNECT.makeKey}</a>
          </p>
        </div>
      </div>
      <fieldset class="segments block" data-part="client">
        <legend class="unseen">{CONNECT.client}</legend>
        {SNIPPET_CLIENTS.map(({ id, name }, nth) => (
          <label>
            <input type="radio" name="connect-client" value={id} checked={nth === 0} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <div class="snippets" data-part="snippets"></div>
    </ViewFrame>
  );
}
