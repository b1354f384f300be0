/**
 * The view that connects clients, in a real Chromium. `tests/conformance/connect_snippets_test.ts` runs what it shows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { SNIPPET_CLIENTS } from "../../../src/ui/client/connect/snippets.js";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { runTool } from "../../conformance/run_tool.ts";
import { CANNED_KEY, startCannedGateway } from "./support/canned_gateway.ts";
import { keepScreenshots, openPage } from "./support/open_page.ts";
import { ADMIN_KEY, startPageGateway } from "./support/page_gateway.ts";

testUnless(
  NO_CHROMIUM,
  "A reader copies a snippet with the address, the model and the key",
  async () => {
    await using gateway = startCannedGateway();
    await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/connect" });
    const { page } = open;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const view = page.getByRole("region", { name: "Connect" });
    await view.getByLabel("Model").selectOption("gemini-2.5-pro");
    await view.getByLabel("Key", { exact: true }).fill("the reader's key");
    await page.getByRole("radio", { name: "Python", exact: true }).check();
    await page.getByRole("button", { name: "Copy: hello.py, Python" }).click();
    await page.getByText("Copied").waitFor();
    const target = {
      url: "http://127.0.0.1:8045",
      model: "gemini-2.5-pro",
      key: "the reader's key",
    };
    const python = SNIPPET_CLIENTS.find(({ id }) => id === "python");
    assert.equal(
      await page.evaluate<string>("navigator.clipboard.readText()"),
      python?.snippets(target)[0]?.text,
    );
    assert.match(page.url(), /#\/connect\/python$/);
    // The page keeps no key.
    await page.reload();
    await page.getByRole("button", { name: "Copy: hello.py, Python" }).waitFor();
    assert.equal(await view.getByLabel("Key", { exact: true }).inputValue(), "");
    assert.match(await page.locator(".snippets").innerText(), /YOUR_KEY/);
  },
);

testUnless(NO_CHROMIUM, "Snippets name a model before there is an account", async () => {
  await using gateway = startCannedGateway();
  gateway.respond("models", { models: [] });
  await using open = await openPage({ url: gateway.url, key: CANNED_KEY, hash: "#/connect/curl" });
  const { page } = open;
  await page.getByText("No account lists a model yet").first().waitFor({ state: "attached" });
  const snippet = await page.locator(".snippets pre").first().innerText();
  assert.match(snippet, /\/models\/gemini-2\.5-flash:generateContent/);
});

testUnless(NO_CHROMIUM, "What a reader copies calls the gateway that shows it", async () => {
  await using gateway = await startPageGateway();
  await using open = await openPage({ url: gateway.url, key: ADMIN_KEY, hash: "#/connect/curl" });
  const { page } = open;
  const key = (await gateway.run("keys", "create", "reader")).match(/plx_\S+/)?.[0] ?? "";
  // The gateway knows of the key within two seconds, and the view asks once.
  await until(async () => {
    const response = await fetch(`${gateway.url}/v1beta/models`);
    await response.body?.cancel();
    return response.status === 401;
  }, { what: "The gateway's question for a key" });
  await page.reload();
  await page.getByText("The gateway asks for a key.").waitFor();
  await page.getByRole("region", { name: "Connect" }).getByLabel("Key", { exact: true }).fill(key);
  const snippet = await page.locator(".snippets pre").first().innerText();
  const { success, stdout, stderr } = await runTool("sh", { args: ["-c", snippet] });
  assert.ok(success, stderr);
  assert.match(stdout, /Hello, Pollux!/);
  await until(async () => /"key": "reader"/.test(await gateway.run("usage", "--json")), {
    what: "The usage of the call",
  });
});

testUnless(
  NO_CHROMIUM,
  "The view of clients has those of all formats, and says when no key is asked for",
  async () => {
    await using gateway = startCannedGateway();
    gateway.respond("status", {
      addresses: ["http://127.0.0.1:8045"],
      publicUrl: "https://gemini.example.com/",
      keyPolicy: { asks: "forwarded", words: "" },
      accounts: [],
      keys: [],
    });
    await using open = await openPage({
      url: gateway.url,
      key: CANNED_KEY,
      hash: "#/connect/curl",
    });
    const { page } = open;
    const shown = page.locator(".snippets");
    await shown.getByText("https://gemini.example.com/v1beta").first().waitFor();
    assert.match(await shown.innerText(), /x-goog-api-key: YOUR_KEY/);
    await page.getByLabel("Address").selectOption("http://127.0.0.1:8045");
    await shown.getByText("x-goog-api-key: any").first().waitFor();
    for (const name of ["Codex", "OpenAI for Python", "OpenAI for JavaScript", "Claude Code"]) {
      await page.getByRole("radio", { name }).check();
      await page.getByRole("button", { name: `, ${name}` }).first().waitFor();
    }
    assert.match(await shown.innerText(), /export ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:8045\n/);
    assert.match(await shown.innerText(), /^pollux connect claude-code --url http/m);
    await keepScreenshots(page, "connect");
  },
);
