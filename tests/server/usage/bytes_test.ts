/** The bytes of requests and responses are those on the wire. @module */
import assert from "node:assert/strict";
import { utf8Bytes } from "../../../src/base/text/text.ts";
import { openLive, SETUP } from "../../support/live_client.ts";
import { FLASH, KEY_A, PROMPT, startUsageBed, type UsageBed } from "./usage_bed.ts";

const PATH = `/v1beta/models/${FLASH}:generateContent`;
const STREAM = `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`;
const MEDIA = "x".repeat(200_000);

/** Sends a request, and checks that its record has the bytes of both bodies. */
async function check(
  bed: UsageBed,
  path: string,
  { body = "", status = 200, ...init }: {
    readonly body?: string;
    readonly status?: number;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** What of the body is read; default all. */
    readonly read?: number;
  } = {},
): Promise<Uint8Array> {
  const { read = utf8Bytes(body).length, headers, method } = init;
  const nth = bed.records.length;
  const response = await fetch(`${bed.url}${path}`, {
    method: method ?? (body === "" ? "GET" : "POST"),
    headers: { "x-goog-api-key": KEY_A, "content-type": "application/json", ...headers },
    ...(body === "" ? {} : { body }),
  });
  const bytes = await response.bytes();
  assert.equal(response.status, status, new TextDecoder().decode(bytes.subarray(0, 300)));
  await bed.until(nth + 1);
  const record = bed.records[nth];
  assert.deepEqual([record?.bytesIn, record?.bytesOut], [read, bytes.length], `${status} ${path}`);
  return bytes;
}

Deno.test("The bytes of calls, streams, lists and single resources are counted", async () => {
  await using bed = await startUsageBed();
  const body = JSON.stringify(PROMPT);
  await check(bed, PATH, { body });
  await check(bed, STREAM, { body });
  await check(bed, STREAM.replace("?alt=sse", ""), { body });
  await check(bed, `/v1beta/models/${FLASH}:countTokens`, { body });
  await check(bed, "/v1beta/models");
  await check(bed, `/v1beta/models/${FLASH}`);
  await check(bed, "/v1beta/files");
  await check(bed, "/healthz");
  const input = JSON.stringify({ model: FLASH, input: "Ünïcödé" });
  await check(bed, "/v1beta/interactions", { body: input });
  await check(bed, "/v1beta/interactions", {
    body: JSON.stringify({ model: FLASH, input: "One", stream: true }),
  });
});

Deno.test("The bytes of errors are counted, of whoever refuses", async () => {
  await using bed = await startUsageBed();
  bed.emulator.script("one", ["400-key-invalid", "404"]);
  const body = JSON.stringify(PROMPT);
  // Google's.
  await check(bed, "/v1beta/files/unknown", { status: 403 });
  await check(bed, PATH, { body: JSON.stringify({ contents: [] }), status: 400 });
  // The gateway's own: before the body is read, and after.
  await check(bed, PATH, { body, status: 401, headers: { "x-goog-api-key": "wrong" }, read: 0 });
  await check(bed, PATH, { body: "{", status: 400 });
  await check(bed, "/v1beta/interactions/unknown", { status: 404 });
  await check(bed, "/nowhere", { status: 404 });
});

Deno.test("The bytes of media and uploads are counted", async () => {
  await using bed = await startUsageBed();
  const inlineData = { mimeType: "image/png", data: btoa(MEDIA) };
  const contents = [{ role: "user", parts: [{ inlineData }] }];
  await check(bed, PATH, { body: JSON.stringify({ contents }) });
  const headers = { "x-goog-upload-protocol": "raw", "content-type": "image/png" };
  const made = await check(bed, "/upload/v1beta/files", { body: MEDIA, headers });
  const { file } = JSON.parse(new TextDecoder().decode(made));
  await check(bed, `/v1beta/${file.name}`);
  const lines = [1, 2].map((nth) => JSON.stringify({ key: `k${nth}`, request: PROMPT }));
  const uploaded = await bed.read("/upload/v1beta/files", lines.join("\n"), {
    headers: { ...headers, "content-type": "application/jsonl" },
  });
  const batch = { batch: { inputConfig: { fileName: uploaded.file.name } } };
  const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, batch);
  bed.emulator.batches(bed.emulator.projectOf("one")).end(name, "SUCCEEDED");
  const { response } = await bed.read(`/v1beta/${name}`);
  await check(bed, `/v1beta/${response.responsesFile}:download?alt=media`);
});

Deno.test("The bytes of a Live session are those of its frames", async () => {
  await using bed = await startUsageBed();
  const sent = [
    JSON.stringify({ setup: SETUP }),
    JSON.stringify({
      clientContent: { turns: [{ role: "user", parts: [{ text: "é" }] }], turnComplete: true },
    }),
  ];
  let received = 0;
  {
    await using client = openLive(bed, KEY_A);
    for (const message of sent) {
      await client.send(message);
      for (;;) {
        const frame = await client.nextFrame();
        const bytes = typeof frame === "string" ? utf8Bytes(frame) : new Uint8Array(frame);
        received += bytes.length;
        const text = new TextDecoder().decode(bytes);
        if (text.includes("setupComplete") || text.includes("turnComplete")) break;
      }
    }
  }
  await bed.until(1);
  const [record] = bed.records;
  assert.equal(record?.bytesIn, sent.reduce((sum, text) => sum + utf8Bytes(text).length, 0));
  assert.equal(record?.bytesOut, received);
});
