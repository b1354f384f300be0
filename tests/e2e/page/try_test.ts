/**
 * The view that tries a prompt, in a real Chromium, at a real gateway: its headers, its session, its streams.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { testUnless } from "../../support/left_out.ts";
import { keepScreenshots, openPage, signIn } from "./support/open_page.ts";
import { ADMIN_KEY, type PageGateway, startPageGateway } from "./support/page_gateway.ts";

interface Place extends AsyncDisposable {
  readonly gateway: PageGateway;
  readonly page: Page;
}

/** The view, at a gateway that asks for a key. */
async function openTry(): Promise<Place> {
  const gateway = await startPageGateway({
    accounts: ["one"],
    env: { POLLUX_AUTH_API_KEY: "planted-key-of-the-gateway" },
  });
  const open = await openPage({ url: gateway.url, key: ADMIN_KEY, hash: "#/try" });
  await open.page.getByRole("button", { name: "Send", disabled: false }).waitFor();
  return {
    gateway,
    page: open.page,
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

testUnless(NO_CHROMIUM, "A prompt streams, and its tokens and account are shown", async () => {
  await using at = await openTry();
  const { page } = at;
  await page.getByLabel("Prompt").fill("Hello, Pollux!");
  await page.getByLabel("Prompt").press("Control+Enter");
  const response = page.getByRole("region", { name: "Response" });
  await response.getByText("Explain").waitFor();
  assert.match(await response.innerText(), /made up by an emulator.*Hello, Pollux!/s);
  assert.match(await response.innerText(), /Account one\s+\d+ tokens in\s+.*\d+ out/s);
  // It is a call like any other, and has its explanation.
  await response.getByText("Explain").click();
  const explanation = page.getByRole("dialog");
  await explanation.getByText("Where the time went").waitFor();
  assert.match(await explanation.innerText(), /streamGenerateContent/);
});

/** A PNG of one red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

/** An event of a stream. */
function event(parts: readonly Record<string, unknown>[], more: Record<string, unknown> = {}) {
  return { candidates: [{ content: { role: "model", parts: [...parts] }, index: 0, ...more }] };
}

testUnless(
  NO_CHROMIUM,
  "Thoughts, images and an early end are shown as what they are",
  async () => {
    await using at = await openTry();
    const { page } = at;
    at.gateway.emulator.script("one", [{
      type: "ok",
      events: [
        event([{ text: "The reader wants two sentences about twins.", thought: true }]),
        event([{ text: "Castor and Pollux shared a mother, and not a father.\n\n" }]),
        event([{ text: "<b>Only one of them</b> could not" }]),
        event([{ inlineData: { mimeType: "image/png", data: PNG } }]),
        {
          ...event([{ text: " die" }], { finishReason: "MAX_TOKENS" }),
          usageMetadata: {
            promptTokenCount: 1204,
            thoughtsTokenCount: 64,
            candidatesTokenCount: 25,
            totalTokenCount: 1293,
          },
        },
      ],
    }]);
    await page.getByLabel("Prompt").fill("Tell me of the twins.");
    await page.getByRole("button", { name: "Send" }).click();
    const response = page.getByRole("region", { name: "Response" });
    await response.getByText("The response ended at the limit of its tokens").waitFor();
    // What a model writes is text, whatever it looks like.
    await response.getByText("<b>Only one of them</b> could not die").waitFor();
    assert.match(await response.innerText(), /1,204 tokens in\s+64 of thoughts\s+25 out/);
    await response.getByRole("img", { name: "An image of the response" }).waitFor();
    await response.getByText("Thoughts", { exact: true }).click();
    await response.getByText("The reader wants two sentences").waitFor();
    await keepScreenshots(page, "try");
  },
);

testUnless(NO_CHROMIUM, "A reader stops a response, and sees what had come", async () => {
  await using at = await openTry();
  const { page } = at;
  at.gateway.emulator.script("one", [{ type: "ok", chunks: ["One, ", "two"], holdAfter: 1 }]);
  await page.getByLabel("Prompt").fill("Count");
  await page.getByLabel("Prompt").press("Control+Enter");
  const response = page.getByRole("region", { name: "Response" });
  await response.getByText("One,").waitFor();
  assert.equal(await response.getAttribute("aria-busy"), "true");
  await page.getByRole("button", { name: "Stop" }).click();
  await response.getByText("Stopped.").waitFor();
  await page.getByRole("button", { name: "Send" }).waitFor();
  assert.equal(await response.getAttribute("aria-busy"), "false");
  // The request upstream ends as well.
  await at.gateway.emulator.requests.at(-1)?.finished;
});

testUnless(
  NO_CHROMIUM,
  "Whoever signs in next finds no prompt, no response and no key",
  async () => {
    await using at = await openTry();
    const { page } = at;
    at.gateway.emulator.script("one", [{ type: "ok", chunks: ["One, ", "two"], holdAfter: 1 }]);
    await page.getByLabel("Prompt").fill("The reader's secret");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("One,").waitFor();
    await page.getByRole("link", { name: "Connect" }).click();
    await at.gateway.emulator.requests.at(-1)?.finished;
    const key = page.getByRole("region", { name: "Connect" }).getByLabel("Key", { exact: true });
    await key.fill("the former key");
    await page.locator(".snippets").getByText("the former key").first().waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out").waitFor();
    await signIn(page, ADMIN_KEY);
    assert.equal(await key.inputValue(), "");
    await page.getByRole("link", { name: "Try", exact: true }).click();
    await page.getByRole("button", { name: "Send", disabled: false }).waitFor();
    assert.equal(await page.getByLabel("Prompt").inputValue(), "");
    assert.doesNotMatch(await page.content(), /One,|the former key/);
    await page.getByLabel("Prompt").fill("Another secret");
    await page.getByRole("link", { name: "Connect" }).click();
    await page.getByRole("link", { name: "Try", exact: true }).click();
    await page.getByLabel("Prompt").waitFor();
    assert.equal(await page.getByLabel("Prompt").inputValue(), "");
  },
);

testUnless(NO_CHROMIUM, "Whatever goes wrong is said in words", async () => {
  await using at = await openTry();
  const { page, gateway } = at;
  const response = page.getByRole("region", { name: "Response" });
  await page.getByLabel("Prompt").fill("Hello");
  const send = page.getByRole("button", { name: "Send" });
  for (
    const [outcome, words] of [
      [
        { type: "ok", events: [{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }] },
        /^Google refused the prompt \(PROHIBITED_CONTENT\)\.$/,
      ],
      [{ type: "error-mid-stream", afterEvents: 1 }, /^The model is overloaded/],
      [{ type: "400-key-invalid" }, /API key not valid/],
    ] as const
  ) {
    gateway.emulator.always("one", outcome);
    await send.click();
    await response.getByText("in all").waitFor();
    const note = await response.locator(".note").innerText();
    assert.match(note, words);
    // A screen reader hears it.
    assert.equal(await page.locator("#view-try").getByRole("status").innerText(), note);
  }
  await gateway.gateway[Symbol.asyncDispose]();
  await send.click();
  await response.getByText("The gateway does not respond").waitFor();
});
