/**
 * What a person does with client keys on the page, in a real Chromium, at a real gateway before an emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { openPage } from "./support/open_page.ts";
import { ADMIN_KEY, type PageGateway, startPageGateway } from "./support/page_gateway.ts";

/** A test of the view, with one account and no key. */
function testKeys(name: string, run: (page: Page, gateway: PageGateway) => Promise<void>): void {
  testUnless(NO_CHROMIUM, name, async () => {
    await using gateway = await startPageGateway({ accounts: ["one"] });
    await using open = await openPage({ url: gateway.url, key: ADMIN_KEY, hash: "#/keys" });
    await open.page.getByText("No key yet").waitFor();
    await run(open.page, gateway);
  });
}

function rowOf(page: Page, name: string): Locator {
  return page.locator(`tr[data-key="${name}"]`);
}

/** Creates a key with what the fields get; returns its text, which is shown once. */
async function create(page: Page, fields: Readonly<Record<string, string>>): Promise<string> {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create key" });
  for (const [label, value] of Object.entries(fields)) {
    await dialog.getByLabel(label, { exact: true }).fill(value);
  }
  await dialog.getByRole("button", { name: "Create key" }).click();
  return await textShown(page);
}

/** The text that is shown, and not any more. */
async function textShown(page: Page): Promise<string> {
  const text = await page.getByRole("region", { name: "The key" }).textContent() ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(text).waitFor({ state: "detached" });
  return text;
}

/** What `keys show --json` prints. */
async function shown(gateway: PageGateway, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await gateway.run("keys", "show", name, "--json"));
}

testKeys(
  "A person creates a key with all options, and sees what is left",
  async (page, gateway) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Create key" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Create key" });
    const values = {
      "Labels": "team-a",
      "Requests a minute": "10",
      "Requests a day": "1k",
      "Tokens a minute": "500k",
      "Tokens a day": "2M",
      "Tokens a month": "40M",
      "Requests at once": "4",
      "Budget in US dollars": "20",
      "Only these models": "gemini-*",
      "Never these models": "*-ultra",
      "Only these accounts": "one",
    };
    for (const [label, value] of Object.entries(values)) {
      await dialog.getByLabel(label, { exact: true }).fill(value);
    }
    await dialog.getByLabel("Budget for").selectOption("a day");
    await dialog.getByLabel("Expires").selectOption("In 30 days");
    await dialog.getByRole("checkbox", { name: "Read /metrics" }).check();
    await dialog.getByRole("button", { name: "Create key" }).click();
    await dialog.getByText("The key needs a name.").waitFor();
    await dialog.getByLabel("Name", { exact: true }).fill("ada");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await page.getByText("This is the first key.").waitFor();
    await page.getByRole("button", { name: "Copy: The key" }).click();
    await page.getByText("Copied").waitFor();
    const copied = await page.evaluate("navigator.clipboard.readText()");
    const text = await textShown(page);
    assert.equal(copied, text);
    assert.equal((await gateway.call({ key: text })).status, 200);
    const requests = rowOf(page, "ada").getByRole("meter", { name: "Requests a minute" });
    await until(async () => await requests.getAttribute("aria-valuetext") === "9 of 10 left", {
      what: "What is left of the limit",
    });
    const { limits, allow, deny, accounts, labels, may } = await shown(gateway, "ada");
    assert.deepEqual(limits, {
      requestsPerMinute: 10,
      requestsPerDay: 1000,
      tokensPerMinute: 500_000,
      tokensPerDay: 2_000_000,
      tokensPerMonth: 40_000_000,
      maxConcurrent: 4,
      budget: { microUsd: 20_000_000, per: "day" },
    });
    assert.deepEqual([allow, deny, accounts, labels, may], [
      ["gemini-*"],
      ["*-ultra"],
      ["one"],
      ["team-a"],
      ["calls", "metrics"],
    ]);
  },
);

testKeys("A person is told which field of a key is wrong", async (page) => {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create key" });
  await dialog.getByLabel("Name", { exact: true }).fill("ada lovelace");
  await dialog.getByLabel("Tokens a day").fill("many");
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText("It must be a whole number of 1 or more").waitFor();
  await dialog.locator('[name="tokensPerDay"][aria-invalid="true"]:focus').waitFor();
  await dialog.getByLabel("Tokens a day").fill("2M");
  await dialog.getByRole("button", { name: "Create key" }).click();
  await dialog.getByText("A key's name consists of letters, digits").waitFor();
});

testKeys("A person edits a key's limits and name", async (page, gateway) => {
  await create(page, { "Name": "ada", "Tokens a day": "2M", "Requests a day": "100" });
  await page.getByRole("link", { name: "Show ada" }).click();
  await page.getByRole("dialog", { name: "ada" }).getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit ada" });
  assert.equal(await dialog.getByLabel("Tokens a day").inputValue(), "2M");
  await dialog.getByLabel("Name", { exact: true }).fill("grace");
  await dialog.getByLabel("Tokens a day").fill("5M");
  await dialog.getByLabel("Requests a day").fill("");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("dialog", { name: "grace" }).getByText("5M of 5M").waitFor();
  await page.keyboard.press("Escape");
  await rowOf(page, "grace").waitFor();
  assert.deepEqual((await shown(gateway, "grace"))["limits"], { tokensPerDay: 5_000_000 });
});

testKeys("A person disables a key, and enables it again", async (page, gateway) => {
  const key = await create(page, { "Name": "ada" });
  await page.getByRole("button", { name: "Disable ada" }).click();
  await rowOf(page, "ada").getByText("Disabled", { exact: true }).waitFor();
  assert.equal((await gateway.call({ key })).status, 401);
  await page.getByRole("button", { name: "Enable ada" }).click();
  await rowOf(page, "ada").getByText("Valid", { exact: true }).waitFor();
  assert.equal((await gateway.call({ key })).status, 200);
});

testKeys("A person rotates a key, with grace and without", async (page, gateway) => {
  const first = await create(page, { "Name": "ada" });
  async function rotate(grace: string, words: RegExp): Promise<string> {
    await page.getByRole("button", { name: "Rotate ada" }).click();
    const dialog = page.getByRole("dialog", { name: "Rotate ada" });
    await dialog.getByLabel("The former text is valid").selectOption(grace);
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await page.getByText(words).waitFor();
    return await textShown(page);
  }
  const second = await rotate("for an hour", /The former one is valid until/);
  assert.equal((await gateway.call({ key: first })).status, 200);
  assert.equal((await gateway.call({ key: second })).status, 200);
  const third = await rotate("not any more", /The former one is not valid any more/);
  assert.equal((await gateway.call({ key: second })).status, 401);
  assert.equal((await gateway.call({ key: third })).status, 200);
});

testKeys("A person removes a key, once that was confirmed", async (page, gateway) => {
  const key = await create(page, { "Name": "ada" });
  await page.getByRole("link", { name: "Show ada" }).click();
  const sheet = page.getByRole("dialog", { name: "ada", exact: true });
  const question = page.getByRole("dialog", { name: "Remove ada?" });
  await sheet.getByRole("button", { name: "Remove" }).click();
  await question.getByText("refused at once").waitFor();
  await question.getByRole("button", { name: "Remove" }).click();
  await page.getByText("No key yet").waitFor();
  assert.equal((await gateway.call({ key })).status, 401);
});
