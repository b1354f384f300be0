/** Tokens of workloads and of impersonated service accounts, from Google as it is emulated. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TokenCredential } from "../../../src/accounts/account.ts";
import { parseAnyCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import type { CredentialKeeper } from "../../../src/accounts/credentials/credential_keeper.ts";
import { useNetwork } from "../../../src/accounts/network/network.ts";
import { ProxyConnections } from "../../../src/accounts/network/proxy_connections.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import type { TokenError } from "../../../src/accounts/tokens/token_error.ts";
import {
  type AnyTokensOptions,
  tokenSourceOf,
} from "../../../src/accounts/tokens/token_source_of.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { handIn } from "../../support/hand_in.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";

const { signal } = new AbortController();

function credentialOf(file: unknown): TokenCredential {
  return parseAnyCredentialsFile(JSON.stringify(file));
}

function tokensOf(file: unknown, options: Partial<AnyTokensOptions> = {}) {
  const readFile = (path: string) => Deno.readTextFile(path);
  return tokenSourceOf(credentialOf(file), { clock: Date, readFile, ...options });
}

/** Whom Vertex AI takes a token for. */
async function ownerOf(emulator: Emulator, token: string): Promise<string | undefined> {
  const url = `${emulator.url}/v1beta1/publishers/google/models`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  assert.equal(response.status, 200);
  return emulator.requests.at(-1)?.account;
}

async function failureOf(work: Promise<unknown>): Promise<TokenError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "TokenError", String(error));
    assert.doesNotMatch(error.message, /emulated-secret|planted|@/);
    return error as TokenError;
  }
  return assert.fail("It was given a token");
}

/** A keeper that takes note of refusals. */
function noting(): CredentialKeeper & { readonly refusals: (readonly [string, TokenError])[] } {
  const refusals: (readonly [string, TokenError])[] = [];
  return {
    refusals,
    withLock: (work) => work(),
    current: () => Promise.resolve(undefined),
    replaceRefreshToken: () => Promise.resolve(),
    refused(credential, error) {
      refusals.push([credential.type, error]);
      return Promise.resolve();
    },
  };
}

Deno.test("A workload's token is read at an address or in a file, as text or as JSON, and exchanged", async () => {
  for (const actsIn of [undefined, "p-1"]) {
    await using emulator = await startEmulator();
    using folder = tempFolder();
    const { federation } = emulator;
    const path = join(folder.path, "handed-in", "token");
    const json = { type: "json", subject_token_field_name: "id_token" };
    const sources = [
      undefined,
      { file: path },
      { file: path, format: { type: "text" } },
      { file: path, format: json },
    ];
    for (const [nth, source] of sources.entries()) {
      const name = `w-${nth}`;
      const file = federation.addWorkload(name, {
        ...(source === undefined ? {} : { source }),
        ...(actsIn === undefined ? {} : { actsIn }),
      });
      const token = federation.subjectToken(name);
      const text = source?.format?.type === "json" ? JSON.stringify({ id_token: token }) : token;
      handIn(folder.path, { name: "token", text: `${text}\n` });
      const tokens = tokensOf(file);
      assert.equal(await ownerOf(emulator, await tokens.token(signal)), name);
    }
  }
});

Deno.test("A workload's token at an address of this machine is read past every proxy", async () => {
  await using emulator = await startEmulator();
  await using proxy = startHttpProxy();
  const file = emulator.federation.addWorkload("w");
  useNetwork({ proxies: { http: new Secret(`http://127.0.0.1:${proxy.port}`) } });
  try {
    await tokensOf(file).token(signal);
  } finally {
    useNetwork({});
  }
  assert.deepEqual(proxy.asked, [`POST ${file.token_url}`]);
});

Deno.test("A workload that acts as a service account goes by its own proxy to both of Google's services", async () => {
  await using emulator = await startEmulator();
  await using proxy = startHttpProxy();
  const file = emulator.federation.addWorkload("w", { actsIn: "p-1" });
  const connections = new ProxyConnections(parseProxyUrl(`http://127.0.0.1:${proxy.port}`));
  await tokensOf(file, { connections }).token(signal);
  connections.close();
  assert.deepEqual(proxy.asked, [
    `POST ${file.token_url}`,
    `POST ${file.service_account_impersonation_url}`,
  ]);
});

Deno.test("A workload's token is read again for each exchange, since its provider replaces it", async () => {
  const clock = new FakeClock();
  await using emulator = await startEmulator({ clock });
  const { federation } = emulator;
  const tokens = tokensOf(federation.addWorkload("w", { actsIn: "p-1" }), { clock });
  const first = await tokens.token(signal);
  assert.equal(await tokens.token(signal), first);
  federation.replaceSubjectToken("w");
  clock.advance(3_600_000);
  assert.notEqual(await tokens.token(signal), first);
  assert.equal(emulator.tokenRequests("w"), 2);
});

