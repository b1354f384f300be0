/** Usage that another account of the project reports than the one that served the call. @module */
import assert from "node:assert/strict";
import type { Booking } from "../../../src/server/call/call_observer.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const FLASH = "gemini-2.5-flash";

Deno.test("Later usage is booked to the account of the call, also after that one was removed", async () => {
  const bookings: Booking[] = [];
  await using gateway = await startEmulatedGateway({
    accounts: {},
    observers: [{ booked: (booking) => void bookings.push(booking) }],
  });
  const { emulator } = gateway;
  const [one, two] = ["one", "two"].map((name) => ({
    name,
    key: emulator.addApiKey(name, { project: "shared" }),
    baseUrls: [emulator.url],
    settings: { projectGroup: "mine" },
  }));
  assert.ok(one && two);
  const batches = emulator.batches("shared");
  batches.settings.pace = { pendingMs: Infinity, runningMs: Infinity };
  async function ask(path: string, body?: unknown) {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return { json: JSON.parse(text), account: response.headers.get("x-pollux-account") };
  }
  await gateway.setAccounts([one]);
  const request = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
  const requests = { requests: [{ request }] };
  const made = await ask(`models/${FLASH}:batchGenerateContent`, {
    batch: { inputConfig: { requests } },
  });
  await gateway.setAccounts([two]);
  assert.equal((await ask(made.json.name)).account, "two");
  batches.end(made.json.name, "SUCCEEDED");
  await ask(made.json.name);
  assert.deepEqual(bookings.map(({ account, settles }) => [account, settles]), [["one", true]]);
});
