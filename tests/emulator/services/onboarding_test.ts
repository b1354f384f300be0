/** Tiers and onboarding: as strict as Google's. @module */
import assert from "node:assert/strict";
import { startEmulator, type UserOptions } from "../../../src/emulator/emulator.ts";
import { accessToken, callInternal, envelope } from "../calls.ts";

async function place(user: UserOptions) {
  const emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a", user));
  async function call(method: string, body: unknown) {
    const response = await callInternal(emulator, token, { method, body });
    return { status: response.status, answer: await response.json() };
  }
  async function read(name: string) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${emulator.url}/v1internal/${name}`, { headers });
    return { status: response.status, answer: await response.json() };
  }
  return { emulator, call, read, [Symbol.asyncDispose]: () => emulator.close() };
}

Deno.test("loadCodeAssist offers tiers and has none for a user who is new", async () => {
  await using at = await place({ tier: "free-tier", onboarded: false });
  const { answer } = await at.call("loadCodeAssist", {});
  assert.deepEqual(Object.keys(answer), ["allowedTiers"]);
  assert.equal(answer.allowedTiers[0].id, "free-tier");
  assert.equal(answer.allowedTiers[0].isDefault, true);
  const refused = await at.call("generateContent", envelope());
  assert.equal(refused.status, 403);
});

Deno.test("onboardUser runs as an operation, whose end names a project", async () => {
  await using at = await place({ tier: "free-tier", project: "managed", onboarded: 2 });
  const { answer: first } = await at.call("onboardUser", { tierId: "free-tier" });
  assert.match(first.name, /^operations\/emulated-\d+$/);
  assert.equal(first.done, false);
  assert.deepEqual((await at.read(first.name)).answer, first);
  const { answer: last } = await at.read(first.name);
  assert.equal(last.done, true);
  assert.deepEqual(last.response.cloudaicompanionProject, {
    id: "managed",
    name: "Project managed",
  });
  const { answer } = await at.call("loadCodeAssist", {});
  assert.equal(answer.currentTier.id, "free-tier");
  assert.equal(answer.cloudaicompanionProject, "managed");
  assert.equal((await at.read("operations/emulated-0")).status, 404);
});

Deno.test("onboardUser keeps the project that the user brings", async () => {
  await using at = await place({ project: null, onboarded: false });
  const body = { tierId: "standard-tier", cloudaicompanionProject: "mine" };
  const { answer } = await at.call("onboardUser", body);
  assert.equal(answer.response.cloudaicompanionProject.id, "mine");
  assert.equal((await at.call("loadCodeAssist", {})).answer.cloudaicompanionProject, "mine");
});

Deno.test("onboardUser refuses a project for the free tier, and tiers that are not the user's", async () => {
  await using at = await place({ tier: "free-tier", onboarded: false });
  const free = { tierId: "free-tier", cloudaicompanionProject: "mine" };
  const cases = [
    [free, 400, "FAILED_PRECONDITION"],
    [{ tierId: "standard-tier" }, 403, "PERMISSION_DENIED"],
    [{ tierId: "tomorrows-tier" }, 400, "INVALID_ARGUMENT"],
    [{}, 400, "INVALID_ARGUMENT"],
    [{ tierId: "free-tier", tier: "x" }, 400, "INVALID_ARGUMENT"],
  ] as const;
  for (const [body, status, name] of cases) {
    const refused = await at.call("onboardUser", body);
    assert.equal(refused.status, status, JSON.stringify(body));
    assert.equal(refused.answer.error.status, name);
  }
  await using other = await place({ ineligible: true });
  const refused = await other.call("onboardUser", { tierId: "standard-tier" });
  assert.equal(refused.status, 403);
});

Deno.test("an operation is read by GET, with a token, and by nobody else", async () => {
  await using at = await place({ onboarded: 1, project: "p" });
  const { answer } = await at.call("onboardUser", { tierId: "standard-tier" });
  const { url } = at.emulator;
  for (const [method, status] of [["POST", 405], ["GET", 401]] as const) {
    const response = await fetch(`${url}/v1internal/${answer.name}`, { method });
    assert.equal(response.status, status);
    await response.body?.cancel();
  }
  const other = await accessToken(at.emulator.addUser("b"));
  const headers = { authorization: `Bearer ${other}` };
  const foreign = await fetch(`${url}/v1internal/${answer.name}`, { headers });
  assert.equal(foreign.status, 404);
  await foreign.body?.cancel();
});
