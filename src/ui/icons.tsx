/**
 * The page's icons, drawn on 20 × 20, and Pollux's mark. The shell has them once, as symbols; everything else points
 * to these, as `icon()` in `client/parts/dom.js` does.
 *
 * @module
 */

/** What is drawn, by name. */
const PATHS = {
  overview: "M2.5 10.5h3l2-6 4 11 2-5h4",
  accounts: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.5-3 3-4.5 6-4.5s5.5 1.5 6 4.5",
  keys: "M12.5 11a4 4 0 1 0-3.7-2.5L3 14.3V17h2.7v-2h2v-2h1.8l1-1.6M13.5 6.5h.01",
  usage: "M3.5 16.5V10M8 16.5v-13M12.5 16.5V7M17 16.5v-4",
  connect: "m7 6-4 4 4 4M13 6l4 4-4 4M11.5 4l-3 12",
  try: "M4 4.5h12v9H9l-3.5 3v-3H4z",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  "sign-out": "M8 3.5H4v13h4M12.5 6.5 16 10l-3.5 3.5M8 10h8",
  "theme-auto": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 3v14M10 6.5h4.5M10 10h7M10 13.5h4.5",
  "theme-light":
    "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4",
  "theme-dark": "M16.5 12A7 7 0 0 1 8 3.5 7 7 0 1 0 16.5 12Z",
  close: "m5 5 10 10M15 5 5 15",
  copy: "M7 7h9v9H7zM13 4H4v9",
  add: "M10 4v12M4 10h12",
  pause: "M7 5v10M13 5v10",
  play: "m7 4.5 8 5.5-8 5.5z",
  stop: "M6 6h8v8H6z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** All icons, as symbols, which are not shown. */
export function Symbols() {
  return (
    <svg hidden>
      {Object.entries(PATHS).map(([name, path]) => (
        <symbol id={`i-${name}`} viewBox="0 0 20 20">
          <path d={path} />
        </symbol>
      ))}
    </svg>
  );
}

/** An icon, which says nothing to a screen reader. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The two brightest stars of Gemini: Pollux, and Castor, which is less bright. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor">
      <path d="m8.6 15.4 4.6-4.6" stroke-width="1.4" />
      <circle cx="15.8" cy="8.2" r="4.6" fill="currentColor" stroke="none" />
      <circle cx="6.4" cy="17.6" r="2.6" stroke-width="1.6" />
    </svg>
  );
}

/** The mark as a file: the icon of the browser's tab. */
export const MARK_FILE =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#6477dd"><path d="m8.6 15.4 4.6-4.6" stroke-width="1.8"/><circle cx="15.8" cy="8.2" r="5.4" fill="#6477dd" stroke="none"/><circle cx="6.4" cy="17.6" r="3" stroke-width="2.2"/></svg>`;
