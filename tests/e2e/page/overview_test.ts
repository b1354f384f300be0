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
import { ADMIN_KEY, startPageGateway } from "./support/page_gateway.ts";

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

testUnless(NO_CHROMIUM, "An overview without accounts and calls says what to do", async () => {
  await using gateway = await startPageGateway({ accounts: [] });
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY });
  const { page } = open;
  await page.getByRole("link", { name: "Add an account" }).waitFor();
  await page.getByRole("link", { name: "Connect a client" }).waitFor();
  // The page's own requests are no calls.
  await page.reload();
  await page.getByText("No calls yet").waitFor();
  await keepScreenshots(page, "overview-empty");
  await page.getByRole("link", { name: "Add an account" }).click();
  await page.getByRole("dialog").getByText("Gemini API").first().waitFor();
  assert.match(page.url(), /#\/accounts$/, "Going back or reloading opens no form");
});

testUnless(NO_CHROMIUM, "A reader watches calls as they happen", async () => {
  await using gateway = await startPageGateway();
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY });
  const { page } = open;
  await page.getByText("No calls yet").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  gateway.emulator.script("one", ["hang"]);
  gateway.emulator.script("two", ["hang"]);
  const hanging = gateway.call({ model: "gemini-2.5-pro" });
  const row = page.getByRole("row").filter({ hasText: "gemini-2.5-pro" });
  await row.getByText("running").waitFor();
  assert.match(await row.innerText(), /no key/);
  await page.locator('[data-part="figure-inFlight"]').getByText("1", { exact: true }).waitFor();
  gateway.emulator.release();
  const { id, status } = await hanging;
  assert.equal(status, 200);
  await row.getByText("200").waitFor();
  assert.equal(await row.getAttribute("data-call"), id);
  await page.locator('[data-part="figure-requests"]').getByText("1", { exact: true }).waitFor();
  await page.getByRole("img", { name: "1 call in the last five minutes" }).waitFor();
});

testUnless(NO_CHROMIUM, "A reader opens the explanation of a call with the keyboard", async () => {
  await using gateway = await startPageGateway();
  gateway.emulator.script("one", ["429-daily"]);
  gateway.emulator.script("two", ["429-daily"]);
  const { id, status } = await gateway.call();
  assert.equal(status, 429);
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY });
  const { page } = open;
  await page.locator('[data-part="figure-errors"].bad').getByText("1", { exact: true }).waitFor();
  const button = page.locator(`tr[data-call="${id}"]`).getByRole("button");
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("No account was left that could serve it").waitFor();
  for (const words of [id, "generateContent", "Response of one", "Response of two"]) {
    await dialog.getByText(words).first().waitFor();
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const focused = await page.evaluate("document.activeElement.closest('tr')?.dataset.call");
  assert.equal(focused, id, "The focus is where it was");
  // Both accounts rest now, and the overview says until when.
  await page.getByText("back in").first().waitFor();
});

testUnless(NO_CHROMIUM, "A reader finds a call by its model, and those that failed", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  const { page } = open;
  const rows = page.locator("tr[data-call]");
  await rows.nth(59).waitFor();
  await page.getByLabel("Failed only").check();
  await page.waitForFunction("document.querySelectorAll('tr[data-call]').length < 10");
  for (const text of await rows.allInnerTexts()) assert.match(text, /4\d\d|5\d\d/);
  await page.getByLabel("Failed only").uncheck();
  await page.getByRole("searchbox").fill("gemini-3-pro");
  await page.waitForFunction("document.querySelectorAll('tr[data-call]').length < 30");
  for (const text of await rows.allInnerTexts()) assert.match(text, /gemini-3-pro/);
  await page.getByRole("searchbox").fill("no such model");
  await page.getByText("No such calls").waitFor();
});

