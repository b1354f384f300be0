/**
 * The page in a real Chromium, signed in. Whatever the browser complains of fails the test: errors, and what
 * Content-Security-Policy or Trusted Types refuse.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { PATIENCE_MS, startBrowser } from "../../../support/browser.ts";

/** Where the screenshots are kept. */
const SCREENSHOTS = fileURLToPath(new URL("../../../../dist/screenshots", import.meta.url));

/** Sizes of the screenshots, in CSS pixels. */
const SIZES = [{ width: 360, height: 780 }, { width: 1280, height: 860 }, {
  width: 2560,
  height: 1300,
}] as const;

/** The largest screen, 4k: nothing is looked at there, but everything is in its place. */
const LARGEST = { width: 3840, height: 2160 } as const;

/** How a page is opened. */
export interface OpenOptions {
  /** Of the server, as `http://127.0.0.1:1234`. */
  readonly url: string;
  /** The admin key, to sign in; without one, the sign-in is shown. */
  readonly key?: string;
  /** Default: `#/overview`. */
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

/** A page that is open. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained of so far. A test that expects something empties it. */
  readonly complaints: string[];
}

/** Opens the page, and signs in with the key. */
export async function openPage(options: OpenOptions): Promise<OpenPage> {
  const { url, key, hash = "#/overview", width = 1280, height = 860, colorScheme = "light" } =
    options;
  const browser = await startBrowser();
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    locale: "en-US",
  });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // The browser itself reports each response of 4xx and 5xx.
    const isResponse = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isResponse) complaints.push(message.text());
  });
  await page.goto(`${url}/ui/${hash}`);
  if (key !== undefined) await signIn(page, key);
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await browser.close();
      assert.deepEqual(complaints, []);
    },
  };
}

/** Signs in with the admin key. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("Admin key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").waitFor();
}

/** Fails if axe finds anything on the page as it is now. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(`${axe.source}; undefined`);
  // A string, since the names of the browser are not known here.
  const found = await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, help, nodes }) =>
      id + ": " + help + ": " + nodes.map((node) => node.html + " " + node.failureSummary).join("; ")
    )
  )`);
  assert.deepEqual(found, []);
}

/** Fails if the page can be scrolled sideways. */
export async function assertFits(page: Page): Promise<void> {
  const [scrollWidth, innerWidth] = await page.evaluate<[number, number]>(
    "[document.documentElement.scrollWidth, innerWidth]",
  );
  assert.ok(scrollWidth <= innerWidth, `The page is ${scrollWidth} px wide in ${innerWidth} px`);
}

/**
 * Whether axe would see something there that it has not seen at another size. It takes ten times as long as a screenshot.
 * The widest size has the layout of the middle one, and the narrow one has its colours.
 */
function isNew({ width }: { readonly width: number }, colorScheme: "light" | "dark"): boolean {
  return colorScheme === "light" ? width <= 1280 : width === 1280;
}

/**
 * Keeps screenshots of the page as it is now, at three widths, light and dark, as
 * `dist/screenshots/NAME-WIDTH-light.png`. At each of them, and on the largest screen, the page does not scroll
 * sideways; axe finds nothing.
 */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${size.width}-${colorScheme}.png` });
      await assertFits(page);
      if (isNew(size, colorScheme)) await assertAccessible(page);
    }
  }
  await page.setViewportSize(LARGEST);
  await assertFits(page);
}
