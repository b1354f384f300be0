/** Clients that lose the last response of an upload, and repeat their last request. @module */
import assert from "node:assert/strict";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { begun, errorIn, fileIn, goOn } from "./upload_calls.ts";

const LAST = "upload, finalize";

/** Sends a small file's only chunk, and breaks the connection without reading the response. */
async function loseResponse({ port, emulator }: EmulatedGateway, address: string): Promise<void> {
  const { pathname, search } = new URL(address);
  const before = emulator.requests.length;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `POST ${pathname}${search} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n` +
    `x-goog-upload-command: ${LAST}\r\nx-goog-upload-offset: 0\r\ncontent-length: 5\r\n\r\nhello`;
  await connection.write(new TextEncoder().encode(head));
  // The first byte of the response has come: Google has completed the upload.
  await connection.read(new Uint8Array(1));
  assert.equal(emulator.requests.length, before + 1);
}

Deno.test("A client that lost the last response gets it again, for its last request and for a query", async () => {
  await using gateway = await startEmulatedGateway();
  const { emulator } = gateway;
  const address = await begun(gateway.url);
  await loseResponse(gateway, address);
  const sent = emulator.requests.length;
  const files = emulator.files(emulator.projectOf("one")).list();
  assert.equal(files.length, 1);
  for (const [command, body] of [[LAST, "hello"], ["query", undefined], [LAST, "hello"]] as const) {
    const again = await goOn(address, command, body === undefined ? {} : { body });
    assert.equal(again.headers.get("x-goog-upload-status"), "final");
    assert.equal(again.headers.get("x-pollux-account"), "one");
    assert.equal(await fileIn(again), files[0]?.name);
  }
  assert.equal(emulator.requests.length, sent);
});

Deno.test("The address of a complete upload only repeats its last response", async () => {
  await using gateway = await startEmulatedGateway();
  const address = await begun(gateway.url);
  await fileIn(await goOn(address, LAST, { body: "hello" }));
  const others: readonly (readonly [string, number])[] = [
    [LAST, 5],
    ["upload", 0],
    ["finalize", 0],
    ["cancel", 0],
    ["start", 0],
  ];
  for (const [command, offset] of others) {
    const response = await goOn(address, command, { offset, body: "hello" });
    assert.equal((await errorIn(response)).status, "NOT_FOUND", command);
  }
});

Deno.test("The last response is forgotten after ten minutes, and that of a cancelled upload is not kept", async () => {
  const clock = new FakeClock();
  await using gateway = await startEmulatedGateway({ clock });
  const address = await begun(gateway.url);
  await fileIn(await goOn(address, LAST, { body: "hello" }));
  const other = await begun(gateway.url);
  await (await goOn(other, "cancel")).body?.cancel();
  assert.equal((await errorIn(await goOn(other, "cancel"))).status, "NOT_FOUND");
  assert.equal((await errorIn(await goOn(other, "query"))).status, "NOT_FOUND");
  clock.advance(599_000);
  await fileIn(await goOn(address, "query"));
  clock.advance(2000);
  assert.equal((await errorIn(await goOn(address, "query"))).status, "NOT_FOUND");
});
