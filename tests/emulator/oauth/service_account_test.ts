import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import {
  type AssertionChanges,
  assertionOf,
  bearer,
  callVertex,
  exchangeAssertion,
  serviceAccountToken,
} from "../vertex_calls.ts";

const SIGNATURE = ["invalid_grant", "Invalid JWT Signature."] as const;
const TIMES = [
  "invalid_grant",
  "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check " +
  "your iat and exp values in the JWT claim.",
] as const;
const AUDIENCE = ["invalid_grant", /^Invalid JWT: Failed audience check\./] as const;
const SCOPE = ["invalid_scope", "Invalid OAuth scope or ID token audience provided."] as const;

/** In seconds. */
const NOW = 1_800_000_000;

const REFUSED: readonly (readonly [
  name: string,
  changes: AssertionChanges,
  refusal: readonly [error: string, description: string | RegExp],
])[] = [
  ["another algorithm", { header: { alg: "HS256" } }, SIGNATURE],
  ["an unknown key", { header: { kid: "other" } }, SIGNATURE],
  ["times in the future", { claims: { iat: NOW + 1, exp: NOW + 3601 } }, TIMES],
  ["times in the past", { claims: { iat: NOW - 3600, exp: NOW } }, TIMES],
  ["a life of more than an hour", { claims: { iat: NOW - 1, exp: NOW + 3600 } }, TIMES],
  ["no times", { claims: { iat: undefined, exp: undefined } }, TIMES],
  ["another audience", { claims: { aud: "https://oauth2.googleapis.com/token" } }, AUDIENCE],
  ["no audience", { claims: { aud: undefined } }, AUDIENCE],
  ["another scope", { claims: { scope: "openid" } }, SCOPE],
  ["no scope", { claims: { scope: undefined } }, SCOPE],
  ["an unknown account", { claims: { iss: "nobody@example.com" } }, [
    "invalid_grant",
    "Invalid grant: account not found",
  ]],
];

Deno.test("addServiceAccount() gives a key file as Google's console does, and its assertion a token", async () => {
  await using emulator = await startEmulator();
  const file = emulator.addServiceAccount("a");
  assert.equal(file.type, "service_account");
  assert.equal(file.project_id, "emulated-project-1");
  assert.equal(file.token_uri, `${emulator.url}/token`);
  assert.match(file.client_email, /@emulated-project-1\.iam\.gserviceaccount\.com$/);
  assert.match(file.private_key, /^-----BEGIN PRIVATE KEY-----\n/);
  const response = await exchangeAssertion(file.token_uri, assertionOf(file));
  const { access_token, ...rest } = await response.json();
  assert.match(access_token, /^ya29\./);
  // A service account's answer has neither scope nor refresh token.
  assert.deepEqual(rest, { expires_in: 3599, token_type: "Bearer" });
  assert.equal(emulator.tokenRequests("a"), 1);
});

Deno.test("POST /token refuses an assertion that Google would refuse", async (t) => {
  await using emulator = await startEmulator({ clock: { now: () => NOW * 1000 } });
  const file = emulator.addServiceAccount("a");
  const other = emulator.addServiceAccount("b");
  const cases: typeof REFUSED = [
    ...REFUSED,
    ["another account's signature", { privateKey: other.private_key }, SIGNATURE],
  ];
  for (const [name, changes, [error, description]] of cases) {
    await t.step(name, async () => {
      const assertion = assertionOf(file, { now: NOW, ...changes });
      const response = await exchangeAssertion(file.token_uri, assertion);
      assert.equal(response.status, 400);
      const body = await response.json();
      assert.deepEqual(Object.keys(body), ["error", "error_description"]);
      assert.equal(body.error, error);
      if (typeof description === "string") assert.equal(body.error_description, description);
      else assert.match(body.error_description, description);
    });
  }
  await t.step("but for one that names no key, and is signed with the account's", async () => {
    const header = { kid: undefined };
    const responses = [file, other].map(async ({ private_key: privateKey }) => {
      const assertion = assertionOf(file, { now: NOW, header, privateKey });
      return (await (await exchangeAssertion(file.token_uri, assertion)).json()).error;
    });
    assert.deepEqual(await Promise.all(responses), [undefined, "invalid_grant"]);
  });
  await t.step("what is no assertion", async () => {
    for (const [text, words] of [["", /assertion/], ["a.b.c", /^Bad/], ["a.b", /^Bad/]] as const) {
      const answer = await (await exchangeAssertion(file.token_uri, text)).json();
      assert.match(answer.error_description, words);
    }
  });
  await t.step("a changed claim", async () => {
    const [header, , signature] = assertionOf(file, { now: NOW }).split(".");
    const [, claims] = assertionOf(file, { now: NOW - 1 }).split(".");
    const forged = await exchangeAssertion(file.token_uri, `${header}.${claims}.${signature}`);
    assert.equal((await forged.json()).error_description, "Invalid JWT Signature.");
  });
});

Deno.test("a service account's tokens end by revokeTokens() and by revokeUser()", async () => {
  await using emulator = await startEmulator();
  const file = emulator.addServiceAccount("a");

  async function status(token: string): Promise<number> {
    const response = await callVertex(emulator, { headers: bearer(token) });
    await response.body?.cancel();
    return response.status;
  }

  const first = await serviceAccountToken(file);
  assert.equal(await status(first), 200);
  emulator.revokeTokens("a");
  assert.equal(await status(first), 401);
  assert.equal(await status(await serviceAccountToken(file)), 200);
  emulator.revokeUser("a");
  const refused = await exchangeAssertion(file.token_uri, assertionOf(file));
  assert.deepEqual(await refused.json(), {
    error: "invalid_grant",
    error_description: "Invalid JWT Signature.",
  });
});
