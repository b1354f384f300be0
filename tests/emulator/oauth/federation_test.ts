/** Google's token exchange and service account credentials API, as strict as they are. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";

const CLOUD = "https://www.googleapis.com/auth/cloud-platform";

/** A good exchange, but for the changes; undefined takes a field away. */
function exchangeForm(
  changes: Readonly<Record<string, string | undefined>>,
  good: { readonly audience: string; readonly subject_token: string },
): URLSearchParams {
  const form = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    scope: CLOUD,
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    ...good,
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}

Deno.test("POST /v1/token exchanges a workload's token, and refuses what Google refuses", async () => {
  await using emulator = await startEmulator();
  const { federation } = emulator;
  const { audience, token_url } = federation.addWorkload("w");
  const good = { audience, subject_token: federation.subjectToken("w") };
  const exchange = async (changes: Readonly<Record<string, string | undefined>>) => {
    const response = await fetch(token_url, { method: "POST", body: exchangeForm(changes, good) });
    return { status: response.status, body: await response.json() };
  };
  const { status, body } = await exchange({});
  assert.equal(status, 200);
  assert.equal(body.token_type, "Bearer");
  assert.equal(emulator.tokenRequests("w"), 1);
  assert.match(body.issued_token_type, /access_token$/);
  const cases: readonly (readonly [Readonly<Record<string, string | undefined>>, string])[] = [
    [{ grant_type: "refresh_token" }, "unsupported_grant_type"],
    [{ audience: "//iam.googleapis.com/other" }, "invalid_target"],
    [{ requested_token_type: undefined }, "invalid_request"],
    [{ subject_token_type: "urn:ietf:params:oauth:token-type:saml2" }, "invalid_request"],
    [{ scope: "openid" }, "invalid_scope"],
    [{ subject_token: "planted-other" }, "invalid_grant"],
    [{ client_secret: "planted" }, "invalid_request"],
  ];
  for (const [changes, error] of cases) {
    const refused = await exchange(changes);
    assert.deepEqual([refused.status, refused.body.error], [400, error]);
  }
  federation.replaceSubjectToken("w");
  assert.equal((await exchange({})).body.error, "invalid_grant");
  const wrong = await fetch(token_url);
  await wrong.body?.cancel();
  assert.equal(wrong.status, 405);
});

Deno.test(":generateAccessToken gives a token to who may act as the service account, strictly asked", async () => {
  await using emulator = await startEmulator();
  const source = emulator.addUser("user");
  const { service_account_impersonation_url: url } = emulator.federation
    .addImpersonated("target", { actor: "user", source });
  const granted = await fetch(source.token_uri, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: source.client_id,
      client_secret: source.client_secret,
      refresh_token: source.refresh_token,
    }),
  });
  const { access_token } = await granted.json();
  const ask = async (body: unknown, token = access_token) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
  const good = { scope: [CLOUD], lifetime: "3600s" };
  const { status, body } = await ask(good);
  assert.equal(status, 200);
  assert.ok(Date.parse(body.expireTime) > Date.now() + 3_500_000);
  const statuses: number[] = [];
  for (
    const wrong of [
      { ...good, lifetime: "3601s" },
      { ...good, lifetime: "1h" },
      { lifetime: "3600s" },
      { ...good, scope: CLOUD },
      { ...good, scopes: [] },
      { ...good, scope: ["openid"] },
      { ...good, delegates: "d" },
    ]
  ) statuses.push((await ask(wrong)).status);
  assert.deepEqual(statuses, Array(7).fill(400));
  assert.equal((await ask(good, "planted")).status, 401);
  assert.equal(emulator.tokenRequests("target"), 1);
  const broken = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}` },
    body: "{",
  });
  await broken.body?.cancel();
  assert.equal(broken.status, 400);
  // Its own token may not act as it.
  assert.equal((await ask(good, body.accessToken)).status, 403);
  emulator.revokeUser("target");
  assert.equal((await ask(good)).status, 403);
});

Deno.test("GET of a subject token wants the header that metadata servers want", async () => {
  await using emulator = await startEmulator();
  const { credential_source: source } = emulator.federation.addWorkload("w");
  const headers = { "x-emulated-metadata": "true" };
  const cases: readonly (readonly [RequestInit, number])[] = [[{ headers }, 200], [{}, 403], [{
    headers,
    method: "POST",
    body: "",
  }, 403]];
  for (const [init, status] of cases) {
    const response = await fetch(String(source["url"]), init);
    await response.body?.cancel();
    assert.equal(response.status, status);
  }
});
