/** Access tokens that end, are revoked or cannot be had, as the gateway's clients see it. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call, errorOf, textOf } from "../../support/gemini_call.ts";

const HOUR_MS = 3_600_000;
const LIMIT_MS = 60_000;

/** So many calls at once, each a conversation of its own. */
function calls(url: string, count: number): Promise<Response>[] {
  return Array.from({ length: count }, (_, index) => call(url, { text: `Call ${index}` }));
}

Deno.test("200 calls on a token that has ended are answered after exactly one refresh", async () => {
  const clock = new FakeClock();
  await using at = await startEmulatedGateway({ accounts: { one: "code-assist" }, clock });
  await textOf(await call(at.url));
  assert.equal(at.emulator.tokenRequests("one"), 1);
  clock.advance(2 * HOUR_MS);
  for (const response of await Promise.all(calls(at.url, 200))) {
    assert.equal(response.headers.get("x-pollux-attempts"), "1");
    await textOf(response);
  }
  assert.equal(at.emulator.tokenRequests("one"), 2);
});

Deno.test("200 calls on a token that was revoked before its end are answered after exactly one refresh", async () => {
  await using at = await startEmulatedGateway({ accounts: { one: "code-assist" } });
  await textOf(await call(at.url));
  at.emulator.revokeTokens("one");
  for (const response of await Promise.all(calls(at.url, 200))) await textOf(response);
  assert.equal(at.emulator.tokenRequests("one"), 2);
});

Deno.test("A refused token is replaced once and the same account asked again, as an attempt of its own", async () => {
  await using at = await startEmulatedGateway({
    accounts: { one: "code-assist", two: "code-assist" },
  });
  const { emulator } = at;
  for (const name of ["one", "two"]) emulator.script(name, ["401-expired"]);
  const response = await call(at.url);
  const account = response.headers.get("x-pollux-account") ?? "";
  await textOf(response);
  assert.equal(response.headers.get("x-pollux-attempts"), "2");
  assert.deepEqual(
    emulator.requests.filter(({ path }) => path.endsWith(":generateContent"))
      .map((request) => request.account),
    [account, account],
  );
  assert.equal(emulator.tokenRequests(account), 2);
});

Deno.test("An account whose new token is refused as well gives way to another", async () => {
  await using at = await startEmulatedGateway({
    accounts: { bad: "code-assist", good: "code-assist" },
  });
  const { emulator } = at;
  emulator.always("bad", "401-expired");
  const attempts: (string | null)[] = [];
  for (const response of await Promise.all(calls(at.url, 6))) {
    assert.equal(response.headers.get("x-pollux-account"), "good");
    attempts.push(response.headers.get("x-pollux-attempts"));
    await textOf(response);
  }
  assert.ok(attempts.includes("3"), attempts.join());
});

Deno.test("The attempts of one call bound what a refused token costs", async () => {
  await using at = await startEmulatedGateway({
    accounts: { one: "code-assist", two: "code-assist" },
    settings: { routing: { maxAttempts: 2 } },
  });
  for (const name of ["one", "two"]) at.emulator.always(name, "401-expired");
  const response = await call(at.url);
  assert.equal(response.headers.get("x-pollux-attempts"), "2");
  assert.equal((await errorOf(response)).status, "UNAUTHENTICATED");
  const sent = at.emulator.requests.filter(({ path }) => path.endsWith(":generateContent"));
  assert.equal(sent.length, 2);
});

Deno.test("A token endpoint that hangs does not delay calls while the token is good", async () => {
  const clock = new FakeClock();
  await using at = await startEmulatedGateway({ accounts: { one: "code-assist" }, clock });
  const { emulator } = at;
  await textOf(await call(at.url));
  const initial = emulator.requests.find(({ path }) => path === "/token");
  emulator.script("one", ["hang"], { method: "token" });
  clock.advance(HOUR_MS - 60_000);
  for (const response of await Promise.all(calls(at.url, 20))) await textOf(response);
  await emulator.waitForRequest((request) => request.path === "/token" && request !== initial);
  assert.equal(emulator.tokenRequests("one"), 2);
  emulator.release();
});

Deno.test("A token endpoint that hangs for one account does not hold up calls on others", async () => {
  await using at = await startEmulatedGateway({
    accounts: { dead: "code-assist", good: "code-assist" },
    settings: { timeouts: { firstByteMs: LIMIT_MS, totalMs: LIMIT_MS } },
  });
  const { emulator } = at;
  emulator.script("dead", ["hang"], { method: "token" });
  const sent = calls(at.url, 10);
  const [answered] = await Promise.all([
    Promise.any(sent),
    emulator.waitForRequest(({ path, account }) => path === "/token" && account === "dead"),
  ]);
  assert.equal(answered.headers.get("x-pollux-account"), "good");
  emulator.release();
  for (const response of await Promise.all(sent)) await textOf(response);
});

Deno.test("A token endpoint that is down for one account leaves every call to the others", async () => {
  await using at = await startEmulatedGateway({
    accounts: { dead: "code-assist", good: "code-assist" },
  });
  at.emulator.script("dead", Array(50).fill("503"), { method: "token" });
  for (const response of await Promise.all(calls(at.url, 20))) {
    assert.equal(response.headers.get("x-pollux-account"), "good");
    await textOf(response);
  }
});
