/**
 * The view of usage in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";
import { ADMIN_KEY, startPageGateway } from "./support/page_gateway.ts";

testUnless(NO_CHROMIUM, "The view of usage looks as it should, and axe finds nothing", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({
    url: gateway.url,
    key: CANNED_KEY,
    hash: "#/usage?by=model&range=30d",
  });
  const { page } = open;
  await page.locator(".uplot canvas").nth(2).waitFor();
  await page.locator('[data-measure="tokens"] .plot').hover({ position: { x: 300, y: 100 } });
  const tip = await page.locator('[data-measure="tokens"] .tip').innerText();
  assert.match(tip, /^\d+ \w{3,4} \d{4}\s*≥ [\d,]+\s.*gemini-2\.5-flash\s*(?:≥ )?[\d,]+$/s);
  await keepScreenshots(page, "usage");
});

testUnless(NO_CHROMIUM, "A call is in the charts and the table once it has ended", async () => {
  await using gateway = await startPageGateway();
  await using open = await openPage({
    url: gateway.url,
    key: ADMIN_KEY,
    hash: "#/usage?by=model&range=24h",
  });
  const { page } = open;
  await page.getByText("Nothing was used in this time").waitFor();
  for (const model of ["gemini-2.5-flash", "gemini-2.5-flash", "gemini-2.5-pro"]) {
    assert.equal((await gateway.call({ model })).status, 200);
  }
  await until(
    async () => JSON.parse(await gateway.run("usage", "--json")).total.calls === 3,
    { what: "The usage of three calls" },
  );
  await page.reload();
  const rows = page.getByRole("table", { name: "By model" }).getByRole("row");
  await rows.filter({ hasText: "gemini-2.5-flash" }).waitFor();
  const { lines, total } = JSON.parse(await gateway.run("usage", "--by", "model", "--json"));
  assert.equal(total.calls, 3);
  for (const { model, calls, prompt, output } of lines) {
    const cells = await rows.filter({ hasText: model }).getByRole("cell").allInnerTexts();
    assert.deepEqual([cells[0], cells[2]], [String(calls), String(prompt + output)]);
  }
  // The numbers beside the chart are those of the drawing.
  await page.getByText("Requests as a table").click();
  const numbers = page.getByRole("table", { name: "Requests" }).locator("tbody tr");
  await numbers.nth(23).waitFor();
  assert.equal(await numbers.count(), 24);
  const cells = await numbers.getByRole("cell").allInnerTexts();
  // The total, then what cost most. An hour may have begun between two calls.
  const sums = [0, 1, 2].map((column) =>
    cells.reduce((sum, text, nth) => nth % 3 === column ? sum + Number(text) : sum, 0)
  );
  assert.deepEqual(sums, [3, 1, 2]);
  await page.getByRole("img", { name: "Requests over time, stacked by model: 3 in total" })
    .waitFor();
});

testUnless(NO_CHROMIUM, "A chart takes the colours of a theme that is chosen later", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/usage" });
  const { page } = open;
  await page.locator(".uplot canvas").first().waitFor();
  /** The colours of which there is much in the first chart. */
  const pixels = () =>
    page.evaluate<string[]>(`(() => {
      const canvas = document.querySelector(".uplot canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const colour = "rgb(" + [...data.subarray(at, at + 3)].join(", ") + ")";
        seen.set(colour, (seen.get(colour) ?? 0) + 1);
      }
      return [...seen].filter(([, count]) => count > 200).map(([colour]) => colour);
    })()`);
  const colour = () =>
    page.evaluate<string>(
      `getComputedStyle(document.querySelector('.series-legend [data-series="1"]')).backgroundColor`,
    );
  const light = await colour();
  assert.ok((await pixels()).includes(light));
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await colour();
  assert.notEqual(dark, light);
  await until(async () => (await pixels()).includes(dark), { what: "The dark chart" });
  assert.ok(!(await pixels()).includes(light));
});

testUnless(NO_CHROMIUM, "Usage is shown by account and time, also after a reload", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/usage" });
  const { page } = open;
  await page.getByText("nightly-evals").first().waitFor();
  await page.getByRole("radio", { name: "Account" }).check();
  await page.getByRole("radio", { name: "24 hours" }).check();
  const row = page.getByRole("table", { name: "By account" }).getByRole("row");
  await row.filter({ hasText: "vertex-eu" }).waitFor();
  assert.match(page.url(), /#\/usage\?by=account&range=24h$/);
  await page.getByText("Requests as a table").click();
  const numbers = page.getByRole("table", { name: "Requests" });
  await numbers.getByRole("columnheader", { name: "vertex-eu" }).waitFor();
  assert.equal(await numbers.getByRole("row").count(), 1 + 24);
  await page.reload();
  await row.filter({ hasText: "vertex-eu" }).waitFor();
  assert.ok(await page.getByRole("radio", { name: "Account" }).isChecked());
});
