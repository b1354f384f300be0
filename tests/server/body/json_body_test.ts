/** The small JSON bodies of the page and the admin API. @module */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readBytes } from "../../../src/server/body/json_body.ts";
import { collectGarbage } from "../../support/collect_garbage.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { planted } from "../../support/planted.ts";

const KIB = 1024;

/** A request whose body comes in single bytes; `beforeEnd` is called once all of them were read. */
function trickle(count: number, beforeEnd: () => Promise<void>): Request {
  let left = count;
  const body = new ReadableStream({
    type: "bytes",
    async pull(controller) {
      if (left-- > 0) return controller.enqueue(new Uint8Array([0x20]));
      await beforeEnd();
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
  return new Request("http://localhost/", { method: "POST", body });
}

Deno.test("A body that comes in single bytes costs no more memory than its bytes need", async () => {
  const count = 4000;
  const heldBytes = () => {
    const { external, heapUsed } = Deno.memoryUsage();
    return external + heapUsed;
  };
  await collectGarbage();
  const beforeBytes = heldBytes();
  let duringBytes = Infinity;
  const request = trickle(count, async () => {
    await collectGarbage();
    duringBytes = heldBytes();
  });
  const record = { bytesIn: 0 };
  const bytes = await readBytes(request, { maxBytes: count, timeoutMs: 60_000, record });
  assert.deepEqual([bytes.length, record.bytesIn], [count, count]);
  const grownBytes = duringBytes - beforeBytes;
  assert.ok(grownBytes < count * KIB, `${count} bytes cost ${grownBytes}`);
});

Deno.test("A compressed body is 415 at the page and at the admin API", async () => {
  const adminKey = planted("admin-key");
  await using page = await startEmulatedGateway({
    adminKey,
    page: () => Promise.resolve(undefined),
  });
  await using admin = await startAdminGateway();
  for (const url of [`${page.url}/ui/session`, `${admin.url}/admin/v1/keys`]) {
    const body = new Uint8Array(gzipSync(JSON.stringify({ key: adminKey })));
    const headers = { "content-encoding": "gzip", "x-goog-api-key": adminKey };
    const response = await fetch(url, { method: "POST", body, headers });
    assert.equal(response.status, 415, url);
    assert.match((await response.json()).error.message, /without "Content-Encoding"/);
  }
});
