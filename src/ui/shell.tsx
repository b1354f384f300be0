/**
 * The page's only document: the gate, the frame with the navigation, and the markup of every view. It contains no data.
 *
 * @module
 */
import { COMMON, SIGN_IN } from "./client/texts/common.js";
import { Icon, Mark, Symbols } from "./icons.tsx";
import { VIEWS } from "./views.ts";

/** Renders the document. */
export function renderShell(): string {
  return `<!doctype html>${<Shell />}`;
}

function Shell() {
  return (
    <html lang="en" data-theme="auto">
      <head>
        <meta charset="utf-8" />
        <title>{COMMON.name}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="/ui/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/ui/page.css" />
        <script src="/ui/theme.js"></script>
        <script type="module" src="/ui/main.js"></script>
      </head>
      <body>
        <Symbols />
        <Gate />
        <Frame />
        <div class="toasts">
          <div id="messages" role="status"></div>
          <div id="alerts" role="alert"></div>
        </div>
        <noscript>
          <p class="note">{COMMON.needsScript}</p>
        </noscript>
      </body>
    </html>
  );
}

function Gate() {
  const [before, command, between, setting, after] = SIGN_IN.hint;
  return (
    <main class="gate" id="gate" hidden>
      <h1 class="mark">
        <Mark />
        {COMMON.name}
      </h1>
      <form data-part="form" autocomplete="on">
        <p class="note" data-part="note" role="status" hidden></p>
        <input type="text" name="username" value="admin" autocomplete="username" hidden />
        <div class="field">
          <label for="admin-key">{SIGN_IN.key}</label>
          <div class="together">
            <input
              id="admin-key"
              data-part="key"
              name="key"
              type="password"
              autocomplete="current-password"
              required
            />
            <button type="submit" class="primary">{SIGN_IN.action}</button>
          </div>
        </div>
        <div data-part="wrong" role="alert"></div>
        <p class="hint">
          {before}
          <code>{command}</code>
          {between}
          <code>{setting}</code>
          {after}
        </p>
      </form>
    </main>
  );
}

function Frame() {
  return (
    <div class="frame" id="frame" hidden>
      <a class="button skip" href="#stage" data-part="skip">{COMMON.skip}</a>
      <header class="side">
        <a class="mark" href="#/overview">
          <Mark />
          {COMMON.name}
        </a>
        <nav class="tabs" aria-label={COMMON.navigation}>
          <ul>
            {VIEWS.map(({ name, title }) => (
              <li>
                <a href={`#/${name}`} data-view={name}>
                  <Icon name={name} />
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <p class="link-state" data-part="link" role="status">
            <span class="label" data-part="words">{COMMON.live.opening}</span>
          </p>
          <button type="button" data-part="theme"></button>
          <button type="button" data-part="sign-out">
            <Icon name="sign-out" />
            <span class="label">{COMMON.signOut}</span>
          </button>
        </div>
      </header>
      <main class="stage" id="stage" tabindex={-1}>
        {VIEWS.map(({ name, markup: Markup }) => <Markup key={name} />)}
      </main>
    </div>
  );
}
