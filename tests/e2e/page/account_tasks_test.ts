/**
 * What a person does with accounts on the page, in a real Chromium, at a real gateway before an emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { planted } from "../../support/planted.ts";
import { openPage } from "./support/open_page.ts";
import { ADMIN_KEY, type PageGateway, startPageGateway } from "./support/page_gateway.ts";

/** A test of the view, with the account "one". */
function testAccounts(
  name: string,
  run: (page: Page, gateway: PageGateway) => Promise<void>,
): void {
  testUnless(NO_CHROMIUM, name, async () => {
    await using gateway = await startPageGateway({ accounts: ["one"] });
    await using open = await openPage({ url: gateway.url, key: ADMIN_KEY, hash: "#/accounts" });
    await rowOf(open.page, "one").waitFor();
    await run(open.page, gateway);
  });
}

function rowOf(page: Page, name: string): Locator {
  return page.locator(`tr[data-account="${name}"]`);
}

/** Says which account to add, and that its requests go to the emulator. */
async function beginToAdd(
  page: Page,
  account: { readonly kind: string; readonly name: string; readonly url: string },
): Promise<Locator> {
  await page.getByRole("button", { name: "Add account" }).click();
  const dialog = page.getByRole("dialog", { name: "Add account" });
  await dialog.getByRole("radio", { name: account.kind }).check();
  await dialog.getByLabel("Name", { exact: true }).fill(account.name);
  await dialog.getByText("More options").click();
  await dialog.getByLabel("Base URL").fill(account.url);
  return dialog;
}

async function add(dialog: Locator): Promise<void> {
  await dialog.getByRole("button", { name: "Add account" }).click();
}

/** What `accounts show --json` prints. */
async function shown(gateway: PageGateway, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await gateway.run("accounts", "show", name, "--json"));
}

testAccounts("A person adds an account with an API key, and tests it", async (page, gateway) => {
  const { emulator } = gateway;
  const dialog = await beginToAdd(page, { kind: "Gemini API", name: "home", url: emulator.url });
  await dialog.getByLabel("Labels").fill("mine, team-a");
  await add(dialog);
  await dialog.getByText("Enter the API key.").waitFor();
  await dialog.locator('input[name="apiKey"]:focus').waitFor();
  await dialog.getByLabel("API key", { exact: true }).fill(emulator.addApiKey("home"));
  await add(dialog);
  await dialog.waitFor({ state: "hidden" });
  await rowOf(page, "home").getByText("Available").waitFor();
  await rowOf(page, "home").getByText("team-a").waitFor();
  await page.getByRole("button", { name: "Test home" }).click();
  await page.getByText(/home works: Google lists \d+ models/).waitFor();
  assert.deepEqual((await shown(gateway, "home"))["labels"], ["mine", "team-a"]);
});

testAccounts("A person is told that the key of an account does not work", async (page, gateway) => {
  const { url } = gateway.emulator;
  const dialog = await beginToAdd(page, { kind: "Gemini API", name: "typo", url });
  await dialog.getByLabel("API key", { exact: true }).fill(planted("mistyped-api-key"));
  await add(dialog);
  await page.getByRole("button", { name: "Test typo" }).click();
  await page.getByRole("alert").getByText(/typo does not work: .*API key not valid/).waitFor();
});

testAccounts("A person adds an account with a credentials file", async (page, gateway) => {
  const { emulator } = gateway;
  const dialog = await beginToAdd(page, { kind: "Vertex AI", name: "cloud", url: emulator.url });
  const file = emulator.addServiceAccount("cloud", { project: "blue-platform" });
  await dialog.getByLabel("Credentials file", { exact: true }).last().setInputFiles({
    name: "key.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(file)),
  });
  await dialog.getByText("Read: service_account, blue-platform").waitFor();
  await dialog.getByLabel("Location").fill("europe-west4");
  await add(dialog);
  await dialog.waitFor({ state: "hidden" });
  await rowOf(page, "cloud").getByText("Vertex AI").waitFor();
  const { project, location } = await shown(gateway, "cloud");
  assert.deepEqual([project, location], ["blue-platform", "europe-west4"]);
});

