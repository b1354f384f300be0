/**
 * Signing in and out in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";

testUnless(
  NO_CHROMIUM,
  "The sign-in looks as it should, and says what was wrong with a key",
  async () => {
    await using gateway = startCannedGateway();
    await using open = await openPage({ url: gateway.url });
    const { page } = open;
    await page.getByLabel("Admin key").waitFor();
    await keepScreenshots(page, "sign-in");
    await page.getByLabel("Admin key").fill("planted-wrong-key");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The admin key is missing or wrong").waitFor();
    await keepScreenshots(page, "sign-in-refused");
  },
);

testUnless(
  NO_CHROMIUM,
  "A code in the address signs in, and is gone from the address at once",
  async () => {
    await using gateway = startCannedGateway();
    await using open = await openPage({ url: gateway.url, hash: `#${CANNED_KEY}` });
    const { page } = open;
    await page.getByRole("navigation").waitFor();
    assert.equal(page.url(), `${gateway.url}/ui/`);
  },
);
