import assert from "node:assert/strict";
import { AccountError } from "../../../src/accounts/account_error.ts";
import { parseOAuthClient } from "../../../src/accounts/credentials/oauth_client.ts";

const MEMBERS = {
  client_id: "id.apps.googleusercontent.com",
  project_id: "p",
  auth_uri: "http://127.0.0.1:1/auth",
  token_uri: "http://127.0.0.1:1/token",
  client_secret: "planted-secret",
  redirect_uris: ["http://localhost"],
};

Deno.test("parseOAuthClient() reads a desktop app, whose answers may come to any port", () => {
  const { secret, ...client } = parseOAuthClient(JSON.stringify({ installed: MEMBERS }));
  assert.equal(secret.reveal(), "planted-secret");
  assert.deepEqual(client, {
    id: MEMBERS.client_id,
    authUri: MEMBERS.auth_uri,
    tokenUri: MEMBERS.token_uri,
    redirectUris: undefined,
  });
});

Deno.test("parseOAuthClient() reads a web application with its redirect URIs", () => {
  const client = parseOAuthClient(JSON.stringify({ web: MEMBERS }));
  assert.deepEqual(client.redirectUris, ["http://localhost"]);
});

Deno.test("parseOAuthClient() takes Google's addresses where the file has none", () => {
  const client = parseOAuthClient('{"installed":{"client_id":"a","client_secret":"b"}}');
  assert.equal(client.authUri, "https://accounts.google.com/o/oauth2/v2/auth");
  assert.equal(client.tokenUri, "https://oauth2.googleapis.com/token");
});

Deno.test("parseOAuthClient() says what a file lacks or is instead, and quotes nothing of it", () => {
  const without = { ...MEMBERS, client_secret: "" };
  const cases: readonly [string, RegExp][] = [
    ["planted", /it has neither "installed" nor "web"/],
    ["[]", /neither/],
    ["{}", /neither/],
    ['{"installed":null}', /lacks/],
    [JSON.stringify({ installed: without }), /lacks "client_secret"/],
    [JSON.stringify({ web: { client_id: "planted" } }), /lacks "client_secret"/],
    [JSON.stringify({ installed: { ...MEMBERS, auth_uri: "ftp://x" } }), /lacks "auth_uri"/],
    [JSON.stringify({ web: { ...MEMBERS, token_uri: "https://u:p@x" } }), /lacks "token_uri"/],
    ['{"type":"authorized_user","client_secret":"planted"}', /pollux accounts add code-assist/],
    ['{"type":"service_account","private_key":"planted"}', /service account's key/],
  ];
  for (const [text, words] of cases) {
    assert.throws(() => parseOAuthClient(text), (error) => {
      assert.ok(error instanceof AccountError, text);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  }
});
