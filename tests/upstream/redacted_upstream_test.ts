/** What leaves an account's upstream names none of its secrets, and is otherwise as it was. @module */
import { countTokens, generateContent, streamGenerateContent } from "../support/upstream_call.ts";
import assert from "node:assert/strict";
import type { Account, Credential } from "../../src/accounts/account.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { AttemptBudget } from "../../src/upstream/attempt_budget.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import { EmptyResponse } from "../../src/upstream/faults/empty_response.ts";
import {
  redactedFault,
  redactedUpstream,
  tokensAddedTo,
} from "../../src/upstream/redacted_upstream.ts";
import type { Upstream, UpstreamCall } from "../../src/upstream/upstream.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { Redaction } from "../../src/gemini/redaction/redaction.ts";
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";
import type { StreamEvent } from "../../src/gemini/stream/stream.ts";
import { planted } from "../support/planted.ts";
import { eventStream, RESPONSE, startTestUpstream } from "../support/test_upstream.ts";

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
    resource: "",
    query: "",
    request: parseNativeRequest(
      new TextEncoder().encode('{"contents":[{"parts":[{"text":"hi"}]}]}'),
    ),
    method: "generateContent",
    retry: "anywhere",
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
    ? eventStream({ response: RESPONSE }, { error })
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
      () => generateContent(upstream, call()),
      () => countTokens(upstream, call()),
      () => upstream.list("models", new AbortController().signal),
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
  for await (const batch of await streamGenerateContent(upstream, call())) {
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
  const fault = await faultOf(generateContent(keyed, call()));
  assert.match(fault.message, /"\*\*\* by /);
  keyed.close();
  const proxied = account(google.url, {
    kind: "gemini-api",
    credential: key,
    proxy: new Secret(PROXY),
  });
  const upstream = createUpstream(proxied, { clock: Date });
  const unreached = await faultOf(generateContent(upstream, call()));
  assert.equal(unreached.owner, "network");
  assert.doesNotMatch(unreached.message, /planted/);
  upstream.close();
});

/** A fault that repeats a secret. */
function telling(): UpstreamFault {
  return new UpstreamFault("transient", new RpcError("UNAVAILABLE", `Torn: ${ACCESS_TOKEN}`));
}

/** An upstream that tells a secret in every way in which a stream can fail; `heard` notes the rest. */
function tellingUpstream(heard: string[], opens: boolean): Upstream {
  async function* events(): AsyncGenerator<readonly StreamEvent[]> {
    yield await Promise.resolve([{ type: "done" }]);
    throw telling();
  }
  const fail = () => Promise.reject(telling());
  return {
    kind: "vertex",
    serves: () => true,
    list: fail,
    call({ method, listener }) {
      if (method !== "streamGenerateContent") return fail();
      listener?.onBytes();
      listener?.onFault(telling());
      return opens ? Promise.resolve({ type: "stream", events: events() }) : fail();
    },
    close: () => void heard.push("close"),
  };
}

const KNOWING = new Redaction([new Secret(ACCESS_TOKEN)]);

Deno.test("A stream that is not opened, breaks or tells its listener of a fault names no secret", async () => {
  const heard: string[] = [];
  const listener = {
    onBytes: () => void heard.push("bytes"),
    onFault: (fault: UpstreamFault) => void heard.push(fault.message),
  };
  const closed = redactedUpstream(tellingUpstream(heard, false), KNOWING);
  const refused = await faultOf(streamGenerateContent(closed, { ...call(), listener }));
  assert.equal(refused.message, "Torn: ***");
  const open = redactedUpstream(tellingUpstream(heard, true), KNOWING);
  const stream = await streamGenerateContent(open, call());
  const batches: unknown[] = [];
  const broken = await faultOf((async () => {
    for await (const batch of stream) batches.push(batch);
  })());
  assert.deepEqual(batches, [[{ type: "done" }]]);
  assert.deepEqual([broken.message, broken.rpc.message], ["Torn: ***", "Torn: ***"]);
  open.close();
  assert.deepEqual(heard, ["bytes", "Torn: ***", "close"]);
});

Deno.test("redactedFault() gives the same fault where nothing has to go, and one of its kind elsewhere", () => {
  const good = new UpstreamFault("transient", new RpcError("UNAVAILABLE", "Busy"));
  assert.equal(redactedFault(good, KNOWING), good);
  const empty = new EmptyResponse([{ type: "done" }]);
  const redacted = redactedFault(empty, new Redaction([new Secret("an empty response")]));
  assert.ok(redacted instanceof EmptyResponse);
  assert.deepEqual(redacted.events, empty.events);
  assert.match(redacted.message, /^Upstream sent \*\*\*/);
});

Deno.test("tokensAddedTo() teaches each token before it is used, and passes on that one is invalid", async () => {
  const invalid: string[] = [];
  const redaction = new Redaction();
  const source = {
    token: () => Promise.resolve(ACCESS_TOKEN),
    invalidate: (token: string) => void invalid.push(token),
  };
  const tokens = tokensAddedTo(source, redaction);
  assert.equal(await tokens.token(new AbortController().signal), ACCESS_TOKEN);
  assert.equal(redaction.text(ACCESS_TOKEN), "***");
  tokens.invalidate(ACCESS_TOKEN);
  assert.deepEqual(invalid, [ACCESS_TOKEN]);
});
