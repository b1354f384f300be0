/** What an exchange says of a connection that fails. @module */
import assert from "node:assert/strict";
import { send } from "../../../src/upstream/exchange/exchange.ts";
import { DirectConnections } from "../../../src/upstream/wire/direct_connections.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { closedUrl } from "../../support/test_upstream.ts";

Deno.test("send() says why there is no connection, without Deno's own layers", async () => {
  const url = closedUrl();
  const { signal } = new AbortController();
  const connections = new DirectConnections({ idleTimeoutMs: 0 });
  await assert.rejects(
    send({ method: "GET", url, headers: {}, signal, clock: Date, connections }),
    (error) => {
      assert.ok(error instanceof UpstreamFault);
      assert.equal(
        error.message,
        `The connection to ${url} failed: Connection refused. Try again in a moment`,
      );
      assert.deepEqual([error.scope, error.owner], ["transient", "network"]);
      return true;
    },
  );
});
