import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import {
  audioMimeType,
  dataUrlPart,
  mediaPart,
  type MediaSource,
} from "../../../../src/formats/shared/request/media_part.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { assertLinear } from "../../../support/assert_linear.ts";

const FILES = "https://generativelanguage.googleapis.com/v1beta/";

function part(source: Omit<MediaSource, "field">): unknown {
  return mediaPart({ ...source, field: "f" });
}

function inline(mimeType: string, data: string): unknown {
  return { inlineData: { mimeType, data } };
}

function file(fileUri: string, mimeType?: string): unknown {
  return { fileData: { ...(mimeType === undefined ? {} : { mimeType }), fileUri } };
}

Deno.test("dataUrlPart() reads data: URLs in every form", () => {
  const cases = {
    "data:image/png;base64,AAAA": inline("image/png", "AAAA"),
    "DATA:Image/PNG;Base64,AAAA": inline("image/png", "AAAA"),
    "data:audio/L16;rate=24000;base64,AAAA": inline("audio/l16", "AAAA"),
    "data:,hello%20there": inline("text/plain", btoa("hello there")),
    "data:text/csv,a,b": inline("text/csv", btoa("a,b")),
    "data:image/png;base64,AA%3D%3D": inline("image/png", "AA=="),
  };
  for (const [url, expected] of Object.entries(cases)) {
    assert.deepEqual(dataUrlPart(url, "f"), expected, url);
  }
  assert.equal(dataUrlPart("https://example.com/a.png", "f"), undefined);
});

Deno.test("mediaPart() writes types and base64 as Google takes them", () => {
  const wrapped = "AAAA\r\nBBBB\n";
  assert.deepEqual(
    part({ url: `data:image/jpg;base64,${wrapped}` }),
    inline("image/jpeg", "AAAABBBB"),
  );
  assert.deepEqual(
    part({ data: wrapped, mimeType: "image/JPG" }),
    inline("image/jpeg", "AAAABBBB"),
  );
  assert.deepEqual(
    part({ url: "https://a.example/a", mimeType: "image/jpg" }),
    file("https://a.example/a", "image/jpeg"),
  );
});

Deno.test("mediaPart() leaves addresses to Google, and opens none", () => {
  const cases: readonly [Omit<MediaSource, "field">, unknown][] = [
    [
      { url: "https://example.com/a.png?b=c.pdf" },
      file("https://example.com/a.png?b=c.pdf", "image/png"),
    ],
    [{ url: "https://example.com/a" }, file("https://example.com/a")],
    [
      { url: "https://example.com/a", fallback: "image/jpeg" },
      file("https://example.com/a", "image/jpeg"),
    ],
    [{ url: "gs://bucket/a.MP4" }, file("gs://bucket/a.MP4", "video/mp4")],
    [{ fileId: "files/abc" }, file(`${FILES}files/abc`)],
    [{ fileId: "files/abc", name: "a.pdf" }, file(`${FILES}files/abc`, "application/pdf")],
    [{ url: `${FILES}files/abc` }, file(`${FILES}files/abc`)],
    [{ url: "data:image/gif;base64,AA==" }, inline("image/gif", "AA==")],
    [{ data: "AAAA", mimeType: "audio/wav" }, inline("audio/wav", "AAAA")],
    [{ data: "AAAA", name: "a.b.PDF" }, inline("application/pdf", "AAAA")],
  ];
  for (const [source, expected] of cases) assert.deepEqual(part(source), expected);
});

Deno.test("mediaPart() refuses what Google cannot fetch, and names the field", () => {
  const cases: readonly Omit<MediaSource, "field">[] = [
    { url: "http://example.com/a.png" },
    { url: "file:///etc/passwd" },
    { url: "ftp://example.com/a.png" },
    { fileId: "file-abc123" },
    { url: "" },
    {},
    { data: "" },
    { data: "AAAA" },
    { data: "AAAA", name: "unknown.zzz" },
    { data: "data:image/png;base64" },
    { data: "data:text/plain,%zz" },
  ];
  for (const source of cases) {
    assert.throws(
      () => part(source),
      (error) => error instanceof RpcError && error.code === 400 && fieldOf(error) === "f",
      JSON.stringify(source),
    );
  }
});

Deno.test("audioMimeType() knows the formats of OpenAI's API", () => {
  assert.equal(audioMimeType("wav"), "audio/wav");
  assert.equal(audioMimeType("MP3"), "audio/mpeg");
  assert.equal(audioMimeType("constructor"), undefined);
});

Deno.test("mediaPart() gives a part, or an error of the client, for any text", () => {
  const any = fc.record({
    data: fc.option(fc.string(), { nil: undefined }),
    url: fc.option(
      fc.oneof(fc.string(), fc.webUrl(), fc.string().map((text) => `data:${text}`)),
      { nil: undefined },
    ),
    fileId: fc.option(fc.string(), { nil: undefined }),
    name: fc.option(fc.string(), { nil: undefined }),
  });
  fc.assert(fc.property(any, (source) => {
    try {
      part(source);
    } catch (error) {
      assert.ok(error instanceof RpcError, String(error));
      assert.equal(error.code, 400);
    }
  }));
});

Deno.test("mediaPart() takes linear time", () => {
  assertLinear({
    make: (n) => `data:text/plain;base64,${"A".repeat(n)}`,
    work: (url) => dataUrlPart(url, "f"),
    from: 100_000,
  });
  assertLinear({
    make: (n) => `data:${";".repeat(n)}`,
    work: (url) => assert.throws(() => dataUrlPart(url, "f")),
    from: 100_000,
  });
});