testUnless(NO_CHROMIUM, "A paused list stands still until it is resumed", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  const { page } = open;
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator("tr[data-call]").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const call = { ...cannedCall(20), id: "new-call" };
  gateway.emit("call", { ...call, status: 0, ms: undefined });
  await page.getByRole("button", { name: "Paused; 1 new" }).waitFor();
  assert.equal(await page.locator('tr[data-call="new-call"]').count(), 0);
  await page.getByRole("button", { name: "Paused; 1 new" }).click();
  await page.locator('tr[data-call="new-call"]').getByText("running").waitFor();
  gateway.emit("call", call);
  await page.locator('tr[data-call="new-call"]').getByText("200").waitFor();
  gateway.emit("lost", { count: 12 });
  await page.getByText("12 calls were too many at once").waitFor();
});

testUnless(NO_CHROMIUM, "A call in a paused list is shown as over once it is", async () => {
  await using gateway = startCannedGateway();
  const running = { ...cannedCall(20), id: "runs", status: 0, ms: undefined };
  gateway.respond("calls", { calls: [running, cannedCall(21)] });
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  const { page } = open;
  await page.getByText("Live", { exact: true }).waitFor();
  const row = page.locator('tr[data-call="runs"]');
  await row.getByText("running").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  // More than the page keeps: the rows that are shown stay up to date all the same.
  for (let nth = 0; nth < 600; nth++) {
    gateway.emit("call", { ...cannedCall(22), id: `new-${nth}` });
  }
  await page.getByRole("button", { name: "Paused; 600 new" }).waitFor();
  gateway.emit("call", { ...running, status: 200, ms: 1234 });
  await row.getByText("200").waitFor();
  assert.match(await row.innerText(), /1\.23? s/);
  assert.equal(await page.locator("tr[data-call]").count(), 2);
  await page.getByRole("button", { name: "Paused; 600 new" }).waitFor();
});

testUnless(NO_CHROMIUM, "The list stands still while somebody is in its rows", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  const { page } = open;
  await page.getByText("Live", { exact: true }).waitFor();
  const rows = page.locator("tr[data-call]");
  const third = await rows.nth(2).getAttribute("data-call");
  await rows.nth(2).hover();
  for (let nth = 0; nth < 80; nth++) gateway.emit("call", { ...cannedCall(20), id: `p-${nth}` });
  await page.getByRole("button", { name: "Pause; 80 new" }).waitFor();
  assert.equal(await rows.nth(2).getAttribute("data-call"), third);
  await page.getByRole("searchbox").hover();
  await page.locator('tr[data-call="p-79"]').waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  // The focus of the keyboard holds it as well.
  await page.getByRole("button", { name: "Pause", exact: true }).focus();
  await page.keyboard.press("Tab");
  gateway.emit("call", { ...cannedCall(20), id: "k-0" });
  await page.getByRole("button", { name: "Pause; 1 new" }).waitFor();
  assert.equal(await page.locator('tr[data-call="k-0"]').count(), 0);
  await page.keyboard.press("Shift+Tab");
  await page.locator('tr[data-call="k-0"]').waitFor();
});

testUnless(NO_CHROMIUM, "Overview and accounts agree while a model cools down", async () => {
  await using gateway = await startPageGateway();
  gateway.emulator.script("one", ["429-daily"]);
  assert.equal((await gateway.call()).status, 200);
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY });
  const { page } = open;
  const standing = page.locator('[data-part="accounts"] li').filter({ hasText: "one" });
  await standing.getByText("Failing for some models", { exact: true }).waitFor();
  await standing.getByText("Gemini API").waitFor();
  await page.locator('[data-figure="accounts"]').getByText("1", { exact: true }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Accounts" }).click();
  const row = page.locator('tr[data-account="one"]');
  await row.getByText("Failing for some models", { exact: true }).waitFor();
  await row.getByText("Gemini API").waitFor();
  await page.getByRole("button", { name: /^Available\s*1$/ }).waitFor();
});

testUnless(NO_CHROMIUM, "Model names with markup stay text", async () => {
  await using gateway = startCannedGateway();
  const call = { ...cannedCall(9), model: "<img src=x onerror=alert(1)>", key: "<b>bold</b>" };
  gateway.respond("calls", { calls: [call] });
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY });
  await open.page.getByText("<img src=x onerror=alert(1)>").waitFor();
  await open.page.getByText("<b>bold</b>").waitFor();
});
