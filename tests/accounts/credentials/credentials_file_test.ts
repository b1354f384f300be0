import assert from "node:assert/strict";
import {
  parseAnyCredentialsFile,
  parseCredentialsFile,
} from "../../../src/accounts/credentials/credentials_file.ts";

const GOOD = {
  type: "authorized_user",
  client_id: "planted-client",
  client_secret: "planted-secret",
  refresh_token: "planted-token",
  quota_project_id: "ignored",
};

Deno.test("parseCredentialsFile() reads authorized_user JSON, with Google's endpoint by default", () => {
  const user = parseCredentialsFile(JSON.stringify(GOOD));
  assert.equal(user.clientId, "planted-client");
  assert.equal(user.clientSecret.reveal(), "planted-secret");
  assert.equal(user.refreshToken.reveal(), "planted-token");
  assert.equal(user.tokenUri, "https://oauth2.googleapis.com/token");
});

Deno.test("parseCredentialsFile() honours token_uri", () => {
  const token_uri = "http://127.0.0.1:1/token";
  assert.equal(parseCredentialsFile(JSON.stringify({ ...GOOD, token_uri })).tokenUri, token_uri);
});

Deno.test("parseCredentialsFile() names what is missing or wrong, and quotes no value", () => {
  const cases: readonly [unknown, RegExp][] = [
    [{ ...GOOD, refresh_token: undefined }, /lacks "refresh_token"/],
    [{ ...GOOD, client_id: "", client_secret: 7 }, /"client_id", "client_secret"/],
    [{ ...GOOD, token_uri: "planted-secret" }, /"token_uri"/],
    [{ ...GOOD, token_uri: "https://a:planted-secret@example.com" }, /"token_uri"/],
    [{ ...GOOD, type: "planted-secret" }, /no "type" that Pollux knows/],
    [{ ...GOOD, type: "service_account" }, /a service account's key \("service_account"\)/],
    [{ installed: { client_secret: "planted-secret" } }, /an OAuth client/],
    [{ refresh_token: "planted-token" }, /"client_id" and "client_secret"/],
    [["planted-secret"], /not a JSON object/],
    [null, /not a JSON object/],
  ];
  for (const [file, words] of cases) {
    assert.throws(() => parseCredentialsFile(JSON.stringify(file)), (error: Error) => {
      assert.equal(error.name, "AccountError");
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  }
});

Deno.test("parseCredentialsFile() of broken JSON does not repeat the text", () => {
  assert.throws(() => parseCredentialsFile('{"refresh_token":"planted-token"'), (error: Error) => {
    assert.match(error.message, /not a JSON object/);
    assert.doesNotMatch(error.message, /planted/);
    return true;
  });
});

const SERVICE_ACCOUNT = {
  type: "service_account",
  project_id: "planted-project",
  private_key_id: "key-1",
  private_key: "planted-private-key",
  client_email: "planted-user@example.com",
};

Deno.test("parseAnyCredentialsFile() reads a service account's key and a user's own", () => {
  const account = parseAnyCredentialsFile(JSON.stringify(SERVICE_ACCOUNT));
  assert.ok(account.type === "service_account");
  assert.equal(account.clientEmail, "planted-user@example.com");
  assert.equal(account.privateKeyId, "key-1");
  assert.equal(account.privateKey.reveal(), "planted-private-key");
  assert.equal(account.projectId, "planted-project");
  assert.equal(account.tokenUri, "https://oauth2.googleapis.com/token");
  const token_uri = "http://127.0.0.1:1/token";
  const elsewhere = parseAnyCredentialsFile(JSON.stringify({ ...SERVICE_ACCOUNT, token_uri }));
  assert.equal(elsewhere.tokenUri, token_uri);
  assert.deepEqual(
    parseAnyCredentialsFile(JSON.stringify(GOOD)),
    parseCredentialsFile(JSON.stringify(GOOD)),
  );
});

Deno.test("parseAnyCredentialsFile() names what is missing or wrong, and quotes no value", () => {
  const cases: readonly [unknown, RegExp][] = [
    [{ ...SERVICE_ACCOUNT, private_key: undefined }, /lacks "private_key".*Google Cloud console/],
    [{ ...SERVICE_ACCOUNT, client_email: "", project_id: 7 }, /"client_email", "project_id"/],
    [{ ...SERVICE_ACCOUNT, token_uri: "planted" }, /"token_uri"/],
    [{ ...GOOD, refresh_token: "" }, /lacks "refresh_token"/],
    [
      { type: "gdch_service_account" },
      /of Google Distributed Cloud.*needs a service account's key .* or a user/,
    ],
    [{ type: "planted-type" }, /no "type" that Pollux knows.*"service_account".*"authorized_user"/],
    [{ web: { client_secret: "planted-secret" } }, /an OAuth client/],
    ["planted", /not a JSON object/],
  ];
  for (const [file, words] of cases) {
    assert.throws(() => parseAnyCredentialsFile(JSON.stringify(file)), (error: Error) => {
      assert.equal(error.name, "AccountError");
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  }
});
