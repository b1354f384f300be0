/** Requests of commands to their own gateway: certificates by fingerprint, and what else may have the port. @module */
import assert from "node:assert/strict";
import { factsOf } from "../../../src/daemon/tls/key_pair.ts";
import { OtherCertificate, requestFromOwn } from "../../../src/daemon/tls/own_request.ts";
import { portHolder } from "../../../src/daemon/port_holder.ts";
import { listenWithTls, NEW_PAIR, OLD_PAIR } from "./tls_places.ts";

const PATIENCE_MS = 30_000;

/** A listener with TLS that notes the keys which it was sent. */
async function startNoting(headers: Record<string, string> = {}) {
  const keys: (string | null)[] = [];
  const listener = await listenWithTls((request) => {
    keys.push(request.headers.get("authorization"));
    return Response.json({ path: new URL(request.url).pathname, ä: "ö" }, { headers });
  });
  return { url: listener.url, keys, [Symbol.asyncDispose]: () => listener.stop() };
}

Deno.test("requestFromOwn() sends its key to the certificate that it knows, and to no other", async () => {
  await using noting = await startNoting();
  const request = {
    url: `${noting.url}/admin/status`,
    headers: { authorization: "Bearer planted-key" },
    timeoutMs: PATIENCE_MS,
  };
  const { fingerprint } = factsOf(OLD_PAIR);
  const { code, body } = await requestFromOwn({ ...request, fingerprint });
  assert.deepEqual([code, JSON.parse(body)], [200, { path: "/admin/status", ä: "ö" }]);
  assert.deepEqual(noting.keys, ["Bearer planted-key"]);
  const other = factsOf(NEW_PAIR).fingerprint;
  await assert.rejects(requestFromOwn({ ...request, fingerprint: other }), OtherCertificate);
  assert.equal(noting.keys.length, 1);
});

Deno.test("requestFromOwn() rejects when nobody listens, speaks HTTP or responds", async () => {
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr;
  const url = `http://127.0.0.1:${port}/`;
  const isLate = /longer than 0\.2 s/;
  await assert.rejects(requestFromOwn({ url, timeoutMs: 200 }), isLate);
  silent.close();
  const mayEnd = Promise.withResolvers<Response>();
  const slow = await listenWithTls(() => mayEnd.promise);
  await assert.rejects(requestFromOwn({ url: slow.url, timeoutMs: 200 }), isLate);
  mayEnd.resolve(new Response());
  await slow.stop();
  await assert.rejects(requestFromOwn({ url, timeoutMs: PATIENCE_MS }), { code: "ECONNREFUSED" });
  await using noting = await startNoting();
  const plain = noting.url.replace("https:", "http:");
  await assert.rejects(requestFromOwn({ url: plain, timeoutMs: PATIENCE_MS }), /respond in HTTP/);
});

Deno.test("portHolder() knows a Pollux with TLS, and another program", async () => {
  for (
    const [server, name] of [
      ["pollux", "another Pollux"],
      ["caddy", 'another program ("caddy")'],
    ] as const
  ) {
    await using noting = await startNoting({ server });
    assert.equal(await portHolder("127.0.0.1", Number(new URL(noting.url).port)), name);
  }
});
