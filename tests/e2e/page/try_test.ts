/**
 * The view that tries a prompt, in a real Chromium, at a real gateway: its headers, its session, its streams.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { pageFile } from "../../../src/ui/page_source.ts";
import { NO_CHROMIUM } from "../../support/browser.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { testUnless } from "../../support/left_out.ts";
import { until } from "../../support/until.ts";
import { CANNED } from "./support/canned.ts";
import { keepScreenshots, openPage, signIn } from "./support/open_page.ts";

const ADMIN_KEY = "admin-key-of-the-page";

interface Place extends AsyncDisposable {
  readonly gateway: EmulatedGateway;
  readonly page: Page;
  readonly complaints: string[];
}

/** The view, at a gateway that asks for a key. */
async function openTry(): Promise<Place> {
  const gateway = await startEmulatedGateway({
    adminKey: ADMIN_KEY,
    page: (path) => Promise.resolve(pageFile(path)),
    settings: { auth: { mode: "strict", apiKey: "key-of-the-gateway" } },
  });
  const open = await openPage({ url: gateway.url, hash: "#/try" });
  const { page, complaints } = open;
  await page.route("**/admin/v1/*", async (route) => {
    const path = new URL(route.request().url()).pathname.replace("/admin/v1/", "");
    const json = CANNED()[path];
    await route.fulfill(json === undefined ? { status: 404 } : { json });
  });
  await signIn(page, ADMIN_KEY);
  return {
    gateway,
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await gateway.close();
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
  const { keyName, method, status } = await at.gateway.waitForCall(({ method }) =>
    method === "streamGenerateContent"
  );
  assert.deepEqual({ keyName, method, status }, {
    keyName: "default",
    method: "streamGenerateContent",
    status: 200,
  });
  await keepScreenshots(page, "try");
});
