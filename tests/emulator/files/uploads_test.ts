/** Uploads as Google takes and refuses them. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call, continueUpload, GRANULARITY, startUpload, upload } from "./file_calls.ts";

const BYTES = crypto.getRandomValues(new Uint8Array(64 * 1024));
/** Bytes of two chunks and a bit. */
const LONG = new Uint8Array(2 * GRANULARITY + 5);
for (let at = 0; at < LONG.length; at += BYTES.length) {
  LONG.set(BYTES.subarray(0, LONG.length - at), at);
}

function sha256(bytes: Uint8Array): string {
  return btoa(createHash("sha256").update(bytes).digest("hex"));
}

Deno.test("a resumable upload starts with the headers of Google, and ends with the file", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const key = emulator.addApiKey("a", { project: "p" });
  const start = await call([emulator, key], "/upload/v1/files", {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
    body: JSON.stringify({ file: { mimeType: "text/plain", display_name: "x", sizeBytes: "5" } }),
  });
  const { headers } = start;
  const address = headers.get("x-goog-upload-url") ?? "";
  const id = headers.get("x-guploader-uploadid");
  assert.equal(start.text, "");
  assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(headers.get("x-goog-upload-status"), "active");
  assert.equal(headers.get("x-goog-upload-chunk-granularity"), String(GRANULARITY));
  assert.equal(headers.get("x-goog-upload-control-url"), address);
  assert.equal(
    address,
    `${emulator.url}/upload/v1/files?upload_id=${id}&upload_protocol=resumable`,
  );
  const end = await continueUpload(emulator, address, {
    command: "upload, finalize",
    offset: 0,
    body: "hello",
  });
  assert.equal(end.headers.get("x-goog-upload-status"), "final");
  const { name } = end.json.file;
  assert.match(name, /^files\/[a-z0-9]{12}$/);
  assert.deepEqual(end.json, {
    file: {
      name,
      displayName: "x",
      mimeType: "text/plain",
      sizeBytes: "5",
      createTime: "1970-01-01T00:00:00.000000Z",
      updateTime: "1970-01-01T00:00:00.000000Z",
      expirationTime: "1970-01-03T00:00:00.000000000Z",
      sha256Hash: sha256(new TextEncoder().encode("hello")),
      uri: `https://generativelanguage.googleapis.com/v1beta/${name}`,
      state: "ACTIVE",
      source: "UPLOADED",
    },
  });
  assert.equal(emulator.requests[1]?.account, "a");
  assert.equal(new TextDecoder().decode(emulator.files("p").bytes(name.slice(6))), "hello");
});

Deno.test("a resumable upload takes chunks in order, and query tells how far it is", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const address = await startUpload([emulator, key], { length: LONG.length });

  async function received(): Promise<[string | null, string | null]> {
    const { headers } = await continueUpload(emulator, address, { command: "query" });
    return [headers.get("x-goog-upload-status"), headers.get("x-goog-upload-size-received")];
  }

  assert.deepEqual(await received(), ["active", "0"]);
  for (const offset of [0, GRANULARITY]) {
    const body = LONG.subarray(offset, offset + GRANULARITY);
    const chunk = await continueUpload(emulator, address, { command: "upload", offset, body });
    assert.deepEqual([chunk.status, chunk.text], [200, ""]);
    assert.equal(chunk.headers.get("x-goog-upload-status"), "active");
    assert.deepEqual(await received(), ["active", String(offset + GRANULARITY)]);
  }
  const offset = 2 * GRANULARITY;
  const body = LONG.subarray(offset);
  await continueUpload(emulator, address, { command: "upload, finalize", offset, body });
  const final = await continueUpload(emulator, address, { command: "query" });
  assert.equal(final.headers.get("x-goog-upload-status"), "final");
  assert.equal(final.json.file.sizeBytes, String(LONG.length));
  assert.equal(final.json.file.sha256Hash, sha256(LONG));
});

Deno.test("finalize alone ends an upload", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  const body = LONG.subarray(0, GRANULARITY);
  await continueUpload(emulator, address, { command: "upload", offset: 0, body });
  const end = await continueUpload(emulator, address, { command: "finalize" });
  assert.equal(end.json.file.sizeBytes, String(GRANULARITY));
});

Deno.test("a chunk that is sent again replaces itself, and the file is whole", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  const body = LONG.subarray(0, GRANULARITY);
  for (const _ of [1, 2]) {
    const chunk = await continueUpload(emulator, address, { command: "upload", offset: 0, body });
    assert.equal(chunk.status, 200, chunk.text);
  }
  const rest = LONG.subarray(GRANULARITY);
  const end = await continueUpload(emulator, address, {
    command: "upload, finalize",
    offset: GRANULARITY,
    body: rest,
  });
  assert.equal(end.json.file.sha256Hash, sha256(LONG));
});

