/** The sign-in's address, and what becomes of every answer to it. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { AccountError } from "../../../src/accounts/account_error.ts";
import {
  googleClient,
  type OAuthClient,
  parseOAuthClient,
} from "../../../src/accounts/credentials/oauth_client.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { SignIn } from "../../../src/accounts/sign_in/sign_in.ts";
import { noResponse } from "../../../src/accounts/sign_in/sign_in_refusal.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { USER_AGENT } from "../../../src/base/user_agent.ts";
import { allow, consent } from "../../support/consent_page.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { startTokenEndpoint } from "../../support/token_endpoint.ts";

const REDIRECT = "http://127.0.0.1:4711/oauth2callback";
const NEVER = new AbortController().signal;

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly client: OAuthClient;
}

async function place(): Promise<Place> {
  const emulator = await startEmulator();
  emulator.addUser("ada");
  return {
    emulator,
    client: parseOAuthClient(JSON.stringify(emulator.oauthClient())),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof AccountError, String(error));
  assert.match(error.message, /nothing was stored/);
  assert.doesNotMatch(error.message, /emulated-secret-|planted/);
  return error.message;
}

Deno.test("A sign-in's address asks for a code with PKCE, a state, consent and the scopes", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const url = new URL(await signIn.url());
  assert.equal(url.origin + url.pathname, `${at.emulator.url}/o/oauth2/v2/auth`);
  const { state, code_challenge, ...rest } = Object.fromEntries(url.searchParams);
  assert.deepEqual(rest, {
    response_type: "code",
    client_id: at.client.id,
    redirect_uri: REDIRECT,
    scope: "https://www.googleapis.com/auth/cloud-platform " +
      "https://www.googleapis.com/auth/userinfo.email " +
      "https://www.googleapis.com/auth/userinfo.profile",
    code_challenge_method: "S256",
    access_type: "offline",
    prompt: "consent",
  });
  assert.match(state ?? "", /^[\w-]{43}$/);
  assert.match(code_challenge ?? "", /^[\w-]{43}$/);
  const other = new URL(await new SignIn(at.client, REDIRECT).url());
  assert.notEqual(other.searchParams.get("state"), state);
  assert.notEqual(other.searchParams.get("code_challenge"), code_challenge);
});

Deno.test("A sign-in's address keeps the query that auth_uri has", async () => {
  const client = googleClient("id", new Secret("planted-secret"));
  const signIn = new SignIn({ ...client, authUri: "https://x.example/auth?hd=y" }, REDIRECT);
  assert.match(await signIn.url(), /^https:\/\/x\.example\/auth\?hd=y&response_type=code&/);
});

Deno.test("redeem() turns an answer into a credential that refreshes", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const { searchParams } = await allow(await signIn.url(), "ada");
  const credential = await signIn.redeem(searchParams, NEVER);
  assert.equal(credential.tokenUri, `${at.emulator.url}/token`);
  assert.equal(credential.clientId, at.client.id);
  assert.match(credential.refreshToken.reveal(), /^1\/\/emulated-secret-refresh-2$/);
  const sent = at.emulator.requests.at(-1);
  assert.equal(sent?.headers.get("user-agent"), USER_AGENT);
  const form = new URLSearchParams(sent?.rawBody);
  assert.deepEqual([...form.keys()].toSorted(), [
    ...["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"],
  ]);
  const verifier = form.get("code_verifier") ?? "";
  assert.match(verifier, /^[\w.~-]{43,128}$/);
  assert.equal(
    createHash("sha256").update(verifier).digest("base64url"),
    new URL(await signIn.url()).searchParams.get("code_challenge"),
  );
});

Deno.test("redeem() takes a bare code, which PKCE alone ties to the sign-in", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const code = (await allow(await signIn.url(), "ada")).searchParams.get("code") ?? "";
  await signIn.redeem(code, NEVER);
  const other = new SignIn(at.client, REDIRECT);
  const stolen = (await allow(await signIn.url(), "ada")).searchParams.get("code") ?? "";
  assert.match(await refusal(other.redeem(stolen, NEVER)), /invalid_grant \(Invalid code verifier/);
});

Deno.test("redeem() says what to do when the user declines", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const { searchParams } = await consent(await signIn.url(), { account: "ada", decision: "deny" });
  assert.match(
    await refusal(signIn.redeem(searchParams, NEVER)),
    /access_denied: the consent was declined\. Run the command again and allow it/,
  );
  assert.ok(!at.emulator.requests.some(({ path }) => path === "/token"));
});

Deno.test("redeem() refuses the answer to another sign-in, and sends its code nowhere", async () => {
  await using at = await place();
  const first = new SignIn(at.client, REDIRECT);
  const second = new SignIn(at.client, REDIRECT);
  const { searchParams } = await allow(await first.url(), "ada");
  const without = new URLSearchParams(searchParams);
  without.delete("state");
  const doubled = new URLSearchParams(searchParams);
  doubled.append("state", "x");
  const denied = new URLSearchParams({ error: "access_denied", state: "x" });
  for (const response of [searchParams, without, doubled, denied]) {
    assert.match(
      await refusal(second.redeem(response, NEVER)),
      /does not belong to this sign-in \("state" is not the one that was sent\)/,
    );
  }
  assert.ok(!at.emulator.requests.some(({ path }) => path === "/token"));
});

Deno.test("redeem() refuses an answer that comes from another server", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const { searchParams } = await allow(await signIn.url(), "ada");
  searchParams.set("iss", "https://elsewhere.example");
  assert.match(await refusal(signIn.redeem(searchParams, NEVER)), /does not belong/);
  searchParams.set("iss", at.emulator.url);
  await signIn.redeem(searchParams, NEVER);
});

Deno.test("redeem() gives clear words for a wrong client, a used code and a wrong address", async () => {
  await using at = await place();
  const stranger = { ...at.client, secret: new Secret("planted-wrong") };
  const wrong = new SignIn(stranger, REDIRECT);
  const { searchParams } = await allow(await wrong.url(), "ada");
  assert.match(
    await refusal(wrong.redeem(searchParams, NEVER)),
    /invalid_client \(The provided client secret is invalid\.\): .* secret is wrong\. Check both/,
  );
  const signIn = new SignIn(at.client, REDIRECT);
  const code = (await allow(await signIn.url(), "ada")).searchParams.get("code") ?? "";
  await signIn.redeem(code, NEVER);
  assert.match(await refusal(signIn.redeem(code, NEVER)), /invalid_grant .*: the code was used/);
});

/** What a token endpoint can answer, and the words for it. */
const RESPONSES: readonly (readonly [() => Response, RegExp])[] = [
  [
    () => Response.json({ error: "redirect_uri_mismatch" }, { status: 400 }),
    /redirect_uri_mismatch: the OAuth client does not allow .*"Desktop app".* The address is http:/,
  ],
  [
    () => Response.json({ error: "unauthorized_client" }, { status: 401 }),
    /unauthorized_client: the OAuth client may not sign users in/,
  ],
  [
    () =>
      Response.json({ error: "invalid_client" }, {
        status: 401,
        headers: { "www-authenticate": 'Basic realm="x"' },
      }),
    /invalid_client: it does not know the OAuth client/,
  ],
  [
    () => Response.json({ error: "new", error_description: "planted-secret\n!" }, { status: 400 }),
    /: new \(\*\*\* !\)$/,
  ],
  [() => new Response("<html>", { status: 502 }), /127\.0\.0\.1:\d+ returned 502 without a token/],
  [() => Response.json({}), /returned 200 without a token/],
  [() => Response.json({ access_token: "a" }), /gave no refresh token.*myaccount\.google\.com/],
  [
    () => Response.json({ access_token: "a", refresh_token: "b", scope: "openid" }),
    /without access to Google Cloud.*ticked/,
  ],
  [
    () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } }),
    /returned 302 without a token/,
  ],
];

