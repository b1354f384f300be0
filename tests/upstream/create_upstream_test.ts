/** Which upstream belongs to which account. @module */
import assert from "node:assert/strict";
import type { Account } from "../../src/accounts/account.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import { granted, startTokenEndpoint } from "../support/token_endpoint.ts";
import { startFakeUpstream } from "../support/fake_upstream.ts";
import { callOf, generateContent, HELLO } from "../support/upstream_call.ts";

const ACCOUNT = {
  id: "id-1",
  name: "work",
  enabled: true,
  baseUrls: ["http://127.0.0.1:1"],
  createdAt: "2026-01-01T00:00:00Z",
};
const API_KEY = { type: "api_key", key: new Secret("planted-key") } as const;
const PLACE = { project: "p", location: "global" };
const SERVICE_ACCOUNT = {
  type: "service_account",
  clientEmail: "planted-user@example.com",
  privateKeyId: "1",
  privateKey: new Secret("planted-key"),
  tokenUri: "http://127.0.0.1:1/token",
  projectId: "p",
} as const;

Deno.test("createUpstream() refuses a credential that does not fit the kind, and shows none", () => {
  const account: Account = { ...ACCOUNT, kind: "code-assist", credential: API_KEY };
  assert.throws(() => createUpstream(account, { clock: Date }), {
    name: "TypeError",
    message: 'Cannot use account "work": a code-assist account has no api_key',
  });
});

Deno.test("createUpstream() refuses a service account on Vertex AI without its place", () => {
  const vertex: Account = { ...ACCOUNT, kind: "vertex", project: "p", credential: SERVICE_ACCOUNT };
  for (const account of [vertex, { ...vertex, kind: "code-assist" } as const]) {
    assert.throws(() => createUpstream(account, { clock: Date }), {
      name: "TypeError",
      message:
        /needs a project and a location; give it them: pollux accounts edit work --project … --location …$|a code-assist account has no service_account$/,
    });
  }
});

Deno.test("createUpstream() makes the upstream of the account's kind", async () => {
  await using endpoint = startTokenEndpoint(() => granted("ya29.x"));
  const kinds: readonly Account[] = [
    { ...ACCOUNT, kind: "gemini-api", credential: API_KEY },
    { ...ACCOUNT, kind: "vertex", credential: API_KEY },
    { ...ACCOUNT, kind: "vertex", ...PLACE, credential: endpoint.user },
    { ...ACCOUNT, kind: "vertex", ...PLACE, credential: SERVICE_ACCOUNT },
    { ...ACCOUNT, kind: "code-assist", credential: endpoint.user },
  ];
  for (const account of kinds) {
    assert.equal(createUpstream(account, { clock: Date }).kind, account.kind);
  }
});

Deno.test("createUpstream() hands the refresh token that Google gave to the account's keeper", async () => {
  await using endpoint = startTokenEndpoint(() =>
    granted("ya29.x", { refresh_token: "planted-successor" })
  );
  const headers = { "content-type": "application/json" };
  const body = '{"response":{"candidates":[{"finishReason":"STOP"}]}}';
  await using server = startFakeUpstream(() => new Response(body, { headers }));
  for (const kind of ["code-assist", "vertex"] as const) {
    const kept: string[] = [];
    const baseUrls = [server.url];
    const account: Account = { ...ACCOUNT, kind, baseUrls, ...PLACE, credential: endpoint.user };
    const upstream = createUpstream(account, {
      clock: Date,
      keeperOf: ({ id }) => ({
        withLock: (work) => work(),
        current: () => Promise.resolve(undefined),
        replaceRefreshToken(from, to) {
          kept.push(`${id}: ${from.reveal()} -> ${to.reveal()}`);
          return Promise.resolve();
        },
        refused: () => Promise.resolve(),
      }),
    });
    await generateContent(upstream, callOf(HELLO));
    assert.deepEqual(kept, ["id-1: planted-token -> planted-successor"], kind);
  }
});
