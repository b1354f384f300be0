/**
 * The view of accounts in a real Chromium, with accounts in every state.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { cannedAccounts } from "./support/canned_lists.ts";
import { assertAccessible, keepScreenshots, openPage } from "./support/open_page.ts";

function start() {
  const gateway = startCannedGateway();
  gateway.respond("accounts", cannedAccounts());
  return gateway;
}

testUnless(NO_CHROMIUM, "The accounts look as they should, and axe finds nothing", async () => {
  await using gateway = start();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/accounts" });
  const { page } = open;
  await page.locator("tr[data-account]").first().waitFor();
  await keepScreenshots(page, "accounts");
  await page.getByRole("link", { name: "Show studio-main" }).click();
  await page.getByRole("dialog").getByText("Models that cool down").waitFor();
  await keepScreenshots(page, "account");
});

testUnless(NO_CHROMIUM, "The forms for accounts are accessible", async () => {
  await using gateway = start();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/accounts" });
  const { page } = open;
  await page.getByRole("button", { name: "Add account" }).click();
  for (const kind of ["Gemini API", "Code Assist", "Vertex AI"]) {
    await page.getByRole("radio", { name: kind }).check();
    await assertAccessible(page);
  }
  await keepScreenshots(page, "account-add");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Show studio-main" }).click();
  await page.getByRole("button", { name: "Edit" }).click();
  await keepScreenshots(page, "account-edit");
});

testUnless(
  NO_CHROMIUM,
  "Each account has its state, its reason, a countdown and a forecast",
  async () => {
    await using gateway = start();
    await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/accounts" });
    const { page } = open;
    const backup = page.locator('tr[data-account="studio-backup"]');
    await backup.getByText("Cooling down").waitFor();
    await backup.getByText("You exceeded your current quota").waitFor();
    const countdown = backup.locator('time[data-tick="until"]').first();
    const before = await countdown.textContent();
    assert.match(before ?? "", /^3 min \d+ s$/);
    await until(async () => await countdown.textContent() !== before, { what: "The next second" });
    const main = page.locator('tr[data-account="studio-main"]');
    await main.getByText("runs out in 2 h 2").waitFor();
    await main.getByRole("meter", { name: "gemini-2.5-pro, requests a day" }).waitFor();
    await page.locator('tr[data-account="old-trial"]').getByText("Disabled by Pollux").waitFor();
  },
);

testUnless(NO_CHROMIUM, "A gateway without stored accounts says what it uses", async () => {
  await using gateway = start();
  const unreadable = [{ name: "future", reason: "A newer Pollux stored it" }];
  gateway.respond("accounts", { accounts: [], unreadable });
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/accounts" });
  const { page } = open;
  await page.getByText("The account future cannot be used: A newer Pollux stored it").waitFor();
  await page.getByText("the gateway uses the API key in its environment").waitFor();
  await assertAccessible(page);
  gateway.respond("status", { accounts: [] });
  await page.reload();
  await page.getByText("Add one with an API key from Google AI Studio").waitFor();
});

testUnless(NO_CHROMIUM, "Filters and search show some of the accounts", async () => {
  await using gateway = start();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/accounts" });
  const { page } = open;
  const rows = page.locator("tr[data-account]");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 6);
  await page.getByRole("button", { name: "Need attention 3" }).click();
  assert.equal(await rows.count(), 3);
  await page.getByRole("searchbox", { name: "Search accounts" }).fill("studio");
  assert.equal(await rows.count(), 2);
  await page.getByRole("searchbox", { name: "Search accounts" }).fill("nobody");
  await page.getByText("No account matches").waitFor();
});

testUnless(NO_CHROMIUM, "An account's sheet has an address, and gives the focus back", async () => {
  await using gateway = start();
  await using open = await openPage({
    url: gateway.url,
    key: CANNED_KEY,
    hash: "#/accounts/vertex-eu",
  });
  const { page } = open;
  const sheet = page.getByRole("dialog", { name: "vertex-eu" });
  await sheet.getByText("blue-platform-2207").waitFor();
  await page.keyboard.press("Escape");
  await page.locator('tr[data-account="vertex-eu"] a:focus').waitFor();
  assert.equal(new URL(page.url()).hash, "#/accounts");
  await page.goto(`${gateway.url}/ui/#/accounts/nobody`);
  await page.getByText('There is no account "nobody" any more').waitFor();
});
