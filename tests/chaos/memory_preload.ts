/**
 * Loaded before `main.ts`: answers on a port of its own, which it writes into the file that
 * `POLLUX_TEST_MEMORY` names, with how much memory the process uses once all garbage is collected.
 *
 * @module
 */
import { collectGarbage } from "../support/collect_garbage.ts";

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
  // What a finalizer lets go of is garbage only for the next collection.
  for (let time = 0; time < 3; time++) await collectGarbage();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return Response.json({ heapUsed, external, rss });
});
server.unref();
Deno.writeTextFileSync(Deno.env.get("POLLUX_TEST_MEMORY") ?? "", String(server.addr.port));