testAccounts("A person pastes credentials, and agrees to the risk first", async (page, gateway) => {
  const { emulator } = gateway;
  const dialog = await beginToAdd(page, { kind: "Code Assist", name: "work", url: emulator.url });
  await dialog.getByText("Or paste its text").click();
  await dialog.getByLabel("Text of the file").fill("{");
  await add(dialog);
  await dialog.getByText("The credentials are not a JSON object.").waitFor();
  await dialog.getByLabel("Text of the file").fill(JSON.stringify(emulator.addUser("ada")));
  await add(dialog);
  await dialog.getByText("Read the text about Google's terms").waitFor();
  await dialog.getByRole("checkbox", { name: "I have read this" }).check();
  await add(dialog);
  await dialog.waitFor({ state: "hidden" });
  await rowOf(page, "work").getByText("Code Assist").waitFor();
});

testAccounts("A person disables an account, and enables it again", async (page, gateway) => {
  await page.getByRole("button", { name: "Disable one" }).click();
  await rowOf(page, "one").getByText("Disabled", { exact: true }).waitFor();
  assert.equal((await gateway.call()).status, 400);
  await page.getByRole("button", { name: "Enable one" }).click();
  await rowOf(page, "one").getByText("Available").waitFor();
  assert.equal((await gateway.call()).status, 200);
});

testAccounts("A person edits an account's labels and name", async (page, gateway) => {
  await page.getByRole("link", { name: "Show one" }).click();
  await page.getByRole("dialog", { name: "one" }).getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit one" });
  await dialog.getByLabel("Name", { exact: true }).fill("first");
  await dialog.getByLabel("Labels").fill("home office");
  await dialog.getByLabel("Most requests at once").fill("many");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.getByText("It must be a whole number of 1 or more").waitFor();
  await dialog.locator('[name="maxConcurrent"][aria-invalid="true"]').waitFor();
  await dialog.getByLabel("Most requests at once").fill("4");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("dialog", { name: "first" }).getByText("home, office").waitFor();
  await page.keyboard.press("Escape");
  await rowOf(page, "first").getByText("office").waitFor();
  const { labels, maxConcurrent } = await shown(gateway, "first");
  assert.deepEqual([labels, maxConcurrent], [["home", "office"], 4]);
});

testAccounts("A person removes an account, once that was confirmed", async (page, gateway) => {
  const sheet = page.getByRole("dialog", { name: "one", exact: true });
  const question = page.getByRole("dialog", { name: "Remove one?" });
  await page.getByRole("link", { name: "Show one" }).click();
  await sheet.getByRole("button", { name: "Remove" }).click();
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "hidden" });
  await sheet.getByRole("button", { name: "Remove" }).click();
  await question.getByRole("button", { name: "Remove" }).click();
  await page.getByText("No account yet").waitFor();
  assert.deepEqual(JSON.parse(await gateway.run("accounts", "list", "--json")), []);
});

testAccounts(
  "A person sees a cool-down tick, and uses the account at once",
  async (page, gateway) => {
    gateway.emulator.script("one", ["401-expired"]);
    await gateway.call();
    const row = rowOf(page, "one");
    await row.getByText("Cooling down").or(row.getByText("Failing for some models")).waitFor();
    await row.locator('time[data-tick="until"]').first().waitFor();
    await page.getByRole("link", { name: "Show one" }).click();
    await page.getByRole("button", { name: "Use it now" }).click();
    // A message is inside of the sheet: whatever is beside a modal dialog can neither be pressed nor read aloud.
    await page.getByRole("dialog").getByRole("status").getByText("one is used again at once")
      .waitFor();
    await page.keyboard.press("Escape");
    await row.getByText("Available").waitFor();
  },
);
