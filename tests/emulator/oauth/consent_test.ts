/** The consent page and the exchange of its codes: as strict as Google's. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  type Emulator,
  type OAuthClientFile,
  startEmulator,
} from "../../../src/emulator/emulator.ts";
import { allow, consent } from "../../support/consent_page.ts";
import { askToken } from "../calls.ts";

const REDIRECT = "http://127.0.0.1:4711/oauth2callback";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

type Changes = Readonly<Record<string, string | undefined>>;

function membersOf(file: OAuthClientFile) {
  return "web" in file ? file.web : file.installed;
}

function formOf(fields: Changes, changes: Changes): URLSearchParams {
  const entries = Object.entries({ ...fields, ...changes });
  return new URLSearchParams(
    entries.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}

/** An address for consent; undefined leaves a parameter out. */
function addressOf(emulator: Emulator, changes: Changes = {}): string {
  const { auth_uri, client_id } = membersOf(emulator.oauthClient());
  return `${auth_uri}?${
    formOf({
      response_type: "code",
      client_id,
      redirect_uri: REDIRECT,
      scope: "a b",
      state: "the state",
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
      access_type: "offline",
      prompt: "consent",
    }, changes)
  }`;
}

async function exchange(
  emulator: Emulator,
  code: string,
  changes: Changes = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const { token_uri, client_id, client_secret } = membersOf(emulator.oauthClient());
  const response = await fetch(token_uri, {
    method: "POST",
    body: formOf({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id,
      client_secret,
      redirect_uri: REDIRECT,
    }, changes),
  });
  return { status: response.status, body: await response.json() };
}

async function codeOf(emulator: Emulator, changes: Changes = {}): Promise<string> {
  return (await allow(addressOf(emulator, changes), "ada")).searchParams.get("code") ?? "";
}

async function startWithAda(clock: { now(): number } = Date): Promise<Emulator> {
  const emulator = await startEmulator({ clock });
  emulator.addUser("ada");
  return emulator;
}

Deno.test("oauthClient() gives the console's file, for a desktop app or a web application", async () => {
  await using emulator = await startEmulator();
  const desktop = emulator.oauthClient();
  assert.deepEqual(Object.keys(desktop), ["installed"]);
  assert.deepEqual(Object.keys(membersOf(desktop)), [
    ...["client_id", "project_id", "auth_uri", "token_uri", "auth_provider_x509_cert_url"],
    ...["client_secret", "redirect_uris"],
  ]);
  const web = emulator.oauthClient([REDIRECT]);
  assert.deepEqual(Object.keys(web), ["web"]);
  assert.notEqual(membersOf(web).client_id, membersOf(desktop).client_id);
});

Deno.test("the consent page lists the users, then asks one, and writes no markup that it was given", async () => {
  await using emulator = await startWithAda();
  emulator.addUser("<b>");
  emulator.addApiKey("key");
  const choice = await (await fetch(addressOf(emulator))).text();
  assert.match(choice, /<button name="account" value="ada">ada</);
  assert.match(choice, /value="&#60;b&#62;"/);
  assert.doesNotMatch(choice, /<b>|value="key"/);
  const body = new URLSearchParams({ account: "ada" });
  const asked = await (await fetch(addressOf(emulator), { method: "POST", body })).text();
  assert.match(asked, /wants to access the account ada[\s\S]*value="deny">Deny[\s\S]*>Allow</);
});

Deno.test("consent sends the browser back with a code, the state and the scope, or a refusal", async () => {
  await using emulator = await startWithAda();
  const allowed = await allow(addressOf(emulator), "ada");
  assert.equal(allowed.origin + allowed.pathname, REDIRECT);
  const { code, ...rest } = Object.fromEntries(allowed.searchParams);
  assert.match(code ?? "", /^4\/0A\S+$/);
  assert.deepEqual(rest, {
    state: "the state",
    scope: "a b",
    authuser: "0",
    prompt: "consent",
  });
  const denied = await consent(addressOf(emulator), { account: "ada", decision: "deny" });
  assert.deepEqual(Object.fromEntries(denied.searchParams), {
    state: "the state",
    error: "access_denied",
  });
});

/** Changed parameters, and the page that Google shows instead of sending the browser back. */
const PAGES: readonly (readonly [Changes, number, RegExp])[] = [
  [{ client_id: undefined }, 400, /invalid_request[\s\S]*parameter: client_id/],
  [{ client_id: "other" }, 401, /Error 401: invalid_client[\s\S]*The OAuth client was not found/],
  [{ redirect_uri: undefined }, 400, /invalid_request/],
  [{ redirect_uri: "https://127.0.0.1:1/" }, 400, /Error 400: redirect_uri_mismatch/],
  [{ redirect_uri: "http://x.example/" }, 400, /redirect_uri_mismatch[\s\S]*x\.example/],
  [{ redirect_uri: "nonsense" }, 400, /redirect_uri_mismatch/],
  [{ response_type: undefined }, 400, /invalid_request/],
  [{ response_type: "token" }, 400, /unsupported_response_type/],
  [{ scope: undefined }, 400, /parameter: scope/],
  [{ code_challenge_method: "plain" }, 400, /code_challenge_method: plain/],
  [{ code_challenge: undefined }, 400, /Invalid code_challenge/],
  [{ code_challenge: "short" }, 400, /Invalid code_challenge/],
];

Deno.test("consent shows an error page where it cannot send the browser back", async (t) => {
  await using emulator = await startWithAda();
  for (const [changes, status, words] of PAGES) {
    await t.step(JSON.stringify(changes), async () => {
      for (const method of ["GET", "POST"]) {
        const response = await fetch(addressOf(emulator, changes), { method, redirect: "manual" });
        assert.equal(response.status, status);
        assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
        assert.match(await response.text(), words);
      }
    });
  }
});

