/** Which resources a request names, and where. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { namesIn } from "../../../src/gemini/resources/named_resources.ts";

const GOOGLE = "https://generativelanguage.googleapis.com/v1beta/files/";
const ADDRESSES = {
  isOwn: (host: string) => host === "127.0.0.1:8045" || host === "pollux.lan",
  isUpstream: (host: string) => host === "proxy.test:8443",
};

const NAMES = ["files", "cachedContents"];

function namedIn(body: unknown, path = "") {
  const request = parseNativeRequest(new TextEncoder().encode(JSON.stringify(body)));
  const { resources, edits } = namesIn({ path, names: NAMES }, request, ADDRESSES);
  const edited = new TextDecoder().decode(request.edited(edits).bytes);
  return { names: resources.map(({ name }) => name), edited, request };
}

function inContents(part: unknown) {
  return { contents: [{ role: "user", parts: [{ text: "Hi" }, part] }] };
}

function inBatch(request: unknown) {
  return { batch: { inputConfig: { requests: { requests: [{ metadata: {} }, { request }] } } } };
}

const FILE = { fileData: { fileUri: `${GOOGLE}abc`, mimeType: "video/mp4" } };

Deno.test("namesIn() finds names wherever they stand, in camelCase and in snake_case", () => {
  const google = { google: { cachedContent: "cachedContents/c" } };
  const places: readonly (readonly [unknown, string])[] = [
    [inContents(FILE), "files/abc"],
    [{ contents: { parts: FILE } }, "files/abc"],
    [{ contents: [FILE] }, "files/abc"],
    [{ systemInstruction: { parts: [FILE] } }, "files/abc"],
    [inContents({ functionResponse: { name: "f", parts: [FILE] } }), "files/abc"],
    [{ content: { parts: [FILE] } }, "files/abc"],
    [{ requests: [{ model: "m", content: { parts: [FILE] } }] }, "files/abc"],
    [{ generateContentRequest: inContents(FILE) }, "files/abc"],
    [{ generateContentRequest: { systemInstruction: { parts: [FILE] } } }, "files/abc"],
    [{ cachedContent: "cachedContents/c" }, "cachedContents/c"],
    [{ generateContentRequest: { cachedContent: "cachedContents/c" } }, "cachedContents/c"],
    [{ extraBody: google }, "cachedContents/c"],
    [google, "cachedContents/c"],
    [{ cachedContent: "projects/p/locations/us-central1/cachedContents/7" }, "cachedContents/7"],
    [inBatch(inContents(FILE)), "files/abc"],
    [inBatch({ content: { parts: [FILE] } }), "files/abc"],
    [inBatch({ cachedContent: "cachedContents/c" }), "cachedContents/c"],
    [{ batch: { inputConfig: { fileName: "files/abc" } } }, "files/abc"],
    [{ inputConfig: { fileName: "files/abc" } }, "files/abc"],
  ];
  for (const [body, name] of places) {
    for (const form of [body, snakeCased(body)]) {
      assert.deepEqual(namedIn(form).names, [name], JSON.stringify(form));
    }
  }
});

Deno.test("namesIn() finds what one of very many requests of a batch names", () => {
  const plain = { request: { ...inContents({ text: "x" }), tools: [], generationConfig: {} } };
  const requests: unknown[] = Array.from({ length: 100_000 }, () => plain);
  requests[50_000] = { request: inContents(FILE) };
  requests[99_999] = { request: { cachedContent: "cachedContents/c" } };
  const { names, request } = namedIn({ batch: { inputConfig: { requests: { requests } } } });
  assert.deepEqual(names, ["files/abc", "cachedContents/c"]);
  assert.equal(request.edits.length, 0);
});

Deno.test("namesIn() finds only what the method's row says that a body may name", () => {
  const request = parseNativeRequest(
    new TextEncoder().encode(
      JSON.stringify({ ...inContents(FILE), cachedContent: "cachedContents/c" }),
    ),
  );
  for (const name of NAMES) {
    const { resources } = namesIn({ path: "", names: [name] }, request, ADDRESSES);
    assert.deepEqual(resources.map(({ collection }) => collection), [name]);
  }
  assert.deepEqual(namesIn({ path: "", names: [] }, request, ADDRESSES).resources, []);
});

Deno.test("namesIn() finds each of several names once, and the name in the path", () => {
  const { names } = namedIn({
    contents: [{ parts: [FILE, { file_data: { file_uri: `${GOOGLE}def` } }, FILE] }],
    cachedContent: "cachedContents/c",
    cached_content: "cachedContents/d",
  }, "files/path");
  const all = ["files/path", "files/abc", "files/def", "cachedContents/c", "cachedContents/d"];
  assert.deepEqual(names, all);
});

Deno.test("namesIn() knows a file by its address at Google, at the gateway and at an account's host", () => {
  const addresses = [
    `${GOOGLE}abc`,
    "https://generativelanguage.googleapis.com/v1/files/abc",
    "https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media",
    "https://generativelanguage.googleapis.com/download/v1beta/files/abc:download?alt=media",
    "HTTPS://GenerativeLanguage.googleapis.com//v1beta/%66iles/abc",
    "http://127.0.0.1:8045/v1beta/files/abc",
    "https://pollux.lan/files/abc",
    "https://proxy.test:8443/v1beta/files/abc",
    "https://proxy.test:8443/base/url/v1beta/files/abc",
    "https://pollux.lan/gemini/v1beta/files/abc:download?alt=media",
    "files/abc",
  ];
  for (const fileUri of addresses) {
    assert.deepEqual(namedIn(inContents({ fileData: { fileUri } })).names, ["files/abc"], fileUri);
  }
});

Deno.test("namesIn() finds no file in any other address", () => {
  const addresses = [
    "gs://bucket/files/abc",
    "https://example.com/v1beta/files/abc",
    "https://proxy.test:8443/docs/files/abc",
    "https://storage.googleapis.com/files/abc",
    "https://www.youtube.com/watch?v=files/abc",
    "https://generativelanguage.googleapis.com.example.com/v1beta/files/abc",
    "http://127.0.0.1:9999/v1beta/files/abc",
    "https://generativelanguage.googleapis.com/v1beta/models/abc",
    "",
    "no address",
    `${GOOGLE}${"x".repeat(5000)}`.slice(0, 30),
  ];
  for (const fileUri of addresses) {
    const { names, edited } = namedIn(inContents({ fileData: { fileUri } }));
    assert.deepEqual(names, [], fileUri);
    assert.equal(edited, JSON.stringify(inContents({ fileData: { fileUri } })));
  }
  assert.deepEqual(namedIn({ cachedContent: "" }).names, []);
  assert.deepEqual(namedIn({ cachedContent: null }).names, []);
});

Deno.test("namesIn() turns only the gateway's host into Google's, and edits nothing else", () => {
  const cases = [
    ["http://127.0.0.1:8045/v1beta/files/abc", `${GOOGLE}abc`],
    ["http://127.0.0.1:8045/files/abc", `${GOOGLE}abc`],
    ["https://pollux.lan/v1/files/abc", "https://generativelanguage.googleapis.com/v1/files/abc"],
    ["http://127.0.0.1:8045/v1beta/files/abc?key=planted-k", `${GOOGLE}abc`],
    ["https://proxy.test:8443/v1beta/files/abc", "https://proxy.test:8443/v1beta/files/abc"],
  ];
  for (const [fileUri = "", google] of cases) {
    const body = { ...inContents({ file_data: { file_uri: fileUri } }), big: 9007199254740991 };
    const { edited } = namedIn(body);
    assert.equal(edited, JSON.stringify(body).replace(fileUri, google ?? ""));
  }
});

Deno.test("namesIn() reports a text that is neither a name nor an address on another server", () => {
  const unclear = [
    "https://generativelanguage.googleapis.com./v1beta/files/abc",
    `${GOOGLE}abc/`,
    "https://generativelanguage.googleapis.com/v2/files/abc",
    "https://us-generativelanguage.googleapis.com/v1beta/files/abc",
    "https://proxy.test:8443/other/files/abc",
    "generativelanguage.googleapis.com/v1beta/files/abc",
    "//generativelanguage.googleapis.com/v1beta/files/abc",
    "/v1beta/files/abc",
    " files/abc",
    "FILES/abc",
    "abc",
    "ftp://generativelanguage.googleapis.com/v1beta/files/abc",
    `${GOOGLE}abc?x=${"x".repeat(5000)}`,
  ];
  for (const fileUri of unclear) {
    const { request } = namedIn(inContents({ fileData: { fileUri } }));
    assert.equal(
      namesIn({ path: "", names: NAMES }, request, ADDRESSES).unclear,
      fileUri.slice(0, 4096),
      fileUri,
    );
  }
  const clear = ["", "files/abc", `${GOOGLE}abc`, "gs://b/o", "https://example.com/files/abc"];
  for (const fileUri of clear) {
    const { request } = namedIn(inContents({ fileData: { fileUri } }));
    assert.equal(
      namesIn({ path: "", names: NAMES }, request, ADDRESSES).unclear,
      undefined,
      fileUri,
    );
  }
});

Deno.test("namesIn() refuses a request with more than 10000 names", () => {
  const parts = (count: number) => ({
    contents: [{
      parts: Array.from({ length: count }, (_, n) => ({ fileData: { fileUri: `files/${n}` } })),
    }],
  });
  assert.equal(namedIn(parts(10_000)).names.length, 10_000);
  assert.throws(() => namedIn(parts(10_001)), /more than 10000 files and other resources/);
});

Deno.test("namesIn() never throws, and only ever edits addresses", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (fileUri) => {
    const { request } = namedIn(inContents({ fileData: { fileUri } }));
    assert.equal(request.references.length, 1);
  }));
});

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(member),
    ]),
  );
}