Deno.test("A service account is acted as by a user, by another service account and by a workload", async () => {
  await using emulator = await startEmulator();
  const sources = {
    user: emulator.addUser("user"),
    service: emulator.addServiceAccount("service"),
    workload: emulator.federation.addWorkload("workload"),
  };
  for (const [actor, source] of Object.entries(sources)) {
    const file = emulator.federation.addImpersonated(`as-${actor}`, { actor, source });
    const tokens = tokensOf(file);
    const [one, other] = await Promise.all([tokens.token(signal), tokens.token(signal)]);
    assert.equal(one, other);
    assert.equal(await ownerOf(emulator, one), `as-${actor}`);
    // Who acts may get another token; it is asked for once.
    emulator.revokeTokens(actor);
    tokens.invalidate(one);
    assert.equal(await ownerOf(emulator, await tokens.token(signal)), `as-${actor}`);
  }
});

Deno.test("A source that is refused for good is told of the whole credential", async () => {
  await using emulator = await startEmulator();
  const source = emulator.addUser("user");
  const file = emulator.federation.addImpersonated("target", { actor: "user", source });
  emulator.revokeUser("user");
  const keeper = noting();
  const error = await failureOf(tokensOf(file, { keeper }).token(signal));
  assert.equal(error.reason, "invalid_grant");
  assert.deepEqual(keeper.refusals.map(([type]) => type), ["impersonated_service_account"]);
});

Deno.test("An exchange that is refused disables nothing, says why and what to do, and tells no secret", async () => {
  await using emulator = await startEmulator();
  const file = emulator.federation.addWorkload("w", { actsIn: "p-1" });
  const keeper = noting();
  const refused = await failureOf(
    tokensOf({ ...file, audience: `${file.audience}-other` }, { keeper }).token(signal),
  );
  assert.equal(refused.reason, "refused");
  assert.match(
    refused.message,
    /refused the subject token: .*\(invalid_target\); check the identity/,
  );
  emulator.federation.replaceSubjectToken("w");
  const stale = {
    ...file,
    credential_source: { url: `${emulator.url}/subject-tokens/w` },
  };
  const unreachable = await failureOf(tokensOf(stale, { keeper }).token(signal));
  assert.equal(unreachable.reason, "unavailable");
  assert.match(unreachable.message, /The subject token's address 127.0.0.1:\d+ returned 403/);
  assert.deepEqual(keeper.refusals.map(([, { reason }]) => reason), ["refused"]);
});

Deno.test("A service account that may not be acted as is told without its address", async () => {
  await using emulator = await startEmulator();
  emulator.addUser("allowed");
  const source = emulator.addUser("stranger");
  const file = emulator.federation.addImpersonated("target", { actor: "allowed", source });
  const keeper = noting();
  const error = await failureOf(tokensOf(file, { keeper }).token(signal));
  assert.equal(error.reason, "refused");
  assert.match(error.message, /iam\.serviceAccounts\.getAccessToken.*serviceAccountTokenCreator/);
  assert.deepEqual(keeper.refusals.map(([type]) => type), ["impersonated_service_account"]);
});

Deno.test("A subject token that is not there, is empty or has no such member is told with its place", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const path = join(folder.path, "handed-in", "token");
  const format = { type: "json", subject_token_field_name: "id_token" };
  const cases: readonly (readonly [string | undefined, object, RegExp, string])[] = [
    [undefined, {}, /No such file|there is none|cannot be read/, "unavailable"],
    [" \n", {}, /file ".*token" holds nothing; check "credential_source"/, "refused"],
    ["planted-no-json", { format }, /holds no "id_token" in a JSON object/, "refused"],
    ['{"id_token":7,"other":"planted"}', { format }, /holds no "id_token"/, "refused"],
  ];
  for (const [nth, [text, more, words, reason]] of cases.entries()) {
    const source = { file: path, ...more };
    const file = emulator.federation.addWorkload(`w-${nth}`, { source });
    if (text !== undefined) handIn(folder.path, { name: "token", text });
    const error = await failureOf(tokensOf(file).token(signal));
    assert.match(error.message, words);
    assert.equal(error.reason, reason);
  }
  const file = emulator.federation.addWorkload("nobody", { source: { file: path } });
  const unread = tokenSourceOf(credentialOf(file), { clock: Date });
  assert.match((await failureOf(unread.token(signal))).message, /cannot be read here/);
});

Deno.test("A lifetime is the one that was asked for where the clock is far ahead of Google's", async () => {
  await using emulator = await startEmulator();
  const clock = { now: () => Date.now() + 7_200_000 };
  const file = emulator.federation.addWorkload("w", { actsIn: "p-1" });
  const tokens = tokensOf(file, { clock });
  const first = await tokens.token(signal);
  assert.equal(await tokens.token(signal), first);
});

