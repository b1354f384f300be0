/**
 * Signing in and out in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage, signIn } from "./support/open_page.ts";
import { ADMIN_KEY, startPageGateway } from "./support/page_gateway.ts";

testUnless(NO_CHROMIUM, "The sign-in looks as it should, and says what was wrong", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  await using open = await openPage({ url: gateway.url });
  const { page } = open;
  await page.getByLabel("Admin key").waitFor();
  await keepScreenshots(page, "sign-in");
  await page.getByLabel("Admin key").fill("planted-wrong-key");
  await page.keyboard.press("Enter");
  await page.getByText("This is not the admin key").waitFor();
  await keepScreenshots(page, "sign-in-refused");
});

testUnless(NO_CHROMIUM, "A session outlasts a reload, and ends with the sign-out", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY });
  const { page } = open;
  await page.reload();
  await page.getByRole("navigation").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out").waitFor();
  await page.reload();
  await page.getByLabel("Admin key").waitFor();
});

testUnless(NO_CHROMIUM, "A code in the address signs in once, and leaves the address", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  const response = await fetch(`${gateway.url}/admin/v1/ui-codes`, {
    method: "POST",
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  const { code } = await response.json();
  await using open = await openPage({ url: gateway.url, hash: `#${code}` });
  const { page } = open;
  await page.getByRole("navigation").waitFor();
  assert.equal(page.url(), `${gateway.url}/ui/`);
  await using other = await openPage({ url: gateway.url, hash: `#${code}` });
  await other.page.getByText("The address was used before").waitFor();
  assert.equal(other.page.url(), `${gateway.url}/ui/`);
});

testUnless(NO_CHROMIUM, "A code signs in where the page is open already", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  await using open = await openPage({ url: gateway.url });
  const { page } = open;
  await page.getByLabel("Admin key").waitFor();
  const response = await fetch(`${gateway.url}/admin/v1/ui-codes`, {
    method: "POST",
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  const { code } = await response.json();
  // Only the fragment differs, so the browser does not load the page anew.
  await page.goto(`${gateway.url}/ui/#planted-spent-code`);
  await page.getByText("The address was used before").waitFor();
  await page.goto(`${gateway.url}/ui/#${code}`);
  await page.getByRole("navigation").waitFor();
  assert.equal(page.url(), `${gateway.url}/ui/`);
});

testUnless(NO_CHROMIUM, "Tabs of one browser share the session that began last", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  await using open = await openPage({ url: gateway.url });
  const context = await open.page.context().browser()?.newContext();
  assert.ok(context !== undefined);
  const page = await context.newPage();
  await page.goto(`${gateway.url}/ui/`);
  await signIn(page, ADMIN_KEY);
  const other = await context.newPage();
  const response = await fetch(`${gateway.url}/admin/v1/ui-codes`, {
    method: "POST",
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  const { code } = await response.json();
  await other.goto(`${gateway.url}/ui/#${code}`);
  await other.getByRole("navigation").waitFor();
  // The first session is over, since a browser has one cookie.
  await page.getByRole("link", { name: "Accounts" }).click();
  await page.getByText("No account yet").waitFor();
  await other.reload();
  await other.getByRole("navigation").waitFor();
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByText("You are signed out").waitFor();
  await page.getByText("The session has ended").waitFor();
});

testUnless(
  NO_CHROMIUM,
  "A session that ends shows the sign-in, and the view afterwards",
  async () => {
    await using gateway = startCannedGateway();
    await using open = await openPage({
      url: gateway.url,
      key: CANNED_KEY,
      hash: "#/overview?x=1",
    });
    const { page } = open;
    await page.getByText("Live", { exact: true }).waitFor();
    gateway.endSession();
    await page.getByText("The session has ended").waitFor();
    await signIn(page, CANNED_KEY);
    assert.equal(page.url(), `${gateway.url}/ui/#/overview?x=1`);
  },
);
