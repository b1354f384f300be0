/**
 * The overview in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { cannedCall } from "./support/canned.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";

testUnless(NO_CHROMIUM, "The overview looks as it should, and axe finds nothing", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  const { page } = open;
  await page.locator("tr[data-call]").first().waitFor();
  await keepScreenshots(page, "overview");
  await page.locator("tr[data-call]").nth(3).click();
  await page.getByRole("dialog").getByText("Where the time went").waitFor();
  await keepScreenshots(page, "explanation");
});

testUnless(
  NO_CHROMIUM,
  "A call appears in the list when it begins, and changes at its end",
  async () => {
    await using gateway = startCannedGateway();
    await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
    const { page } = open;
    await page.getByText("Live", { exact: true }).waitFor();
    const call = { ...cannedCall(20), id: "new-call", model: "gemini-new" };
    gateway.emit("call", { ...call, status: 0, ms: undefined });
    const row = page.locator('tr[data-call="new-call"]');
    await row.getByText("running").waitFor();
    assert.equal(await page.locator("tr[data-call]").first().getAttribute("data-call"), "new-call");
    gateway.emit("call", call);
    await row.getByText("200").waitFor();
  },
);
