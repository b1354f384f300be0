import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { ServiceAccount } from "../../../src/accounts/account.ts";
import { parseAnyCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import {
  importSigningKey,
  serviceAccountTokens,
} from "../../../src/accounts/tokens/service_account_tokens.ts";
import {
  TokenError,
  type TokenErrorReason,
  type TokenSource,
} from "../../../src/accounts/tokens/token_source.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { granted, startTokenEndpoint, type TokenEndpoint } from "../../support/token_endpoint.ts";

const NOW_MS = 1_800_000_000_750;

/** Long to make, so there is one for all tests. */
const { privateKey: PRIVATE_KEY } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

function accountAt({ user }: TokenEndpoint, changes: Partial<ServiceAccount> = {}): ServiceAccount {
  return {
    type: "service_account",
    clientEmail: "planted-user@example.com",
    privateKeyId: "key-1",
    privateKey: new Secret(PRIVATE_KEY),
    tokenUri: user.tokenUri,
    projectId: "my-project",
    ...changes,
  };
}

function tokensOf(account: ServiceAccount, clock = { now: () => NOW_MS }): TokenSource {
  return serviceAccountTokens(account, { clock });
}

function never(): AbortSignal {
  return new AbortController().signal;
}

Deno.test("serviceAccountTokens() exchange an assertion of RFC 7523, once for 200 callers", async () => {
  await using endpoint = startTokenEndpoint(() => granted("first"));
  const account = accountAt(endpoint);
  const tokens = tokensOf(account);
  const got = await Promise.all(Array.from({ length: 200 }, () => tokens.token(never())));
  assert.deepEqual(new Set(got), new Set(["first"]));
  const [form, ...others] = endpoint.requests.map((form) => Object.fromEntries(form));
  assert.deepEqual(others, []);
  const { assertion = "", ...rest } = form ?? {};
  assert.deepEqual(rest, { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" });
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  const [readHeader, readClaims] = [header, claims].map((part) =>
    JSON.parse(Buffer.from(part, "base64url").toString())
  );
  assert.deepEqual(readHeader, { alg: "RS256", typ: "JWT", kid: "key-1" });
  assert.deepEqual(readClaims, {
    iss: "planted-user@example.com",
    scope: "https://www.googleapis.com/auth/cloud-platform",
    aud: account.tokenUri,
    iat: 1_799_999_990,
    exp: 1_800_003_590,
  });
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${claims}`),
    createPublicKey(PRIVATE_KEY),
    Buffer.from(signature, "base64url"),
  );
  assert.ok(isSigned);
});

Deno.test("serviceAccountTokens() sign again when a token is at its end or was refused", async () => {
  await using endpoint = startTokenEndpoint((count) => granted(`${count}`));
  let now = NOW_MS;
  const tokens = tokensOf(accountAt(endpoint), { now: () => now });
  assert.equal(await tokens.token(never()), "1");
  tokens.invalidate("1");
  assert.equal(await tokens.token(never()), "2");
  now += 3_600_000;
  assert.equal(await tokens.token(never()), "3");
  const assertions = endpoint.requests.map((form) => form.get("assertion"));
  assert.equal(assertions[0], assertions[1]);
  assert.notEqual(assertions[1], assertions[2]);
});

Deno.test("serviceAccountTokens() satisfy Google as it is emulated, which checks what they sign", async () => {
  await using emulator = await startEmulator();
  const file = JSON.stringify(emulator.addServiceAccount("a"));
  const account = parseAnyCredentialsFile(file);
  assert.ok(account.type === "service_account");
  assert.match(await tokensOf(account, Date).token(never()), /^ya29\./);
});

Deno.test("serviceAccountTokens() tell failures apart, with advice and without a secret or an address", async () => {
  const times = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable " +
    "timeframe. Check your iat and exp values in the JWT claim.";
  const cases: readonly [number, unknown, TokenErrorReason, RegExp][] = [
    [
      400,
      { error: "invalid_grant", error_description: "Invalid JWT Signature." },
      "invalid_grant",
      /Invalid JWT Signature\. \(invalid_grant\); make a new key for the service account/,
    ],
    [
      400,
      {
        error: "invalid_grant",
        error_description: "No planted-user@example.com:\naccount not found",
      },
      "invalid_grant",
      /refused the service account: No \*\*\*: account not found/,
    ],
    [
      400,
      { error: "invalid_grant", error_description: times },
      "refused",
      /iat and exp.*; correct this machine's clock$/,
    ],
    [
      400,
      { error: "invalid_grant", error_description: "Invalid JWT: Failed audience check." },
      "refused",
      /audience check\. \(invalid_grant\)$/,
    ],
    [401, { error: "unauthorized_client" }, "invalid_client", /: unauthorized_client$/],
    [400, { error: "invalid_scope" }, "refused", /: invalid_scope$/],
    [429, { error: "rate_limited" }, "unavailable", /returned 429/],
    [503, {}, "unavailable", /returned 503/],
  ];
  for (const [status, body, reason, words] of cases) {
    await using endpoint = startTokenEndpoint(() => Response.json(body, { status }));
    await assert.rejects(tokensOf(accountAt(endpoint)).token(never()), (error: Error) => {
      assert.ok(error instanceof TokenError);
      assert.equal(error.reason, reason);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted|@|PRIVATE|\n/);
      return true;
    });
  }
});

Deno.test("serviceAccountTokens() tell the keeper of a refusal, and of no outage", async () => {
  const responses = [
    new Response("down", { status: 503 }),
    Response.json({ error: "invalid_grant" }, { status: 400 }),
  ];
  await using endpoint = startTokenEndpoint((count) => responses[count - 1] ?? granted("late"));
  const account = accountAt(endpoint);
  const told: [unknown, TokenErrorReason][] = [];
  let now = NOW_MS;
  const tokens = serviceAccountTokens(account, {
    clock: { now: () => now },
    keeper: {
      refused(credential, { reason }) {
        told.push([credential, reason]);
        return Promise.resolve();
      },
    },
  });
  for (const expected of [[], [[account, "invalid_grant"]]]) {
    await assert.rejects(tokens.token(never()));
    assert.deepEqual(told, expected);
    now += 60_000;
  }
});

Deno.test("importSigningKey() refuses what is no RSA key in PKCS #8, without repeating it", async () => {
  const { privateKey: elliptic } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const wrong = [
    "planted",
    "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n",
    PRIVATE_KEY.replaceAll("PRIVATE", "RSA PRIVATE"),
    elliptic,
  ];
  for (const text of wrong) {
    await assert.rejects(importSigningKey(new Secret(text)), (error: Error) => {
      assert.equal(error.name, "TokenError");
      assert.match(error.message, /"private_key" is not an RSA key in PEM; download the key/);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  }
  await importSigningKey(new Secret(PRIVATE_KEY));
  // As it stands in a file that was copied on Windows.
  await importSigningKey(new Secret(PRIVATE_KEY.replaceAll("\n", "\r\n")));
});
