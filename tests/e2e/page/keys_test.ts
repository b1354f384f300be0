/**
 * The view of client keys in a real Chromium, with keys in every state.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { planted } from "../../support/planted.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { cannedAccounts, cannedKeys } from "./support/canned_lists.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";

function start() {
  const gateway = startCannedGateway();
  gateway.respond("accounts", cannedAccounts());
  gateway.respond("keys", cannedKeys());
  return gateway;
}

testUnless(NO_CHROMIUM, "The keys look as they should, and axe finds nothing", async () => {
  await using gateway = start();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/keys" });
  const { page } = open;
  await page.locator("tr[data-key]").first().waitFor();
  await keepScreenshots(page, "keys");
  await page.getByRole("link", { name: "Show frontend-ci" }).click();
  await page.getByRole("dialog").getByText("What it may use").waitFor();
  await keepScreenshots(page, "key");
});

testUnless(NO_CHROMIUM, "The forms for keys are accessible", async () => {
  await using gateway = start();
  gateway.respond("POST keys", { key: { name: "ada" }, text: planted("client-key-of-ada") });
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/keys" });
  const { page } = open;
  await page.getByRole("button", { name: "Create key" }).click();
  await keepScreenshots(page, "key-create");
  await page.getByLabel("Name", { exact: true }).fill("ada");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.getByText("it is shown only this once").waitFor();
  await keepScreenshots(page, "key-shown");
});

testUnless(NO_CHROMIUM, "Each key has its state, and what is left of its limits", async () => {
  await using gateway = start();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/keys" });
  const { page } = open;
  const ci = page.locator('tr[data-key="frontend-ci"]');
  await ci.getByText("Limit reached").waitFor();
  await ci.getByText("again in").waitFor();
  const tokens = ci.getByRole("meter", { name: "Tokens a day" });
  assert.equal(await tokens.getAttribute("aria-valuetext"), "1.39M of 2M left");
  assert.equal(await tokens.getAttribute("aria-valuenow"), "70");
  await page.locator('tr[data-key="grace"]').getByText("Expires soon").waitFor();
  await page.locator('tr[data-key="prometheus"]').getByText("/metrics only").waitFor();
});