Deno.test("The OAuth client of a workforce pool proves itself in the header, else its project is billed", async () => {
  const seen: { readonly authorization: string | null; readonly options: string | null }[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const form = new URLSearchParams(await request.text());
      const { headers } = request;
      seen.push({ authorization: headers.get("authorization"), options: form.get("options") });
      return Response.json({ access_token: "planted-token", token_type: "Bearer", expires_in: 60 });
    },
  );
  using folder = tempFolder();
  const path = handIn(folder.path, { name: "token", text: "planted-subject" });
  const file = {
    type: "external_account",
    audience: "//iam.googleapis.com/locations/global/workforcePools/p/providers/q",
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    token_url: `http://127.0.0.1:${server.addr.port}/v1/token`,
    credential_source: { file: path },
    workforce_pool_user_project: "billed-1",
  };
  await tokensOf(file).token(signal);
  await tokensOf({ ...file, client_id: "id", client_secret: "planted-ü" }).token(signal);
  await tokensOf({ ...file, client_id: "id" }).token(signal);
  assert.deepEqual(seen, [
    { authorization: null, options: '{"userProject":"billed-1"}' },
    { authorization: "Basic aWQ6cGxhbnRlZC3DvA==", options: null },
    { authorization: "Basic aWQ6", options: null },
  ]);
});

Deno.test("parseAnyCredentialsFile() says of a workload or an impersonation what is missing, wrong or not done", async () => {
  await using emulator = await startEmulator();
  const workload = emulator.federation.addWorkload("w", { source: { file: "/planted" } });
  const source = emulator.addUser("user");
  const as = emulator.federation.addImpersonated("target", { actor: "user", source });
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{ ...workload, audience: "" }, /lacks "audience".*create-cred-config/],
    [{ ...workload, token_url: "ftp://planted" }, /"token_url"/],
    [{ ...workload, token_url: "https://planted:planted@a" }, /"token_url"/],
    [{ ...workload, service_account_impersonation_url: "planted" }, /"service_account_imp/],
    [
      { ...workload, service_account_impersonation: { token_lifetime_seconds: 599 } },
      /"service_account_impersonation\.token_lifetime_seconds"/,
    ],
    [
      { ...workload, service_account_impersonation: { token_lifetime_seconds: 43_201 } },
      /"service_account_impersonation\.token_lifetime_seconds"/,
    ],
    [{ ...workload, credential_source: undefined }, /"credential_source"/],
    [{ ...workload, credential_source: {} }, /either a "file" or a "url"/],
    [
      { ...workload, credential_source: { file: "planted", url: "https://planted" } },
      /either a "file" or a "url"/,
    ],
    [
      { ...workload, credential_source: { file: "planted", format: { type: "json" } } },
      /subject_token_field_name/,
    ],
    [{ ...workload, credential_source: { file: "a", format: { type: "xml" } } }, /format\.type/],
    [
      { ...workload, credential_source: { executable: { command: "planted" } } },
      /from a program, and Pollux runs no programs; use one/,
    ],
    [{ ...workload, credential_source: { environment_id: "aws1" } }, /from AWS, whose signatures/],
    [{ ...workload, credential_source: { certificate: {} } }, /with a certificate/],
    [{ ...as, source_credentials: undefined }, /lacks "source_credentials"/],
    [{ ...as, source_credentials: { type: "authorized_user" } }, /lacks "client_id"/],
    [{ ...as, source_credentials: as }, /is an impersonated service account.*it needs/],
    [
      { ...as, service_account_impersonation_url: "https://planted/v1/x:generateIdToken" },
      /does not end with ":generateAccessToken"/,
    ],
  ];
  for (const [file, words] of cases) {
    assert.throws(() => credentialOf(file), (error: Error) => {
      assert.equal(error.name, "AccountError");
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted|emulated-secret/);
      return true;
    });
  }
});

Deno.test("parseAnyCredentialsFile() fills in what a workload's file leaves out, and takes what it says", () => {
  const file = {
    type: "external_account",
    audience: "a",
    subject_token_type: "t",
    service_account_impersonation_url: "https://a.example/s:generateAccessToken",
    credential_source: { file: "/planted", format: { subject_token_field_name: "unused" } },
  };
  const plain = credentialOf(file);
  assert.ok(plain.type === "external_account");
  assert.equal(plain.tokenUri, "https://sts.googleapis.com/v1/token");
  assert.deepEqual(plain.subject, { file: "/planted" });
  assert.equal(plain.impersonation?.lifetimeS, 3600);
  for (const seconds of [600, 43_200]) {
    const service_account_impersonation = { token_lifetime_seconds: seconds };
    const credential = credentialOf({ ...file, service_account_impersonation });
    assert.ok(credential.type === "external_account");
    assert.equal(credential.impersonation?.lifetimeS, seconds);
  }
});

Deno.test("A refusal that repeats the workload's token and its client's secret is told without them", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const subject = new URLSearchParams(await request.text()).get("subject_token");
      const words = `${subject} of planted-client-secret`;
      return Response.json({ error: "invalid_grant", error_description: words }, { status: 400 });
    },
  );
  using folder = tempFolder();
  const path = handIn(folder.path, { name: "token", text: "planted-subject" });
  const file = {
    type: "external_account",
    audience: "a",
    subject_token_type: "t",
    token_url: `http://127.0.0.1:${server.addr.port}/`,
    credential_source: { file: path },
    client_id: "id",
    client_secret: "planted-client-secret",
  };
  const error = await failureOf(tokensOf(file).token(signal));
  assert.match(error.message, /refused the subject token: \*\*\* of \*\*\* \(invalid_grant\)/);
});
