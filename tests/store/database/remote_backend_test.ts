/** Which ranges of keys are read from a KV Connect server. @module */
import assert from "node:assert/strict";
import { packKey } from "../../../src/store/database/kv_key.ts";
import { ProtoWriter, readProto } from "../../../src/store/database/proto.ts";
import { RemoteBackend } from "../../../src/store/database/remote_backend.ts";

const ENTRIES = 1200;

/** A server whose every range is full of entries below its end, and the ranges that were read. */
function startServer() {
  const ranges: (readonly [string, string])[] = [];
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    if (new URL(request.url).pathname === "/") {
      return Response.json({
        version: 3,
        databaseId: "00000000-0000-0000-0000-000000000000",
        endpoints: [{ url: "/v2", consistency: "strong" }],
        token: "planted-inner",
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
    }
    const [range] = readProto(body).messages(1);
    assert.ok(range);
    ranges.push([range.bytes(1).toHex(), range.bytes(2).toHex()]);
    const found = new ProtoWriter();
    for (let nth = 0; nth < Math.min(range.number(3), ENTRIES - 500 * (ranges.length - 1)); nth++) {
      found.bytes(
        1,
        new ProtoWriter().bytes(1, packKey(["v1", "usage", "2026", `${ranges.length} ${nth}`]))
          .bytes(2, new Uint8Array([123, 125])).number(3, 3).bytes(4, new Uint8Array(10)),
      );
    }
    return new Response(new ProtoWriter().bytes(1, found).number(4, 1).finish());
  });
  const backend = new RemoteBackend({
    url: `http://127.0.0.1:${http.addr.port}`,
    accessToken: () => "planted-outer",
    onAvailability() {},
  });
  return { backend, ranges, [Symbol.asyncDispose]: () => http.shutdown() };
}

Deno.test("RemoteBackend.page() reads from the beginning of a range to its end, page by page", async () => {
  await using server = startServer();
  const range = { prefix: ["v1", "usage"], between: { from: "2026", until: "2027" } };
  let cursor = "";
  let count = 0;
  do {
    const { entries, next } = await server.backend.page(range, cursor);
    count += entries.length;
    cursor = next;
  } while (cursor !== "");
  assert.equal(count, ENTRIES);
  const [first, ...others] = server.ranges;
  const end = packKey(["v1", "usage", "2027"]).toHex();
  assert.deepEqual(first, [packKey(["v1", "usage", "2026"]).toHex(), end]);
  assert.deepEqual(
    others,
    [1, 2].map((page) => [`${packKey(["v1", "usage", "2026", `${page} 499`]).toHex()}00`, end]),
  );
});

Deno.test("RemoteBackend.page() reads everything under a prefix, and not the prefix itself", async () => {
  await using server = startServer();
  const prefix = ["v1", "usage"];
  await server.backend.page({ prefix }, "");
  const all = packKey(prefix).toHex();
  assert.deepEqual(server.ranges, [[`${all}00`, `${all}ff`]]);
});
