/** What a client sees of upstream connections that died: nothing. @module */
import assert from "node:assert/strict";
import { startTestGateway } from "../support/gateway.ts";
import { type RawConnection, startRawServer } from "../support/raw_server.ts";
import { RESPONSE } from "../support/test_upstream.ts";
import { whole } from "../upstream/wire/scripted_server.ts";

const BODY = '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}';
const GOOD = whole(JSON.stringify(RESPONSE));
const METHODS = {
  generateContent: GOOD,
  countTokens: GOOD,
  streamGenerateContent: whole(
    `data: ${JSON.stringify(RESPONSE)}\r\n\r\n`,
    "content-type: text/event-stream\r\n",
  ),
} as const;

async function endOnUse(connection: RawConnection): Promise<void> {
  await connection.request();
  connection.end();
}

for (
  const [what, die] of [
    ["resets", (connection: RawConnection) => connection.resetOnUse()],
    ["closes", endOnUse],
  ] as const
) {
  for (const [method, good] of Object.entries(METHODS)) {
    Deno.test(`${method} is answered in one attempt where upstream ${what} a connection that is used again`, async () => {
      await using upstream = startRawServer(async (connection) => {
        for (let request = 0; connection.index > 0 || request < 1; request++) {
          if (await connection.request() === undefined) return;
          await connection.write(good);
        }
        await die(connection);
      });
      await using gateway = await startTestGateway({
        accounts: [
          { name: "first", key: "planted-one", baseUrls: [upstream.url] },
          { name: "second", key: "planted-two", baseUrls: [upstream.url] },
        ],
        settings: { routing: { maxAttempts: 1 } },
      });
      const accounts: (string | null)[] = [];
      for (let call = 0; call < 3; call++) {
        const response = await fetch(`${gateway.url}/v1beta/models/m:${method}`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-session-id": "one" },
          body: BODY,
        });
        await response.text();
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("x-pollux-attempts"), "1");
        accounts.push(response.headers.get("x-pollux-account"));
      }
      // The conversation stays where it is, and no account is blamed.
      if (method !== "countTokens") assert.equal(new Set(accounts).size, 1);
      assert.deepEqual(gateway.problems, []);
      assert.equal(upstream.connectionCount, 2);
    });
  }
}

Deno.test("A call is answered in one attempt where nothing answers on three connections any more", async () => {
  const gate = Promise.withResolvers<void>();
  await using upstream = startRawServer(async (connection) => {
    for (let request = 0; connection.index > 2 || request < 1; request++) {
      if (await connection.request() === undefined) return;
      if (connection.index === 2) gate.resolve();
      await gate.promise;
      await connection.write(GOOD);
    }
    await connection.request();
    await connection.untilClosed();
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "only", key: "planted-one", baseUrls: [upstream.url] }],
    settings: { routing: { maxAttempts: 1 }, timeouts: { firstByteMs: 4000 } },
  });
  const call = async () => {
    const response = await fetch(`${gateway.url}/v1beta/models/m:generateContent`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: BODY,
    });
    await response.text();
    return [response.status, response.headers.get("x-pollux-attempts")];
  };
  await Promise.all([0, 1, 2].map(call));
  assert.deepEqual(await call(), [200, "1"]);
  assert.deepEqual(await call(), [200, "1"]);
  assert.equal(upstream.connectionCount, 4);
});
