/** The tests' servers count only requests that are meant for them. @module */
import assert from "node:assert/strict";
import { startFakeUpstream } from "./fake_upstream.ts";
import { rawRequest } from "./raw_http.ts";
import { startRawServer } from "./raw_server.ts";
import { sized, startRawUpstream } from "./raw_upstream.ts";
import { startSilentUpstream } from "./silent_upstream.ts";
import { startTestUpstream } from "./test_upstream.ts";

const GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Each server, and what it counts: the targets or indices of its requests. */
const SERVERS = {
  silent_upstream() {
    const server = startSilentUpstream(GOOD);
    return { server, counted: () => server.exchanges.map(({ line }) => line.split(" ")[1]) };
  },
  raw_upstream() {
    const server = startRawUpstream(() => sized("ok"));
    return { server, counted: () => server.requests.map((line) => line.split(" ")[1]) };
  },
  raw_server() {
    const targets: (string | undefined)[] = [];
    const server = startRawServer(async (connection) => {
      targets.push((await connection.request())?.split(" ")[1]?.split("/").slice(2).join("/"));
      await connection.write(GOOD);
      await connection.untilClosed();
    });
    const counted = () => {
      assert.equal(server.connectionCount, targets.length);
      assert.deepEqual(server.requests, targets.map((_, index) => index));
      return targets.map((target) => `/${target}`);
    };
    return { server, counted };
  },
  fake_upstream() {
    const server = startFakeUpstream(() => new Response("ok"));
    return { server, counted: () => server.requests.map(({ url }) => url.pathname + url.search) };
  },
  test_upstream() {
    const server = startTestUpstream(() => new Response("ok"));
    return { server, counted: () => server.seen.map(({ target }) => target) };
  },
};

for (const [name, start] of Object.entries(SERVERS)) {
  Deno.test(`A ${name} does not count requests of other tests, and refuses them`, async () => {
    const { server, counted } = start();
    await using _ = server;
    const { port, pathname } = new URL(server.url);
    async function post(target: string): Promise<number> {
      const head = `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}`;
      return (await rawRequest(Number(port), head)).status;
    }
    for (const target of ["/", "/v1beta/models/m:generateContent", pathname.slice(0, -1), "/of-"]) {
      assert.equal(await post(target), 421, target);
    }
    assert.deepEqual(counted(), []);
    assert.equal(await post(`${pathname}/v1beta/models?a=b`), 200);
    assert.equal(await post("/v1beta/models"), 421);
    assert.deepEqual(counted(), ["/v1beta/models?a=b"]);
  });
}