Deno.test("a resumable upload refuses what Google refuses, and continues afterwards", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const address = await startUpload([emulator, key], { length: GRANULARITY + 5 });
  const whole = LONG.subarray(0, GRANULARITY);
  await continueUpload(emulator, address, { command: "upload", offset: 0, body: whole });
  const cases: readonly [string, Parameters<typeof continueUpload>[2], RegExp][] = [
    [
      "no multiple",
      { command: "upload", offset: GRANULARITY, body: "12345" },
      /multiple of 8388608/,
    ],
    ["no offset", { command: "upload", body: "12345" }, /X-Goog-Upload-Offset/],
    [
      "later offset",
      { command: "upload, finalize", offset: 9e6, body: "12345" },
      /offset is 9000000/,
    ],
    ["earlier offset", { command: "upload, finalize", offset: 5, body: "12345" }, /offset is 5,/],
    [
      "too long",
      { command: "upload, finalize", offset: GRANULARITY, body: "123456" },
      /has 8388614 bytes; its start declared 8388613/,
    ],
    ["too short", { command: "finalize" }, /has 8388608 bytes; its start declared 8388613/],
    ["no command", { command: "" }, /Invalid X-Goog-Upload-Command/],
    [
      "unknown command",
      { command: "append", body: "1" },
      /Invalid X-Goog-Upload-Command: "append"/,
    ],
  ];
  for (const [name, chunk, message] of cases) {
    await t.step(name, async () => {
      const refused = await continueUpload(emulator, address, chunk);
      assert.equal(refused.status, 400);
      assert.match(refused.text, message);
      assert.equal(refused.headers.get("x-goog-upload-status"), "active");
    });
  }
  const rest = { command: "finalize,upload", offset: GRANULARITY, body: "12345" };
  const end = await continueUpload(emulator, address, rest);
  assert.equal(end.json.file.sizeBytes, String(GRANULARITY + 5));
  const after = await continueUpload(emulator, address, rest);
  assert.equal(after.status, 400);
  assert.equal(after.headers.get("x-goog-upload-status"), "final");
  assert.equal(after.text, "Upload has already been terminated.\n");
});

Deno.test("a cancelled upload accepts no chunk, and makes no file", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a", { project: "p" })]);
  const cancelled = await continueUpload(emulator, address, { command: "cancel" });
  assert.equal(cancelled.headers.get("x-goog-upload-status"), "cancelled");
  const end = { command: "upload, finalize", offset: 0, body: "1" };
  assert.equal((await continueUpload(emulator, address, end)).status, 400);
  const state = await continueUpload(emulator, address, { command: "query" });
  assert.equal(state.headers.get("x-goog-upload-status"), "cancelled");
  assert.deepEqual(emulator.files("p").list(), []);
});

Deno.test("an upload's address is its only credential, and an unknown one is 404", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const address = await startUpload([emulator, key]);
  const unknown = `${address.slice(0, address.indexOf("?"))}?upload_id=x&upload_protocol=resumable`;
  const refused = await continueUpload(emulator, unknown, { command: "query" });
  assert.equal(refused.status, 404);
  const without = await call([emulator, ""], "/upload/v1beta/files", {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
  });
  assert.equal(without.status, 403);
});

Deno.test("uploads of one request: multipart and raw, in both spellings", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const type = "multipart/related; boundary=b-1";
  const body = '--b-1\r\ncontent-type: application/json\r\n\r\n{"file":{"displayName":"x"}}\r\n' +
    "--b-1\r\nContent-Type: image/png\r\n\r\nby\r\n--b-2\r\ntes\r\n--b-1--\r\n";
  const cases: readonly [string, string, Record<string, string>, string, string][] = [
    [
      "multipart",
      "",
      { "x-goog-upload-protocol": "multipart", "content-type": type },
      body,
      "image/png",
    ],
    ["multipart", "?uploadType=multipart", { "content-type": type }, body, "image/png"],
    ["raw", "", { "x-goog-upload-protocol": "raw", "content-type": "text/csv" }, "a,b", "text/csv"],
    ["media", "?uploadType=media", { "content-type": "text/csv" }, "a,b", "text/csv"],
  ];
  for (const [name, query, headers, sent, mimeType] of cases) {
    await t.step(`${name} ${query}`, async () => {
      const method = "POST";
      const path = `/upload/v1beta/files${query}`;
      const response = await call([emulator, key], path, { method, headers, body: sent });
      assert.equal(response.status, 200, response.text);
      const { file } = response.json;
      assert.equal(file.mimeType, mimeType);
      const kept = new TextDecoder().decode(emulator.files("p").bytes(file.name.slice(6)));
      assert.equal(kept, name === "multipart" ? "by\r\n--b-2\r\ntes" : "a,b");
      assert.equal(file.displayName, name === "multipart" ? "x" : undefined);
    });
  }
});

