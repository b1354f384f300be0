/** Uploads by all of Google's protocols, through the gateway. @module */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import {
  begun,
  errorIn,
  fileIn,
  goOn,
  GRANULARITY,
  send,
  someBytes,
  start,
} from "./upload_calls.ts";

Deno.test("An upload in chunks starts at the gateway's own address, and ends with the file", async () => {
  await using gateway = await startEmulatedGateway();
  const response = await start(gateway.url);
  const address = response.headers.get("x-goog-upload-url") ?? "";
  assert.equal(await response.text(), "");
  assert.match(
    address,
    /^http:\/\/127\.0\.0\.1:\d+\/upload\/v1beta\/files\?upload_id=[\w.-]+&upload_protocol=resumable$/,
  );
  assert.ok(address.startsWith(gateway.url));
  assert.equal(response.headers.get("x-goog-upload-status"), "active");
  assert.equal(response.headers.get("x-goog-upload-chunk-granularity"), String(GRANULARITY));
  assert.equal(response.headers.get("x-pollux-account"), "one");
  assert.equal(response.headers.get("x-pollux-attempts"), "1");
  for (const name of ["x-goog-upload-control-url", "x-guploader-uploadid", "location"]) {
    assert.equal(response.headers.get(name), null, name);
  }
  const bytes = someBytes(GRANULARITY + 5);
  const first = await goOn(address, "upload", { body: bytes.subarray(0, GRANULARITY) });
  assert.equal(await first.text(), "");
  assert.equal(first.headers.get("x-goog-upload-status"), "active");
  const queried = await goOn(address, "query");
  assert.equal(await queried.text(), "");
  assert.equal(queried.headers.get("x-goog-upload-size-received"), String(GRANULARITY));
  const last = await goOn(address, "upload, finalize", {
    offset: GRANULARITY,
    body: bytes.subarray(GRANULARITY),
  });
  assert.equal(last.headers.get("x-goog-upload-status"), "final");
  const name = await fileIn(last);
  const read = await fetch(`${gateway.url}/v1beta/${name}`);
  const { displayName, sha256Hash } = await read.json();
  assert.equal(displayName, "notes");
  assert.equal(sha256Hash, btoa(hash("sha256", bytes, "hex")));
});

Deno.test("A lost chunk is sent again at its offset, and upstream decides about every offset", async () => {
  await using gateway = await startEmulatedGateway();
  const address = await begun(gateway.url);
  const bytes = someBytes(2 * GRANULARITY);
  const chunk = { body: bytes.subarray(0, GRANULARITY) };
  for (let time = 0; time < 2; time++) {
    const sent = await goOn(address, "upload", chunk);
    assert.equal(sent.headers.get("x-goog-upload-status"), "active", await sent.text());
  }
  const beyond = await goOn(address, "upload", { ...chunk, offset: 3 * GRANULARITY });
  assert.equal(beyond.status, 400);
  await beyond.body?.cancel();
  const rest = { offset: GRANULARITY, body: bytes.subarray(GRANULARITY) };
  assert.match(await fileIn(await goOn(address, "upload, finalize", rest)), /^files/);
});

Deno.test("A chunk that is no multiple of the granularity is refused with upstream's words", async () => {
  await using gateway = await startEmulatedGateway();
  const address = await begun(gateway.url);
  const error = await errorIn(await goOn(address, "upload", { body: "hello" }));
  assert.equal(error.code, 400);
  assert.match(error.message, /multiple|granularity/i);
});

Deno.test("An upload is finalized by itself, and cancelled", async () => {
  await using gateway = await startEmulatedGateway();
  const address = await begun(gateway.url);
  const sent = await goOn(address, "upload", { body: someBytes(GRANULARITY) });
  await sent.body?.cancel();
  assert.match(await fileIn(await goOn(address, "finalize")), /^files/);
  const other = await begun(gateway.url);
  const cancelled = await goOn(other, "cancel");
  assert.equal(cancelled.headers.get("x-goog-upload-status"), "cancelled");
  await cancelled.body?.cancel();
  const again = await goOn(other, "upload, finalize", { body: "late" });
  assert.equal((await errorIn(again)).status, "NOT_FOUND");
});

Deno.test("A whole file is uploaded as multipart and as media", async () => {
  await using gateway = await startEmulatedGateway();
  const { emulator } = gateway;
  const files = emulator.files(emulator.projectOf("one"));
  const text = "--b\r\ncontent-type: application/json; charset=utf-8\r\n\r\n" +
    '{"file":{"displayName":"two parts"}}\r\n--b\r\ncontent-type: text/plain\r\n\r\nhello\r\n--b--';
  const related = { "content-type": "multipart/related; boundary=b" };
  const ways: readonly (readonly [query: string, Record<string, string>])[] = [
    ["", { ...related, "x-goog-upload-protocol": "multipart" }],
    ["?uploadType=multipart&key=secret", related],
  ];
  for (const [query, headers] of ways) {
    const response = await send(`${gateway.url}/upload/v1beta/files${query}`, headers, {
      body: text,
    });
    const name = await fileIn(response);
    assert.equal(new TextDecoder().decode(files.bytes(name.slice(6))), "hello", query);
  }
  const media = await send(`${gateway.url}/upload/v1/files?uploadType=media`, {
    "content-type": "text/plain",
  }, { body: "plain" });
  assert.equal(new TextDecoder().decode(files.bytes((await fileIn(media)).slice(6))), "plain");
  assert.deepEqual(files.list().map(({ mimeType }) => mimeType), Array(3).fill("text/plain"));
});

Deno.test("uploadType=resumable continues at its Location, by PUT, with 308 until the end", async () => {
  await using gateway = await startEmulatedGateway();
  const begun = await send(`${gateway.url}/upload/v1beta/files?uploadType=resumable`, {
    "content-type": "application/json",
    "x-upload-content-type": "text/plain",
  }, { body: "{}" });
  assert.equal(await begun.text(), "");
  const address = begun.headers.get("location") ?? "";
  assert.ok(
    address.startsWith(`${gateway.url}/upload/v1beta/files?uploadType=resumable&upload_id=`),
  );
  const bytes = someBytes(300_000);
  const put = (range: string, body?: Uint8Array<ArrayBuffer>) =>
    send(address, { "content-range": range }, {
      method: "PUT",
      ...(body === undefined ? {} : { body }),
    });
  const first = await put("bytes 0-262143/300000", bytes.subarray(0, 262_144));
  assert.equal(first.status, 308, await first.text());
  assert.equal(first.headers.get("range"), "bytes=0-262143");
  const asked = await put("bytes */300000");
  assert.equal(asked.status, 308);
  await asked.body?.cancel();
  assert.match(
    await fileIn(await put("bytes 262144-299999/300000", bytes.subarray(262_144))),
    /^f/,
  );
  assert.match(await fileIn(await put("bytes */300000")), /^files/);
  assert.equal((await errorIn(await put("bytes 0-4/5", someBytes(5)))).status, "NOT_FOUND");
});

Deno.test("A file that no account could take is refused, and the error says what is missing", async () => {
  await using none = await startEmulatedGateway({ accounts: { cli: "code-assist" } });
  const error = await errorIn(await start(none.url));
  assert.match(error.message, /media\.upload/);
});