for (const [response, words] of RESPONSES) {
  Deno.test(`redeem() says so when the token endpoint's answer means ${words}`, async () => {
    await using endpoint = startTokenEndpoint(response);
    const { clientId: id, clientSecret: secret, tokenUri } = endpoint.user;
    const client = { id, secret, tokenUri, authUri: tokenUri, redirectUris: undefined };
    assert.match(await refusal(new SignIn(client, REDIRECT).redeem("code", NEVER)), words);
  });
}

Deno.test("redeem() reads no ID token, whatever is in it", async () => {
  await using endpoint = startTokenEndpoint(() =>
    Response.json({ access_token: "a", refresh_token: "b", id_token: "nonsense" })
  );
  const { clientId: id, clientSecret: secret, tokenUri } = endpoint.user;
  const client = { id, secret, tokenUri, authUri: tokenUri, redirectUris: undefined };
  const { refreshToken } = await new SignIn(client, REDIRECT).redeem("code", NEVER);
  assert.equal(refreshToken.reveal(), "b");
});

Deno.test("redeem() says so when the token endpoint cannot be reached, and ends with its signal", async () => {
  await using at = await place();
  const tokenUri = `${closedUrl()}/token`;
  const signIn = new SignIn({ ...at.client, tokenUri }, REDIRECT);
  assert.match(
    await refusal(signIn.redeem("code", NEVER)),
    /127\.0\.0\.1:\d+ could not be reached/,
  );
  const late = new Error("Late");
  const aborted = AbortSignal.abort(late);
  await assert.rejects(signIn.redeem("code", aborted), late);
});

Deno.test("redeem() refuses an answer without a code", async () => {
  await using at = await place();
  const signIn = new SignIn(at.client, REDIRECT);
  const state = new URL(await signIn.url()).searchParams.get("state") ?? "";
  assert.match(
    await refusal(signIn.redeem(new URLSearchParams({ state }), NEVER)),
    /^The response has no code/,
  );
});

Deno.test("noAnswer() says what the browser may have shown instead of coming back", () => {
  const { message } = noResponse(300_000);
  assert.match(
    message,
    /^No response came within 5 minutes, so nothing was stored; run the command/,
  );
  assert.match(message, /If the browser showed redirect_uri_mismatch: .*"Desktop app"/);
  assert.match(message, /If the browser showed invalid_client: .*download client_secret\.json/);
});