Deno.test("a web application gets its answer at exactly the addresses that it registered", async () => {
  await using emulator = await startWithAda();
  const { client_id } = membersOf(emulator.oauthClient([REDIRECT]));
  assert.equal(
    (await allow(addressOf(emulator, { client_id }), "ada")).pathname,
    "/oauth2callback",
  );
  const elsewhere = { client_id, redirect_uri: "http://127.0.0.1:4712/oauth2callback" };
  await assert.rejects(allow(addressOf(emulator, elsewhere), "ada"), /redirect_uri_mismatch/);
});

Deno.test("a code becomes tokens once, and the refresh token is good for its own client only", async () => {
  await using emulator = await startWithAda();
  const code = await codeOf(emulator);
  const { status, body } = await exchange(emulator, code);
  assert.equal(status, 200);
  const { access_token, refresh_token, ...rest } = body;
  assert.match(String(access_token), /^ya29\./);
  assert.deepEqual(rest, { expires_in: 3599, scope: "a b", token_type: "Bearer" });
  const again = await exchange(emulator, code);
  assert.equal(again.status, 400);
  assert.deepEqual(again.body, {
    error: "invalid_grant",
    error_description: "Malformed auth code.",
  });
  const { client_id, client_secret, token_uri } = membersOf(emulator.oauthClient());
  const own = {
    type: "authorized_user",
    client_id,
    client_secret,
    token_uri,
    refresh_token: String(refresh_token),
  } as const;
  const web = membersOf(emulator.oauthClient([REDIRECT]));
  const { client_id: otherId, client_secret: otherSecret } = web;
  const refused = await askToken(own, { client_id: otherId, client_secret: otherSecret });
  assert.equal((await refused.json()).error, "unauthorized_client");
  const good = await askToken(own);
  assert.equal(good.status, 200);
  await good.body?.cancel();
});

/** Changed form fields, status, error, description. */
const REFUSED: readonly (readonly [Changes, number, string, string])[] = [
  [{ code: undefined }, 400, "invalid_request", "Missing required parameter: code"],
  [{ code: "4/0Awrong" }, 400, "invalid_grant", "Malformed auth code."],
  [{ redirect_uri: undefined }, 400, "invalid_request", "Missing required parameter: redirect_uri"],
  [{ redirect_uri: `${REDIRECT}/` }, 400, "redirect_uri_mismatch", "Bad Request"],
  [{ code_verifier: undefined }, 400, "invalid_grant", "Missing code verifier."],
  [{ code_verifier: "w".repeat(43) }, 400, "invalid_grant", "Invalid code verifier."],
  [{ client_id: "other" }, 401, "invalid_client", "The OAuth client was not found."],
  [{ client_secret: undefined }, 400, "invalid_request", "client_secret is missing."],
  [{ client_secret: "no" }, 401, "invalid_client", "The provided client secret is invalid."],
];

Deno.test("the exchange of a code is refused flatly, and leaves the code good", async (t) => {
  await using emulator = await startWithAda();
  const code = await codeOf(emulator);
  for (const [changes, status, error, error_description] of REFUSED) {
    await t.step(JSON.stringify(changes), async () => {
      const answer = await exchange(emulator, code, changes);
      assert.equal(answer.status, status);
      assert.deepEqual(answer.body, { error, error_description });
    });
  }
  assert.equal((await exchange(emulator, code)).status, 200);
});

Deno.test("a code without a challenge takes no verifier, and a code ends after ten minutes", async () => {
  let now = 0;
  await using emulator = await startWithAda({ now: () => now });
  const bare = { code_challenge: undefined, code_challenge_method: undefined };
  const plain = await codeOf(emulator, bare);
  assert.equal((await exchange(emulator, plain)).status, 400);
  assert.equal((await exchange(emulator, plain, { code_verifier: undefined })).status, 200);
  const code = await codeOf(emulator);
  now = 600_000;
  assert.equal((await exchange(emulator, code)).body["error"], "invalid_grant");
});

Deno.test("a refresh token is given offline only, and again only where consent was asked for again", async () => {
  await using emulator = await startWithAda();
  const { client_id, client_secret } = membersOf(emulator.oauthClient([REDIRECT]));
  const client = { client_id, client_secret };
  async function refreshes(changes: Changes): Promise<boolean> {
    const code = await codeOf(emulator, { client_id, ...changes });
    return "refresh_token" in (await exchange(emulator, code, client)).body;
  }
  assert.equal(await refreshes({ access_type: undefined }), false);
  const { client_id: fresh, client_secret: secret } = membersOf(emulator.oauthClient([REDIRECT]));
  Object.assign(client, { client_id: fresh, client_secret: secret });
  assert.equal(await refreshes({ client_id: fresh, prompt: undefined }), true);
  assert.equal(await refreshes({ client_id: fresh, prompt: undefined }), false);
  assert.equal(await refreshes({ client_id: fresh, prompt: "select_account consent" }), true);
});

Deno.test("a user who took the grant back and consents again leaves the old refresh token dead", async () => {
  await using emulator = await startEmulator();
  const old = emulator.addUser("ada");
  emulator.revokeUser("ada");
  const { body } = await exchange(emulator, await codeOf(emulator));
  assert.equal((await (await askToken(old)).json()).error, "invalid_grant");
  const renewed = await askToken({ ...old, refresh_token: String(body["refresh_token"]) });
  assert.equal(renewed.status, 200);
  await renewed.body?.cancel();
});
