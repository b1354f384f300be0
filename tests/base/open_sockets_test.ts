/** Waiting until WebSockets are closed. @module */
import assert from "node:assert/strict";
import { OpenSockets } from "../../src/base/open_sockets.ts";
import { startLiveServer } from "../support/live_server.ts";

Deno.test("closed() resolves when every socket is closed, and at once without any", async () => {
  const sockets = new OpenSockets();
  await sockets.closed();
  await using server = startLiveServer();
  const ends: string[] = [];
  const opened = ["one", "two"].map((name) => {
    const socket = new WebSocket(server.url.replace(/^http/, "ws"));
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.onopen = () => resolve();
    sockets.add(socket);
    socket.addEventListener("close", () => ends.push(name));
    return promise;
  });
  await Promise.all(opened);
  const closed = sockets.closed().then(() => assert.deepEqual(ends.toSorted(), ["one", "two"]));
  sockets.close(1000);
  await closed;
});
