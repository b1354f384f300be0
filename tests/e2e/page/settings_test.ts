/**
 * The view of settings in a real Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { CANNED_CONFIG } from "./support/canned_usage.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";
import { ADMIN_KEY, startPageGateway } from "./support/page_gateway.ts";

testUnless(NO_CHROMIUM, "A reader finds a setting, its value and where it comes from", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/settings" });
  const { page } = open;
  const rows = page.getByRole("table", { name: "Configuration" }).getByRole("row");
  await rows.filter({ hasText: "server.port" }).waitFor();
  await keepScreenshots(page, "settings");
  const port = await rows.filter({ hasText: "server.port" }).innerText();
  assert.match(port, /9000\s+default: 8045\s+9100 after a restart\s+POLLUX_SERVER_PORT/);
  await page.getByLabel("Changed only").check();
  assert.equal(await rows.filter({ hasText: "routing.strategy" }).count(), 0);
  await page.getByLabel("Filter settings").fill("names of models");
  await rows.filter({ hasText: "claude-*: gemini-2.5-pro, gpt-4o: gemini-2.5-flash" }).waitFor();
  assert.equal(await rows.count(), 1 + 1);
  await page.getByLabel("Filter settings").fill("no such");
  await page.getByText("No setting matches the filter").waitFor();
});

testUnless(NO_CHROMIUM, "A reader sees what a command changed, and no secret", async () => {
  await using gateway = await startPageGateway({ env: { POLLUX_ROUTING_MAX_ATTEMPTS: "2" } });
  await gateway.run("accounts", "disable", "two");
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY, hash: "#/settings" });
  const { page } = open;
  const settings = page.getByRole("table", { name: "Configuration" }).getByRole("row");
  const attempts = settings.filter({ hasText: "routing.max_attempts" });
  await attempts.filter({ hasText: "POLLUX_ROUTING_MAX_ATTEMPTS" }).waitFor();
  assert.match(await attempts.innerText(), /\s2\s+default: 3\s/);
  await settings.filter({ hasText: "admin.key" }).filter({ hasText: "(set)" }).waitFor();
  assert.ok(!(await page.content()).includes(ADMIN_KEY));
  const entries = page.getByRole("table", { name: "Audit log" }).getByRole("row");
  await entries.filter({ hasText: "accounts.disable" }).filter({ hasText: "command" }).waitFor();
  await entries.filter({ hasText: "admin.sign-in" }).first().waitFor();
  await page.getByText(gateway.url).waitFor();
});

testUnless(NO_CHROMIUM, "A changed configuration is shown at once", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/settings" });
  const { page } = open;
  await page.getByText("Live", { exact: true }).waitFor();
  const row = page.getByRole("row").filter({ hasText: "routing.strategy" });
  await row.filter({ hasText: "balance" }).waitFor();
  const settings = CANNED_CONFIG.settings.map((setting) =>
    setting.name === "routing.strategy" ? { ...setting, value: "fill-first" } : setting
  );
  gateway.respond("config", { settings });
  gateway.emit("changed", { what: "config" });
  await row.filter({ hasText: "fill-first" }).waitFor();
});

testUnless(NO_CHROMIUM, "The audit log is read to its end", async () => {
  await using gateway = startCannedGateway();
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/settings" });
  const { page } = open;
  const rows = page.getByRole("table", { name: "Audit log" }).getByRole("row");
  const older = page.getByRole("button", { name: "Show older entries" });
  for (const entries of [50, 100]) {
    await until(async () => await rows.count() === 1 + entries, { what: `${entries} entries` });
    await older.click();
  }
  await until(async () => await rows.count() === 1 + 120, { what: "All entries" });
  await older.waitFor({ state: "hidden" });
  assert.match(await rows.nth(1).innerText(), /keys\.rotate\s+frontend-ci.*page/s);
});
