/**
 * The frame of every view.
 *
 * @module
 */
import type { Child } from "hono/jsx";

/** What a view's frame shows. */
export interface ViewFrameProps {
  /** The view's name in addresses: `#/NAME`. */
  readonly name: string;
  /** Its heading. */
  readonly title: string;
  /** What stands below the heading. */
  readonly words?: Child;
  /** What stands beside the heading: buttons, fields. */
  readonly actions?: Child;
  readonly children?: Child;
}

/** A view: its heading, the place for what went wrong, and its content. It is shown by `client/main.js`. */
export function ViewFrame({ name, title, words, actions, children }: ViewFrameProps) {
  return (
    <section
      class="view"
      id={`view-${name}`}
      aria-labelledby={`title-${name}`}
      tabindex={-1}
      hidden
    >
      <header class="view-head">
        <div>
          <h1 id={`title-${name}`}>{title}</h1>
          {words === undefined ? null : <p>{words}</p>}
        </div>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      <div data-part="problem"></div>
      {children}
    </section>
  );
}
