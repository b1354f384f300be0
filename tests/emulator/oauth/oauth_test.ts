import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, askToken, callInternal } from "../calls.ts";

const LOAD = { method: "loadCodeAssist", body: {} };

/** Changed form fields, status, error, description. */
const REFUSED: readonly [Record<string, string | undefined>, number, string, string][] = [
  [{ grant_type: undefined }, 400, "invalid_request", "Missing required parameter: grant_type"],
  [{ grant_type: "password" }, 400, "unsupported_grant_type", "Invalid grant_type: password"],
  [{ client_id: undefined }, 400, "invalid_request", "Could not determine client ID."],
  [{ client_id: "other" }, 401, "invalid_client", "The OAuth client was not found."],
  [{ client_secret: undefined }, 400, "invalid_request", "client_secret is missing."],
  [{ client_secret: "no" }, 401, "invalid_client", "The provided client secret is invalid."],
  [
    { refresh_token: undefined },
    400,
    "invalid_request",
    "Missing required parameter: refresh_token",
  ],
  [{ refresh_token: "no" }, 400, "invalid_grant", "Token has been expired or revoked."],
];

Deno.test("POST /token gives an access token as Google writes it", async () => {
  await using emulator = await startEmulator();
  const user = emulator.addUser("a");
  assert.deepEqual(Object.keys(user), [
    "type",
    "client_id",
    "client_secret",
    "refresh_token",
    "token_uri",
  ]);
  const response = await askToken(user);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  const { access_token, ...rest } = await response.json();
  assert.match(access_token, /^ya29\./);
  assert.deepEqual(rest, {
    expires_in: 3599,
    scope: "https://www.googleapis.com/auth/cloud-platform openid",
    token_type: "Bearer",
  });
  assert.equal(emulator.tokenRequests("a"), 1);
});

Deno.test("POST /token refuses flatly, not as google.rpc", async (t) => {
  await using emulator = await startEmulator();
  const user = emulator.addUser("a");
  for (const [changes, status, error, description] of REFUSED) {
    await t.step(JSON.stringify(changes), async () => {
      const response = await askToken(user, changes);
      assert.equal(response.status, status);
      assert.deepEqual(await response.json(), { error, error_description: description });
    });
  }
  await t.step("GET", async () => {
    const response = await fetch(user.token_uri);
    assert.equal(response.status, 405);
    await response.body?.cancel();
  });
});

Deno.test("an access token ends by the clock, by revokeTokens() and by revokeUser()", async () => {
  let now = 0;
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const user = emulator.addUser("a", { expiresInSeconds: 10 });

  async function load(token: string): Promise<[number, string | undefined]> {
    const response = await callInternal(emulator, token, LOAD);
    return [response.status, (await response.json()).error?.details[0].reason];
  }

  const first = await accessToken(user);
  now = 9_999;
  assert.deepEqual(await load(first), [200, undefined]);
  now = 10_000;
  assert.deepEqual(await load(first), [401, "ACCESS_TOKEN_EXPIRED"]);
  const second = await accessToken(user);
  assert.notEqual(second, first);
  emulator.revokeTokens("a");
  assert.deepEqual(await load(second), [401, "ACCESS_TOKEN_EXPIRED"]);
  const third = await accessToken(user);
  assert.deepEqual(await load(third), [200, undefined]);
  emulator.revokeUser("a");
  assert.deepEqual(await load(third), [401, "ACCESS_TOKEN_EXPIRED"]);
  assert.equal((await (await askToken(user)).json()).error, "invalid_grant");
});

Deno.test("the token endpoint can be scripted by name", async () => {
  await using emulator = await startEmulator();
  const user = emulator.addUser("a");
  emulator.script("a", ["503", "hang"], { method: "token" });
  const refused = await askToken(user);
  assert.equal(refused.status, 503);
  await refused.body?.cancel();
  const pending = askToken(user);
  await emulator.waitForRequest((request) => request !== emulator.requests[0]);
  emulator.release("a");
  assert.equal((await pending).status, 200);
  await (await pending).text();
});

Deno.test("a user whose tokens rotate gets a new refresh token with each refresh, and the old one ends", async () => {
  await using emulator = await startEmulator();
  const user = emulator.addUser("a", { rotates: true });
  const { refresh_token } = await (await askToken(user)).json();
  assert.match(refresh_token, /^1\/\//);
  assert.notEqual(refresh_token, user.refresh_token);
  assert.equal((await (await askToken(user)).json()).error, "invalid_grant");
  const next = await (await askToken(user, { refresh_token })).json();
  assert.match(next.access_token, /^ya29\./);
  assert.notEqual(next.refresh_token, refresh_token);
  assert.equal(emulator.tokenRequests("a"), 2);
});
