/** What becomes of a call whose request body was sent while it arrived, and is gone. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";
import { AuthorizedExchange } from "../../src/upstream/exchange/authorized_exchange.ts";
import { onFirstWorkingBase } from "../../src/upstream/base_urls.ts";
import { type Exchange, send } from "../../src/upstream/exchange/exchange.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";
import { sendForJson } from "../../src/upstream/exchange/whole_response.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import { StreamedBody } from "../../src/upstream/wire/http/streamed_body.ts";
import { startRawServer } from "../support/raw_server.ts";

const { signal } = new AbortController();

function exchangeWith(url: string, body: StreamedBody): Exchange {
  const connections = new DirectConnections({ idleTimeoutMs: 0 });
  return {
    method: "POST",
    url: `${url}/upload`,
    headers: {},
    body,
    signal,
    clock: Date,
    connections,
  };
}

const small = () => new StreamedBody(ReadableStream.from([new Uint8Array(10)]));

/** A body that is not there before the test allows it. */
function late() {
  const piece = Promise.withResolvers<Uint8Array>();
  async function* pieces() {
    yield await piece.promise;
  }
  return { body: new StreamedBody(ReadableStream.from(pieces())), piece };
}

/** Answers each request with that status; `isEarly`: as soon as its head has come. */
function startRefusing(status: string, { isEarly = false, body = "{}" } = {}) {
  return startRawServer(async (connection) => {
    await (isEarly ? connection.bytes() : connection.request());
    await connection.write(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await connection.untilClosed();
  });
}

async function faultOf(response: Promise<unknown>): Promise<UpstreamFault> {
  try {
    await response;
  } catch (error) {
    assert.ok(error instanceof UpstreamFault);
    return error;
  }
  throw new Error("no fault");
}

for (const status of ["503 Service Unavailable", "429 Too Many Requests", "401 Unauthorized"]) {
  Deno.test(`A fault of ${status} is final once a part of the streamed body was sent, and keeps its scope`, async () => {
    await using server = startRefusing(status);
    const plain = await faultOf(
      send({ ...exchangeWith(server.url, small()), body: new Uint8Array(10) }),
    );
    const streamed = await faultOf(send(exchangeWith(server.url, small())));
    assert.equal(plain.isFinal, false);
    assert.equal(streamed.isFinal, true);
    assert.deepEqual({ ...streamed, isFinal: false }, { ...plain });
  });

  Deno.test(`A fault of ${status} is not final where nothing of the streamed body was sent`, async () => {
    await using server = startRefusing(status, { isEarly: true });
    const { body } = late();
    assert.equal((await faultOf(send(exchangeWith(server.url, body)))).isFinal, false);
    assert.equal(body.isTaken, false);
    body.cancel();
  });
}

Deno.test("A response that can't be read is final as well once the streamed body was sent", async () => {
  await using server = startRefusing("200 OK", { body: "{" });
  const { isFinal, scope } = await faultOf(sendForJson(exchangeWith(server.url, small())));
  assert.deepEqual([isFinal, scope], [true, "transient"]);
});

Deno.test("A streamed body goes to the next address only while nothing of it was sent", async () => {
  for (const isEarly of [true, false]) {
    await using first = startRefusing("503 Service Unavailable", { isEarly });
    await using second = startRefusing("200 OK");
    const { body, piece } = late();
    if (!isEarly) piece.resolve(new Uint8Array(3));
    const response = onFirstWorkingBase([first.url, second.url], { signal }, async (url) => {
      if (url === second.url) piece.resolve(new Uint8Array(3));
      return await sendForJson(exchangeWith(url, body));
    });
    if (isEarly) assert.equal(new TextDecoder().decode(await response), "{}");
    else assert.equal((await faultOf(response)).rpc.code, 503);
    assert.deepEqual(second.requests.length, isEarly ? 1 : 0);
  }
});

Deno.test("A refused token is replaced, but a body that was sent is not sent with the new one", async () => {
  await using server = startRefusing("401 Unauthorized");
  const invalid: string[] = [];
  const tokens = {
    token: () => Promise.resolve("planted-token"),
    invalidate: (token: string) => void invalid.push(token),
  };
  const body = small();
  const fault = await faultOf(
    new AuthorizedExchange(tokens).run({ signal }, () => send(exchangeWith(server.url, body))),
  );
  assert.equal(fault.rpc.code, 401);
  assert.deepEqual(invalid, ["planted-token"]);
  assert.equal(server.requests.length, 1);
});

for (
  const [what, reason, expected] of [
    [
      "any other way",
      new Error("planted"),
      "Cannot send the request: the request's body broke off",
    ],
    ["a limit", new RpcError("INVALID_ARGUMENT", "too large", { code: 413 }), "too large"],
    ["the call's end", new UpstreamFault("client", new RpcError("CANCELLED", "gone")), "gone"],
  ] as const
) {
  Deno.test(`A streamed body that fails for ${what} is no fault of the account or the network`, async () => {
    await using server = startRawServer((connection) => connection.untilClosed());
    async function* failing() {
      yield new Uint8Array(10);
      throw reason;
    }
    const body = new StreamedBody(ReadableStream.from(failing()));
    const fault = await faultOf(send(exchangeWith(server.url, body)));
    assert.equal(fault.rpc.message, expected);
    assert.equal(fault.scope, reason instanceof UpstreamFault ? "client" : "request");
    assert.equal(fault.rpc.code, reason instanceof RpcError ? 413 : fault.rpc.code);
  });
}