Deno.test("an upload that is not well-formed is refused", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const type = "multipart/related; boundary=b";
  const start = { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" };
  const cases: readonly [string, string, Record<string, string>, string, RegExp][] = [
    ["no protocol", "", {}, "a", /protocol is not specified/],
    ["no start", "", { "x-goog-upload-protocol": "resumable" }, "{}", /must be "start"/],
    [
      "no boundary",
      "?uploadType=multipart",
      { "content-type": "multipart/related" },
      "a",
      /multipart/,
    ],
    [
      "one part",
      "?uploadType=multipart",
      { "content-type": type },
      "--b\r\n\r\n{}\r\n--b--",
      /0 mime/,
    ],
    [
      "nothing after it",
      "?uploadType=multipart",
      { "content-type": type },
      "--b\r\n\r\n{}\r\n--b--\r\n\r\n",
      /0 mime/,
    ],
    ["an unknown field", "", start, '{"file":{"foo":1}}', /Unknown name "foo" at 'file'/],
    ["a bare file", "", start, '{"displayName":"x"}', /Unknown name "displayName"/],
    ["a bad name", "", start, '{"file":{"name":"files/A_b"}}', /Invalid resource name/],
    ["a long name", "", start, `{"file":{"displayName":"${"x".repeat(513)}"}}`, /at most 512/],
    [
      "a long file",
      "",
      { ...start, "x-goog-upload-header-content-length": "2147483649" },
      "{}",
      /too large/,
    ],
  ];
  for (const [name, query, headers, body, message] of cases) {
    await t.step(name, async () => {
      const path = `/upload/v1beta/files${query}`;
      const response = await call([emulator, key], path, { method: "POST", headers, body });
      assert.equal(response.status, 400, response.text);
      assert.match(response.json.error.message, message);
    });
  }
  assert.deepEqual(emulator.files("p").list(), []);
});

Deno.test("a chosen name is taken once", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const file = { name: "files/my-file" };
  for (const status of [200, 409]) {
    const address = await startUpload([emulator, key], { file });
    const end = { command: "upload, finalize", offset: 0, body: "1" };
    const response = await continueUpload(emulator, address, end);
    assert.equal(response.status, status);
    if (status === 200) assert.equal(response.json.file.name, file.name);
  }
});

Deno.test("uploadType=resumable: Location, Content-Range, 308 with Range", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const start = await call([emulator, key], "/upload/v1beta/files?uploadType=resumable", {
    method: "POST",
    headers: { "x-upload-content-type": "text/plain" },
    body: "{}",
  });
  const address = start.headers.get("location") ?? "";
  assert.match(address, /\/upload\/v1beta\/files\?uploadType=resumable&upload_id=/);

  async function put(range: string, body = ""): Promise<[number, string | null, string]> {
    const headers = { "content-range": `bytes ${range}` };
    const response = await call([emulator, ""], address, { method: "PUT", headers, body });
    return [response.status, response.headers.get("range"), response.text];
  }

  const chunk = "x".repeat(262_144);
  assert.deepEqual(await put("*/*"), [308, null, ""]);
  assert.deepEqual((await put("0-4/*", "12345"))[0], 400);
  assert.deepEqual((await put("0-9/*", "12345"))[0], 400);
  assert.deepEqual((await put("5-9/*", "12345"))[0], 400);
  assert.deepEqual((await put("nothing", "12345"))[0], 400);
  assert.deepEqual(await put("0-262143/*", chunk), [308, "bytes=0-262143", ""]);
  assert.deepEqual(await put("*/*"), [308, "bytes=0-262143", ""]);
  const [status, , text] = await put("262144-262148/262149", "12345");
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).file.sizeBytes, "262149");
  assert.equal(JSON.parse((await put("*/*"))[2]).file.sizeBytes, "262149");
});

Deno.test("of a long upload only length and digest are kept, by the recorder too", async () => {
  await using emulator = await startEmulator({ keptFileBytes: 100 });
  const key = emulator.addApiKey("a", { project: "p" });
  const short = await upload([emulator, key], "x".repeat(100));
  const long = await upload([emulator, key], "x".repeat(101));
  const files = emulator.files("p");
  assert.equal(files.bytes(short.name.slice(6))?.length, 100);
  assert.equal(files.bytes(long.name.slice(6)), undefined);
  assert.equal(long.sha256Hash, sha256(new TextEncoder().encode("x".repeat(101))));
  const recorded = emulator.requests[1];
  assert.equal(recorded?.rawBody, "");
  assert.equal(recorded?.bodyLength, 101);
  assert.equal(btoa(recorded?.bodySha256 ?? ""), long.sha256Hash);
});
