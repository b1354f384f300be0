/** A KV Connect server that refuses, fails, is none, or goes away. @module */
import assert from "node:assert/strict";
import { KvConnect } from "../../../src/store/database/kv_connect.ts";
import { StoreError, StoreUnreachable } from "../../../src/store/store_error.ts";

interface Fixture extends AsyncDisposable {
  readonly server: KvConnect;
  readonly url: string;
  /** Each call's path and token. */
  readonly calls: string[];
  /** What was told of availability. */
  readonly told: boolean[];
}

/** A client, and a server that answers calls as told; the place of its data is itself. */
function start(
  response: (path: string, nth: number) => Response | undefined = () => undefined,
): Fixture {
  const calls: string[] = [];
  const told: boolean[] = [];
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    await request.arrayBuffer();
    calls.push(`${pathname} ${request.headers.get("authorization")}`);
    const given = response(pathname, calls.length);
    if (given !== undefined) return given;
    if (pathname !== "/") return new Response(new Uint8Array([1]));
    return Response.json({
      version: 3,
      databaseId: "00000000-0000-0000-0000-000000000000",
      endpoints: [{ url: "/v2", consistency: "strong" }],
      token: `inner-${calls.length}`,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
  });
  const url = `http://127.0.0.1:${http.addr.port}`;
  const server = new KvConnect({
    url,
    accessToken: () => "planted-outer",
    onAvailability: (problem) => void told.push(problem === undefined),
  });
  return { server, url, calls, told, [Symbol.asyncDispose]: () => http.shutdown() };
}

function read(server: KvConnect): Promise<Uint8Array> {
  return server.call("snapshot_read", new Uint8Array());
}

Deno.test("KvConnect finds out once where the data is, and shows there what it was given", async () => {
  await using fixture = start();
  await read(fixture.server);
  assert.deepEqual(await read(fixture.server), new Uint8Array([1]));
  assert.deepEqual(fixture.calls, [
    "/ Bearer planted-outer",
    "/v2/snapshot_read Bearer inner-1",
    "/v2/snapshot_read Bearer inner-1",
  ]);
  assert.deepEqual(fixture.told, []);
});

Deno.test("KvConnect asks again where what it shows has ended early, and gives up after that", async () => {
  await using once = start((path, nth) =>
    path !== "/" && nth === 2 ? new Response("Ended", { status: 401 }) : undefined
  );
  await read(once.server);
  assert.equal(once.calls.at(-1), "/v2/snapshot_read Bearer inner-3");
  await using always = start((path) =>
    path === "/" ? undefined : new Response("Ended", { status: 401 })
  );
  await assert.rejects(read(always.server), /refuses: 401, "Ended"; check its access token/);
  assert.equal(always.calls.length, 4);
});

Deno.test("KvConnect tells once that a server fails, and once that it does not any more", async () => {
  let isBroken = true;
  await using fixture = start((path) =>
    isBroken && path !== "/" ? new Response("Down for a moment", { status: 503 }) : undefined
  );
  for (let count = 0; count < 3; count++) {
    await assert.rejects(read(fixture.server), (error) => {
      assert.ok(error instanceof StoreUnreachable);
      assert.match(error.message, /does not respond: 503, "Down for a moment"; check that it runs/);
      return true;
    });
  }
  assert.deepEqual(fixture.told, [false]);
  isBroken = false;
  await read(fixture.server);
  await read(fixture.server);
  assert.deepEqual(fixture.told, [false, true]);
});

Deno.test("KvConnect says of a server that it is none of KV Connect, and never what it was shown", async () => {
  for (
    const response of [
      () => Response.json({ version: 1 }),
      () => new Response("<html>"),
      () => Response.json({ version: 3, endpoints: [] }),
    ]
  ) {
    await using fixture = start(response);
    await assert.rejects(read(fixture.server), (error) => {
      assert.ok(error instanceof StoreError && !(error instanceof StoreUnreachable));
      assert.match(error.message, /^The store at "http:.*" is not a server of KV Connect 2 or 3/);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  }
});

Deno.test("KvConnect names the reason where there is no server, without more of its URL than was given", async () => {
  const fixture = start();
  await fixture[Symbol.asyncDispose]();
  await assert.rejects(read(fixture.server), (error) => {
    assert.ok(error instanceof StoreUnreachable);
    assert.match(error.message, /does not respond: .*refused.*; check that it runs and can be/);
    assert.equal(error.message.split(fixture.url).length, 2);
    return true;
  });
});
