/**
 * The markup of the view that tries a prompt.
 *
 * @module
 */
import { TRY } from "../client/texts/try.js";
import { Icon } from "../icons.tsx";
import { ViewFrame } from "./view.tsx";

/** The view, without data. */
export function TryView() {
  return (
    <ViewFrame name="try" title={TRY.title} words={TRY.words}>
      <form class="prompt" data-part="form">
        <div class="field">
          <label for="try-prompt">{TRY.prompt}</label>
          <textarea
            id="try-prompt"
            data-part="prompt"
            rows={4}
            required
            placeholder={TRY.placeholder}
          >
          </textarea>
        </div>
        <details>
          <summary>{TRY.system}</summary>
          <textarea data-part="system" rows={2} aria-label={TRY.system}></textarea>
        </details>
        <div class="send">
          <select data-part="model" aria-label={TRY.model}></select>
          <button type="submit" class="primary" data-part="send" disabled>{TRY.send}</button>
          <button type="button" data-part="stop" hidden>
            <Icon name="stop" />
            {TRY.stop}
          </button>
          <span class="hint">{TRY.hint}</span>
        </div>
      </form>
      <p class="unseen" role="status" data-part="status"></p>
      <section
        class="response"
        data-part="response"
        aria-label={TRY.response}
        aria-busy="false"
        tabindex={-1}
        hidden
      >
        <details data-part="thoughts-box" hidden>
          <summary>{TRY.thoughts}</summary>
          <div class="thoughts" data-part="thoughts"></div>
        </details>
        <div class="text" data-part="text"></div>
        <div data-part="images"></div>
        <div data-part="notes"></div>
        <p class="facts-line" data-part="facts"></p>
      </section>
    </ViewFrame>
  );
}
