/**
 * The page's views. **To add one**, say `things`:
 *
 * 1. `src/ui/client/texts/things.js`: all its texts, `export const THINGS = {…}`.
 * 2. `src/ui/views/things.tsx`: its markup, `export function ThingsView()`, which returns a `<ViewFrame name="things"
 *    title={THINGS.title}>` with empty places, each with a `data-part="…"`. It renders once, on the server, without
 *    data.
 * 3. `src/ui/client/things/things.js` (and more files beside it): `export function start(section)` is called when the view is first
 *    shown, and returns `{ show(rest, query), hide() }` (`View` in `client/main.js`). It gets data with `api`
 *    (`client/parts/api.js`) and `live` (`client/parts/live.js`), finds its places with `part()`, and fills them with `el()` and
 *    `fill()` (`client/parts/dom.js`). What `show()` throws is shown with a button to try again. Fields, copying, states and
 *    bars are in `client/parts/controls.js`, dialogs in `client/parts/dialog.js`, messages in `client/parts/toast.js`, rows that keep
 *    their focus in `client/parts/rows.js`, countdowns in `client/parts/ticker.js`, numbers and times in `client/parts/format.js`.
 * 4. `src/ui/styles/things.css`, if it needs rules of its own. Colours and sizes are those of `styles/tokens.css`; what
 *    there is: `.figures`, `table.data` (with `.stack` a row becomes a card on a phone), `dl.facts`, `.state`, `.bar`,
 *    `.note`, `.empty`, `.fields`, `.actions`, `.block`, `.block-head`, `.columns`; buttons `primary`, `quiet`,
 *    `danger`, `plain`.
 * 5. Its entry in {@linkcode VIEWS}, the files in `page_files.ts`, the icon in `icons.tsx`.
 * 6. `tests/e2e/page/things_test.ts`: see `overview_test.ts`. A page may hold no inline style or script, and no string
 *    becomes HTML: Content-Security-Policy and Trusted Types refuse them. Set `element.style.setProperty()` instead.
 *
 * @module
 */
import type { FC } from "hono/jsx";
import { CONNECT } from "./client/texts/connect.js";
import { ACCOUNTS } from "./client/texts/accounts.js";
import { KEYS } from "./client/texts/keys.js";
import { OVERVIEW } from "./client/texts/overview.js";
import { SETTINGS } from "./client/texts/settings.js";
import { TRY } from "./client/texts/try.js";
import { USAGE } from "./client/texts/usage.js";
import type { IconName } from "./icons.tsx";
import { ConnectView } from "./views/connect.tsx";
import { AccountsView } from "./views/accounts.tsx";
import { KeysView } from "./views/keys.tsx";
import { OverviewView } from "./views/overview.tsx";
import { SettingsView } from "./views/settings.tsx";
import { TryView } from "./views/try.tsx";
import { UsageView } from "./views/usage.tsx";

/** A view, as the navigation lists it. */
export interface ViewEntry {
  /** In addresses: `#/NAME`; its module is `client/NAME/NAME.js`. */
  readonly name: IconName;
  readonly title: string;
  /** Its markup. */
  readonly markup: FC;
}

/** All views, in the order of the navigation. */
export const VIEWS: readonly ViewEntry[] = [
  { name: "overview", title: OVERVIEW.title, markup: OverviewView },
  { name: "accounts", title: ACCOUNTS.title, markup: AccountsView },
  { name: "keys", title: KEYS.title, markup: KeysView },
  { name: "usage", title: USAGE.title, markup: UsageView },
  { name: "connect", title: CONNECT.title, markup: ConnectView },
  { name: "try", title: TRY.title, markup: TryView },
  { name: "settings", title: SETTINGS.title, markup: SettingsView },
];
