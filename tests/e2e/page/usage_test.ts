/**
 * The view of usage in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";

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
  await page.locator('[data-measure="tokens"] .tip').waitFor();
  await keepScreenshots(page, "usage");
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
