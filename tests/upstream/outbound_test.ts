/** What an account's own settings do to every request of it, whatever its kind. @module */
import assert from "node:assert/strict";
import type { Account } from "../../src/accounts/account.ts";
import { parseProxyUrl } from "../../src/accounts/network/proxy_url.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import { granted, startTokenEndpoint } from "../support/token_endpoint.ts";
import { startHttpProxy } from "../support/proxy_server.ts";
import { closedUrl, eventStream, RESPONSE, startTestUpstream } from "../support/test_upstream.ts";
import {
  callOf,
  countTokens,
  eventsOf,
  faultOf,
  generateContent,
  HELLO,
  streamGenerateContent,
} from "../support/upstream_call.ts";

const KINDS = ["gemini-api", "code-assist"] as const;

/** A Google for both kinds. */
function startGoogle() {
  return startTestUpstream(({ method, url }) => {
    const answer = url.includes("v1internal") ? { response: RESPONSE, models: {} } : RESPONSE;
    if (method === "GET") return Response.json({ models: [] });
    return url.includes(":stream") ? eventStream(answer) : Response.json(answer);
  });
}

function accountOf(
  kind: Account["kind"],
  changes: Partial<Account> & Pick<Account, "credential" | "baseUrls">,
): Account {
  return {
    id: "id-1",
    name: "work",
    enabled: true,
    createdAt: "2026-01-01T00:00:00Z",
    kind,
    ...(kind === "code-assist" ? { project: "p" } : {}),
    ...changes,
  };
}

for (const kind of KINDS) {
  Deno.test(`Every request of a ${kind} account goes through its proxy, token refreshes too`, async () => {
    await using google = startGoogle();
    await using endpoint = startTokenEndpoint(() => granted("ya29.x"));
    await using proxy = startHttpProxy();
    const upstream = createUpstream(
      accountOf(kind, {
        baseUrls: [google.url],
        credential: kind === "gemini-api"
          ? { type: "api_key", key: new Secret("planted-key") }
          : endpoint.user,
        proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`),
      }),
      { clock: Date },
    );
    await generateContent(upstream, callOf(HELLO));
    await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
    await countTokens(upstream, callOf(HELLO));
    await upstream.list("models", new AbortController().signal);
    upstream.close();
    const hosts = proxy.asked.map((line) => new URL(line.split(" ")[1] ?? "").origin);
    const { origin } = new URL(google.url);
    assert.equal(google.seen.length, 4);
    assert.equal(hosts.filter((host) => host === origin).length, 4);
    if (kind === "code-assist") {
      assert.deepEqual(hosts.filter((host) => host !== origin), [
        new URL(endpoint.user.tokenUri).origin,
      ]);
    }
  });

  Deno.test(`A ${kind} account names a quota project only where it has one`, async () => {
    await using google = startGoogle();
    await using endpoint = startTokenEndpoint(() => granted("ya29.x"));
    const plain = accountOf(kind, {
      baseUrls: [google.url],
      credential: kind === "gemini-api"
        ? { type: "api_key", key: new Secret("planted-key") }
        : endpoint.user,
    });
    for (const account of [plain, { ...plain, quotaProject: "billed-1" }]) {
      const upstream = createUpstream(account, { clock: Date });
      await generateContent(upstream, callOf(HELLO));
      await upstream.list("models", new AbortController().signal);
    }
    const named = google.seen.map(({ headers }) => headers.get("x-goog-user-project"));
    assert.deepEqual(named, [null, null, "billed-1", "billed-1"]);
  });

  Deno.test(`A ${kind} account says that it was its proxy that failed, without the password`, async () => {
    await using google = startGoogle();
    await using endpoint = startTokenEndpoint(() => granted("ya29.x"));
    const upstream = createUpstream(
      accountOf(kind, {
        baseUrls: [google.url],
        credential: kind === "gemini-api"
          ? { type: "api_key", key: new Secret("planted-key") }
          : endpoint.user,
        proxy: parseProxyUrl(closedUrl().replace("//", "//ada:planted-password@")),
      }),
      { clock: Date },
    );
    const fault = await faultOf(generateContent(upstream, callOf(HELLO)));
    upstream.close();
    assert.equal(fault.scope, "transient");
    assert.match(fault.message, /through the account's proxy/);
    assert.doesNotMatch(fault.message, /planted|ada/);
    assert.deepEqual(google.seen, []);
  });
}
