/** Which credentials each kind of account takes, as its rules say and as its upstream does. @module */
import assert from "node:assert/strict";
import type { Credential } from "../../src/accounts/account.ts";
import { KIND_RULES } from "../../src/accounts/kind_rules.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { ACCOUNT_KINDS, isAccountKind } from "../../src/gemini/api/account_kinds.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";

const tokenUri = "http://127.0.0.1:1/token";
const secret = new Secret("planted-secret");
const impersonation = { url: tokenUri, delegates: [], lifetimeS: 3600 };
const user = {
  type: "authorized_user",
  clientId: "id",
  clientSecret: secret,
  refreshToken: secret,
  tokenUri,
} as const;

const CREDENTIALS: readonly Credential[] = [
  { type: "api_key", key: secret },
  user,
  {
    type: "service_account",
    clientEmail: "planted-user@example.com",
    privateKey: secret,
    tokenUri,
  },
  { type: "impersonated_service_account", file: secret, source: user, tokenUri, impersonation },
  {
    type: "external_account",
    file: secret,
    audience: "a",
    subjectTokenType: "t",
    tokenUri,
    subject: { file: "/token" },
  },
];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`The upstream of a ${kind} account takes the credentials that its rules name`, () => {
    for (const credential of CREDENTIALS) {
      const account = {
        id: "1",
        name: "work",
        kind,
        enabled: true,
        baseUrls: [KIND_RULES[kind].baseUrl()],
        createdAt: "2026-01-01T00:00:00Z",
        project: "p",
        location: "global",
        credential,
      };
      const make = () => createUpstream(account, { clock: Date }).close();
      const isTaken = KIND_RULES[kind].credentials.includes(credential.type);
      if (isTaken) make();
      else assert.throws(make, { name: "TypeError" }, credential.type);
    }
  });
}

Deno.test("isAccountKind() knows the names of kinds, and nothing else", () => {
  for (const kind of ACCOUNT_KINDS) assert.equal(isAccountKind(kind), true);
  for (const value of ["", "Vertex", "gemini", undefined, null, 0, ["vertex"]]) {
    assert.equal(isAccountKind(value), false);
  }
});
