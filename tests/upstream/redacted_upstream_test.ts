/** What leaves an account's upstream names none of its secrets, and is otherwise as it was. @module */
import assert from "node:assert/strict";
import type { Account, Credential } from "../../src/accounts/account.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import type { UpstreamCall } from "../../src/upstream/upstream.ts";
import { UpstreamFault } from "../../src/upstream/upstream_fault.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { planted } from "../support/planted.ts";
import { ANSWER, eventStream, startTestUpstream } from "../support/test_upstream.ts";

const CLIENT_SECRET = planted("client-secret");
const REFRESH_TOKEN = planted("refresh-token");
const ACCESS_TOKEN = planted("access-token");
const PROXY = `http://user:${planted("pw")}@127.0.0.1:9`;

function account(
  baseUrl: string,
  settings: Partial<Account> & { credential: Credential },
): Account {
  return {
    id: "id",
    name: "one",
    kind: "code-assist",
    enabled: true,
    baseUrls: [baseUrl],
    project: "p",
    createdAt: new Date(0).toISOString(),
    ...settings,
  };
}

function user(url: string): Credential {
  return {
    type: "authorized_user",
    clientId: "client",
    clientSecret: new Secret(CLIENT_SECRET),
    refreshToken: new Secret(REFRESH_TOKEN),
    tokenUri: `${url}/token`,
  };
}

function call(): UpstreamCall {
  return {
    version: "v1beta",
    model: "gemini-2.5-flash",
    request: parseNativeRequest(
      new TextEncoder().encode('{"contents":[{"parts":[{"text":"hi"}]}]}'),
    ),
    requestId: "r",
    signal: new AbortController().signal,
    budget: new AttemptBudget(1),
  };
}

/** Refuses with all that it was shown, and with what it could know besides. */
function refusal(request: Request): Response {
  if (new URL(request.url).pathname === "/token") {
    return Response.json({ access_token: ACCESS_TOKEN, expires_in: 3600 });
  }
  const shown = [...request.headers.values(), CLIENT_SECRET, REFRESH_TOKEN].join(" ");
  const error = { code: 403, status: "PERMISSION_DENIED", message: `Denied: ${shown}` };
  return new URL(request.url).pathname.includes("stream")
    ? eventStream({ response: ANSWER }, { error })
    : Response.json({ error }, { status: 403, headers: { "retry-after": "7" } });
}

async function faultOf(work: Promise<unknown>): Promise<UpstreamFault> {
  const error: unknown = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof UpstreamFault, String(error));
  return error;
}

Deno.test("An upstream's error names no token, client secret or refresh token, and keeps its facts", async () => {
  await using google = startTestUpstream(refusal);
  const upstream = createUpstream(account(google.url, { credential: user(google.url) }), {
    clock: Date,
  });
  for (
    const work of [
      () => upstream.generateContent(call()),
      () => upstream.countTokens(call()),
      () => upstream.listModels(new AbortController().signal),
    ]
  ) {
    const fault = await faultOf(work());
    assert.match(fault.message, /^Denied: .*Bearer \*\*\*/);
    assert.doesNotMatch(fault.message + JSON.stringify(fault.rpc) + fault.rpc.message, /planted/);
    assert.deepEqual([fault.scope, fault.rpc.code, fault.delayMs], ["account", 403, 7000]);
    assert.equal(fault.cause, fault.rpc);
  }
  upstream.close();
});

Deno.test("An error within a stream names no secret of the account, and what comes before it is untouched", async () => {
  await using google = startTestUpstream(refusal);
  const upstream = createUpstream(account(google.url, { credential: user(google.url) }), {
    clock: Date,
  });
  const errors: string[] = [];
  for await (const batch of await upstream.streamGenerateContent(call())) {
    for (const event of batch) if (event.type === "error") errors.push(JSON.stringify(event.error));
  }
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /Denied: .*Bearer \*\*\*/);
  assert.doesNotMatch(errors[0] ?? "", /planted/);
  upstream.close();
});

Deno.test("An upstream's error names neither an API key nor its proxy's password", async () => {
  await using google = startTestUpstream((request) =>
    new Response(`${request.headers.get("x-goog-api-key")} by ${PROXY} (${planted("pw")})`, {
      status: 400,
    })
  );
  const key: Credential = { type: "api_key", key: new Secret(planted("key")) };
  const keyed = createUpstream(account(google.url, { kind: "gemini-api", credential: key }), {
    clock: Date,
  });
  const fault = await faultOf(keyed.generateContent(call()));
  assert.match(fault.message, /"\*\*\* by /);
  keyed.close();
  const proxied = account(google.url, {
    kind: "gemini-api",
    credential: key,
    proxy: new Secret(PROXY),
  });
  const upstream = createUpstream(proxied, { clock: Date });
  const unreached = await faultOf(upstream.generateContent(call()));
  assert.equal(unreached.owner, "network");
  assert.doesNotMatch(unreached.message, /planted/);
  upstream.close();
});
