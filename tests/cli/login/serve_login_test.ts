/** `pollux login` beside `pollux serve`: the sign-in that it renews. @module */
import assert from "node:assert/strict";
import { type Gateway, startGateway } from "../../support/pollux_process.ts";
import { allow } from "../../support/consent_page.ts";
import { within } from "../../support/deadline.ts";
import { call, errorOf, textOf } from "../../support/gemini_call.ts";
import { type LoginPlace, loginPlace } from "../../support/login_place.ts";
import { browsingUser } from "../../support/signing_in_user.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/** Makes a call, and says whose sign-in it was sent with. */
async function sentAs({ emulator }: LoginPlace, { url }: Gateway): Promise<string | undefined> {
  await textOf(await call(url));
  return emulator.requests.findLast(({ path }) => path.endsWith(":generateContent"))?.account;
}

/** Signs that user in to the account that is there. */
async function renew(at: LoginPlace, user: string): Promise<void> {
  const browsing = browsingUser({}, (address) => allow(address, user));
  const { code, err } = await at.login(browsing);
  assert.equal(code, 0, err);
  await browsing.page();
}

Deno.test("A sign-in that login renews is in use in a running gateway, and the one before it no more", async () => {
  await using at = await loginPlace();
  const { emulator } = at;
  emulator.addUser("grace", { project: "managed" });
  await at.signIn();
  await using gateway = await startGateway({ dataDir: at.dataDir });
  assert.equal(await sentAs(at, gateway), "ada");

  await renew(at, "grace");
  const tokensBefore = emulator.tokenRequests("ada");
  async function takenOver(): Promise<void> {
    while (await sentAs(at, gateway) !== "grace");
  }
  await within(LIMIT_MS, takenOver(), { what: "A call with the new sign-in" });
  for (let turn = 0; turn < 3; turn++) assert.equal(await sentAs(at, gateway), "grace");
  assert.equal(emulator.tokenRequests("ada"), tokensBefore);
});

Deno.test("An account that lost its sign-in answers again in a running gateway once login renewed it", async () => {
  await using at = await loginPlace();
  const { emulator } = at;
  emulator.addUser("grace", { project: "managed" });
  await at.signIn();
  emulator.revokeUser("ada");
  await using gateway = await startGateway({ dataDir: at.dataDir });
  assert.equal((await errorOf(await call(gateway.url))).code, 401);

  await renew(at, "grace");
  async function answers(): Promise<void> {
    while (true) {
      const { status, body } = await call(gateway.url);
      await body?.cancel();
      if (status === 200) return;
    }
  }
  await within(LIMIT_MS, answers(), { what: "An answer with the new sign-in" });
  assert.equal(await sentAs(at, gateway), "grace");
});
