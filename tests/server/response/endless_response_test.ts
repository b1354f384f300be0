/** Upstreams whose responses have no end and say nothing cost no more than a limit. @module */
import assert from "node:assert/strict";
import { within } from "../../support/deadline.ts";
import { emulatedAccount } from "../../support/emulated_gateway.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { startRawServer } from "../../support/raw_server.ts";

const MIB = 1024 * 1024;

/** What is under way in buffers of both sides when the gateway hangs up. */
const UNDER_WAY = 60 * MIB;

/** What comes again and again behind a head, how it begins, and from what kind of account. */
const ENDLESS = {
  "white space": ["gemini-api", "", " \n"],
  "white space in an array": ["vertex", "[", " \n"],
  "comments": ["code-assist", "", ": keep-alive\n\n"],
  "a string": ["gemini-api", '{"candidates":[{"content":{"parts":[{"text":"', "a"],
} as const;

for (const method of ["generateContent", "streamGenerateContent"] as const) {
  for (const [what, [kind, beginning, again]] of Object.entries(ENDLESS)) {
    Deno.test(`${method} gives up a response of ${what} that never ends`, async () => {
      const piece = new TextEncoder().encode(again.repeat(64 * 1024 / again.length));
      let sent = 0;
      await using emulator = await startEmulator();
      await using upstream = startRawServer(async (connection) => {
        if (await connection.request() === undefined) return;
        await connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        await connection.write(beginning);
        // Ends when the gateway hangs up.
        for (;; sent += piece.length) await connection.write(piece);
      });
      await using gateway = await startTestGateway({
        accounts: [{
          ...emulatedAccount(emulator, "one", kind),
          baseUrls: [upstream.url],
          project: "planted-project",
        }],
        settings: {
          routing: { maxAttempts: 1 },
          timeouts: { firstByteMs: method === "generateContent" ? 30_000 : 1500 },
        },
      });
      const response = await within(30_000, call(gateway.url, { method }), { what: "The error" });
      const { code } = await errorOf(response);
      assert.ok(code === 500 || code === 504, `${code}`);
      // A stream's white space is dropped as it comes, until its time is up.
      if (code === 500) assert.ok(sent < 100 * MIB + UNDER_WAY, `${sent} bytes`);
      else assert.equal(method, "streamGenerateContent");
      assert.equal(upstream.connectionCount, 1);
    });
  }
}
