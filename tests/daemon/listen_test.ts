/** Listening with TLS: the scheme, the port that others have, and a certificate that is replaced. @module */
import type { ReceivedBy } from "../../src/server/environment.ts";
import assert from "node:assert/strict";
import { ignore } from "../../src/base/ignore.ts";
import { listen } from "../../src/daemon/listen.ts";
import { openListeners } from "../../src/daemon/listeners.ts";
import { factsOf } from "../../src/daemon/tls/key_pair.ts";
import { within } from "../support/deadline.ts";
import {
  fetchTrusting,
  listenOptions,
  listenWithTls,
  NEW_PAIR,
  OLD_PAIR,
  shownPair,
} from "./tls/tls_places.ts";

const PATIENCE_MS = 30_000;

async function untilNew(url: string): Promise<void> {
  while (await shownPair(url) !== "new");
}

/** Until 20 connections in a row are shown the new pair: two listeners would share them. */
async function untilOnlyNew(url: string): Promise<void> {
  for (let seen = 0; seen < 20;) seen = await shownPair(url) === "new" ? seen + 1 : 0;
}

Deno.test("openListeners() has http, https or both, and tells the handler which it was", async () => {
  const handler = (_request: Request, by: ReceivedBy = {}) =>
    Response.json({ isSecure: by.isSecure });
  const tls = { pair: OLD_PAIR, files: undefined };
  const { tls: _tls, ...options } = listenOptions(undefined);
  for (
    const [given, schemes] of [
      [{ tls: undefined, tlsPort: undefined }, ["http:"]],
      [{ tls, tlsPort: undefined }, ["https:"]],
      [{ tls, tlsPort: 0 }, ["http:", "https:"]],
    ] as const
  ) {
    const listeners = await openListeners(handler, { ...options, ...given });
    assert.deepEqual(listeners.urls.map((url) => new URL(url).protocol), schemes);
    for (const url of listeners.urls) {
      const isSecure = url.startsWith("https:");
      assert.deepEqual(await (await fetchTrusting([OLD_PAIR], url)).json(), { isSecure });
    }
    const { url, fingerprint } = listeners.local;
    assert.equal(url, listeners.urls[0]);
    assert.equal(
      fingerprint,
      url.startsWith("https:") ? factsOf(OLD_PAIR).fingerprint : undefined,
    );
    await listeners.stop();
  }
});

Deno.test("openListeners() stops the first listener when the second one cannot listen", async () => {
  const taken = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: ignore },
    () => new Response("", { headers: { server: "caddy" } }),
  );
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const { tls: _tls, ...options } = listenOptions(undefined);
  await assert.rejects(
    openListeners(() => new Response(), {
      ...options,
      port,
      tls: { pair: OLD_PAIR, files: undefined },
      tlsPort: taken.addr.port,
    }),
    /"caddy"\) has this port\. Stop it, or choose another port with server\.tls\.port$/,
  );
  await taken.shutdown();
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("listen() refuses a port that a listener with TLS has, though it could share it", async () => {
  const headers = { server: "pollux" };
  const first = await listenWithTls(() => new Response("", { headers }));
  const port = Number(new URL(first.url).port);
  for (const tls of [OLD_PAIR, undefined]) {
    await assert.rejects(
      listen(() => new Response(), { ...listenOptions(tls), port }),
      /another Pollux has this port/,
    );
  }
  await first.stop();
});

for (const canShare of Deno.build.os === "linux" ? [true, false] : [false]) {
  const how = canShare ? "beside the former listener" : "after the former listener";
  Deno.test(`Listener.renew() shows the new certificate, ${how}; old connections finish`, async () => {
    const arrived = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const listener = await listenWithTls(async ({ url }) => {
      if (!url.endsWith("/slow")) return new Response();
      arrived.resolve();
      await mayEnd.promise;
      return new Response("all of it");
    }, { canShare });
    assert.equal(await shownPair(listener.url), "old");
    const slow = fetchTrusting([OLD_PAIR], `${listener.url}/slow`);
    await arrived.promise;
    await listener.renew(NEW_PAIR);
    // Deno closes the former listener a moment after it was told to.
    await within(PATIENCE_MS, untilNew(listener.url), { what: "The new certificate" });
    for (let i = 0; i < 20; i++) assert.equal(await shownPair(listener.url), "new");
    const stopped = listener.stop();
    mayEnd.resolve();
    assert.equal(await (await slow).text(), "all of it");
    await within(PATIENCE_MS, stopped, { what: "The listener's end" });
    assert.equal(await shownPair(listener.url), "none");
  });
}

Deno.test("Listener.renew() keeps the former certificate when it cannot listen with another", async () => {
  const listener = await listenWithTls(() => new Response());
  await assert.rejects(listener.renew({ cert: OLD_PAIR.cert, key: NEW_PAIR.key }));
  assert.equal(await shownPair(listener.url), "old");
  await listener.renew(NEW_PAIR);
  await within(PATIENCE_MS, untilNew(listener.url), { what: "The new certificate" });
  await listener.stop();
});

Deno.test("Listener.renew() keeps WebSockets open, and the former certificate until they close", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const settled = Promise.withResolvers<void>();
  const listener = await listenWithTls((request) => {
    if (request.headers.get("upgrade") === null) return new Response();
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${data} again`);
    socket.onclose = () => settled.resolve();
    return response;
  }, { socketsSettled: () => settled.promise });
  using client = Deno.createHttpClient({ caCerts: [OLD_PAIR.cert] });
  const socket = new WebSocket(listener.url.replace("https:", "wss:"), { client });
  await new Promise((resolve) => socket.onopen = resolve);
  await listener.renew(NEW_PAIR);
  await within(PATIENCE_MS, untilNew(listener.url), { what: "The new certificate" });
  const heard = new Promise<string>((resolve) => socket.onmessage = ({ data }) => resolve(data));
  socket.send("hello");
  assert.equal(await heard, "hello again");
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  socket.close(1000);
  assert.equal(await closed, 1000);
  await within(PATIENCE_MS, untilOnlyNew(listener.url), { what: "The former listener's end" });
  await listener.stop();
});
