/** Where a request is sent again within one account, by its method's class. @module */
import assert from "node:assert/strict";
import { Secret } from "../../src/accounts/secret.ts";
import { RETRY_CLASSES, type RetryClass } from "../../src/gemini/api/methods.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import type { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";
import type { Upstream } from "../../src/upstream/upstream.ts";
import type { Connections, HttpRequest } from "../../src/upstream/wire/connections.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import { closedUrl, startTestUpstream } from "../support/test_upstream.ts";
import { callOf, faultOf, HELLO, textOf } from "../support/upstream_call.ts";

const GOOD = { candidates: [{ content: { parts: [{ text: "Good" }] }, finishReason: "STOP" }] };

const connections = new DirectConnections({ idleTimeoutMs: 0 });

function upstreamAt(baseUrls: readonly string[], way: Connections = connections): Upstream {
  return createUpstream({
    id: "1",
    name: "one",
    kind: "gemini-api",
    enabled: true,
    baseUrls,
    credential: { type: "api_key", key: new Secret("planted-key") },
    createdAt: "",
  }, { clock: Date, connections: way });
}

/** Whether the second address is asked when the first one fails. */
async function reachesSecond(retry: RetryClass, first: string): Promise<boolean> {
  await using second = startTestUpstream(() => Response.json(GOOD));
  const upstream = upstreamAt([first, second.url]);
  const response = await upstream.call(callOf(HELLO, { retry })).catch(() => undefined);
  if (response !== undefined) assert.equal(response.type, "json");
  return second.seen.length > 0;
}

Deno.test("Another address is asked after a failure of which it is certain that nothing was done", async () => {
  for (
    const [status, isUndone] of [[404, true], [503, false], [500, false], [408, false]] as const
  ) {
    await using first = startTestUpstream(() => new Response("{}", { status }));
    for (const retry of RETRY_CLASSES) {
      const expected = retry === "anywhere" || (retry === "before_sent" && isUndone);
      assert.equal(await reachesSecond(retry, first.url), expected, `${status} ${retry}`);
    }
  }
});

Deno.test("Another address is asked where no connection could be made, but for the class never", async () => {
  for (const retry of RETRY_CLASSES) {
    assert.equal(await reachesSecond(retry, closedUrl()), retry !== "never", retry);
  }
});

Deno.test("A fault is undone where upstream refused, or got nothing, and not where it may have worked", async () => {
  const rows = [
    [400, false],
    [401, true],
    [403, true],
    [404, true],
    [429, true],
    [500, false],
    [503, false],
    [504, false],
  ] as const;
  for (const [status, isUndone] of rows) {
    await using server = startTestUpstream(() => Response.json({ error: {} }, { status }));
    const fault = await faultFrom(upstreamAt([server.url]));
    assert.equal(fault.isUndone, isUndone, String(status));
  }
  assert.equal((await faultFrom(upstreamAt([closedUrl()]))).isUndone, true);
});

Deno.test("A fault is not undone where the connection ends after the request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  async function readAndClose(): Promise<void> {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
    connection.close();
  }
  const served = readAndClose();
  const fault = await faultFrom(upstreamAt([`http://127.0.0.1:${listener.addr.port}`]));
  await served;
  listener.close();
  assert.deepEqual([fault.scope, fault.isUndone], ["transient", false]);
});

function faultFrom(upstream: Upstream): Promise<UpstreamFault> {
  return faultOf(upstream.call(callOf(HELLO)));
}

Deno.test("Connections are told to repeat a request only where its class is anywhere", async () => {
  for (const retry of RETRY_CLASSES) {
    await using server = startTestUpstream(() => Response.json(GOOD));
    const sent: HttpRequest[] = [];
    const noting: Connections = {
      viaText: "",
      send(request) {
        sent.push(request);
        return connections.send(request);
      },
      close() {},
    };
    const response = await upstreamAt([server.url], noting).call(callOf(HELLO, { retry }));
    assert.ok(response.type === "json" && textOf(response.bytes) === "Good");
    assert.deepEqual(sent.map(({ mayRepeat }) => mayRepeat), [retry === "anywhere"]);
  }
});
