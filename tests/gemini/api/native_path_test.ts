/** What users get wrong in paths, and what is refused. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { assertLinear } from "../../support/assert_linear.ts";
import { parseNativePath } from "../../../src/gemini/api/native_path.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

type Row = readonly [raw: string, version: string, ...segments: string[]];

const PATHS: Readonly<Record<string, readonly Row[]>> = {
  "a path that is right": [
    ["/v1beta/models", "v1beta", "models"],
    ["/v1/models/gemini-2.5-pro", "v1", "models", "gemini-2.5-pro"],
    ["/v1alpha/models/x:countTokens", "v1alpha", "models", "x:countTokens"],
    ["/v1beta/models/x/countTokens", "v1beta", "models", "x", "countTokens"],
    ["/v1beta/models/a:b:generateContent", "v1beta", "models", "a:b:generateContent"],
    ["/v1beta/models/tuned/x:generateContent", "v1beta", "models", "tuned", "x:generateContent"],
    ["/v1beta/tunedModels/x", "v1beta", "tunedModels", "x"],
  ],
  "doubled slashes and one at the end": [
    ["//v1beta/models", "v1beta", "models"],
    ["/v1///models//x:generateContent", "v1", "models", "x:generateContent"],
    ["/v1beta/models/", "v1beta", "models"],
    ["/v1beta/models/x//", "v1beta", "models", "x"],
    ["//", "v1beta"],
  ],
  "a missing version": [
    ["/models/x:generateContent", "v1beta", "models", "x:generateContent"],
    ["/healthz", "v1beta", "healthz"],
    ["/", "v1beta"],
    ["/v1betamodels", "v1beta", "v1betamodels"],
    ["/v2/models", "v1beta", "v2", "models"],
    ["/V1/models", "v1beta", "V1", "models"],
  ],
  "a doubled version": [
    ["/v1beta/v1beta/models", "v1beta", "models"],
    ["/v1beta/v1/models/x", "v1", "models", "x"],
    ["//v1//v1alpha//v1beta//models", "v1beta", "models"],
    ["/v1beta", "v1beta"],
    ["/v1/models/v1beta", "v1", "models", "v1beta"],
  ],
  "percent-encoding": [
    ["/v1beta/models/x%3AgenerateContent", "v1beta", "models", "x:generateContent"],
    ["/v1beta/models/%E6%A8%A1%F0%9F%98%80", "v1beta", "models", "模😀"],
    ["/v1beta/models/a%20b", "v1beta", "models", "a b"],
    ["/v1beta/models/a%2525", "v1beta", "models", "a%25"],
    ["/v1beta/models/%252e%252e/x", "v1beta", "models", "%2e%2e", "x"],
    ["/%76%31/%6Dodels", "v1", "models"],
  ],
  "an encoded slash as part of its segment": [
    ["/v1beta/documents/a%2Fb", "v1beta", "documents", "a/b"],
    ["/v1beta/documents/a%2fb/c", "v1beta", "documents", "a/b", "c"],
    ["/v1beta/models/x%2FcountTokens", "v1beta", "models", "x/countTokens"],
    ["/v1beta/models%2Fx:countTokens", "v1beta", "models/x:countTokens"],
    ["/v1beta%2Fmodels", "v1beta", "v1beta/models"],
    ["/v1beta%2F%2Fmodels%2F", "v1beta", "v1beta//models/"],
    ["/v1%2Fv1beta/models", "v1beta", "v1/v1beta", "models"],
    ["/upload%2Fv1beta/files", "v1beta", "upload/v1beta", "files"],
    ["/%2F", "v1beta", "/"],
  ],
  "an address in place of a name, as SDKs send it": [
    // @google/genai and google-genai, for the address of a video.
    [
      "/v1beta/files/http://127.0.0.1:8045/v1beta/files/abc:download",
      "v1beta",
      "files",
      "abc:download",
    ],
    // The address without its query: they add the method to the name.
    ["/v1/files/http://h/v1beta/files/abc:download:download", "v1", "files", "abc:download"],
    [
      "/v1beta/files/https://h/base/download/v1beta/files/a-1:download",
      "v1beta",
      "files",
      "a-1:download",
    ],
    ["/v1beta/files/http://[::1]:8045/v1beta/files/abc", "v1beta", "files", "abc"],
    ["/v1beta/files/http%3A%2F%2Fh%2Fv1beta%2Ffiles%2Fabc", "v1beta", "files", "abc"],
    [
      "/v1beta/files/http%3A%2F%2Fh%2Fv1beta%2Ffiles%2Fabc%3Adownload%3Falt%3Dmedia:download",
      "v1beta",
      "files",
      "abc:download",
    ],
    ["/files/HTTP://h/files/abc", "v1beta", "files", "abc"],
    // What names nothing stays as it is.
    ["/v1beta/files/http://h/v1beta/files/", "v1beta", "files", "http:", "h", "v1beta", "files"],
    ["/v1beta/files/http://h/other/abc", "v1beta", "files", "http:", "h", "other", "abc"],
    ["/v1beta/files/httpfile", "v1beta", "files", "httpfile"],
  ],
  "dots that are no segment": [
    ["/v1beta/models/gemini-2.5-pro", "v1beta", "models", "gemini-2.5-pro"],
    ["/v1beta/models/.hidden", "v1beta", "models", ".hidden"],
    ["/v1beta/models/...", "v1beta", "models", "..."],
    ["/v1beta/models/x..y:generateContent", "v1beta", "models", "x..y:generateContent"],
  ],
};

for (const [what, rows] of Object.entries(PATHS)) {
  Deno.test(`parseNativePath() reads ${what}`, () => {
    for (const [raw, version, ...segments] of rows) {
      const { path: _path, ...target } = parseNativePath(raw);
      assert.deepEqual(target, { version, segments }, raw);
    }
  });
}

Deno.test("parseNativePath() knows the prefixes of calls that carry a file", () => {
  const rows = [
    ["/upload/v1beta/files", "upload", "v1beta", "/upload/files"],
    ["/download/v1/files/a:download", "download", "v1", "/download/files/a:download"],
    ["/v1/upload/v1alpha/files", "upload", "v1alpha", "/upload/files"],
    ["/v1/upload/files", "upload", "v1", "/upload/files"],
    ["/upload/files", "upload", "v1beta", "/upload/files"],
    ["//upload//v1//", "upload", "v1", "/upload"],
  ] as const;
  for (const [raw, prefix, version, path] of rows) {
    const { segments, ...target } = parseNativePath(raw);
    assert.deepEqual(target, { prefix, version, path }, raw);
    assert.deepEqual([prefix, ...segments], path.split("/").slice(1), raw);
  }
  for (const raw of ["/uploads/v1/files", "/v1/models/upload", "/Upload/v1/files"]) {
    assert.equal(parseNativePath(raw).prefix, undefined, raw);
  }
});

Deno.test("parseNativePath() reads the form of Vertex AI as the Gemini API's", () => {
  const rows = [
    [
      "/v1beta1/projects/p/locations/l/publishers/google/models/x:y",
      "/models/x:y",
      "projects/p/locations/l",
    ],
    ["/v1/projects/p/locations/l/publishers/google/models", "/models", "projects/p/locations/l"],
    ["/v1/publishers/google/models/x", "/models/x", ""],
    ["/publishers/google/models/x", "/models/x", ""],
    ["/v1/publishers/meta/models/x", "/models/publishers/meta/models/x", ""],
    ["/v1beta1/projects/p/locations/l/models/x", "/models/x", "projects/p/locations/l"],
    [
      "/v1/projects/a%2Fb/locations/l%25/cachedContents/1",
      "/cachedContents/1",
      "projects/a%2Fb/locations/l%25",
    ],
    [
      "/v1/projects/p/locations/l/endpoints/1:x",
      "/models/projects/p/locations/l/endpoints/1:x",
      "projects/p/locations/l",
    ],
  ] as const;
  for (const [raw, path, place] of rows) {
    const { segments, ...target } = parseNativePath(raw);
    assert.deepEqual(target, { version: "v1beta", path, place }, raw);
    assert.deepEqual(
      segments.map((segment) => segment.replaceAll("%", "")).join("/"),
      path.slice(1),
      raw,
    );
  }
});

Deno.test("parseNativePath() reads what is not the form of Vertex AI as it is", () => {
  const rows = [
    ["/v1beta1/models/x:y", "v1beta", "/models/x:y"],
    ["/v1/projects/p/locations/l", "v1", "/projects/p/locations/l"],
    ["/v1/projects/p/models/x", "v1", "/projects/p/models/x"],
    ["/v1/projects/p/l/locations/models/x", "v1", "/projects/p/l/locations/models/x"],
    ["/v1/projects%2Fp/locations/l/models/x", "v1", "/projects%2Fp/locations/l/models/x"],
    ["/v1/models/publishers/google/models/x", "v1", "/models/publishers/google/models/x"],
    ["/v1/endpoints/1:x", "v1", "/endpoints/1:x"],
    ["/v1/publishers/google/other/x", "v1", "/publishers/google/other/x"],
    ["/v1/projects/p/locations/l/files/x", "v1", "/projects/p/locations/l/files/x"],
    ["/v1beta2/publishers/google/models/x", "v1beta", "/v1beta2/publishers/google/models/x"],
  ] as const;
  for (const [raw, version, path] of rows) {
    const { segments: _segments, ...target } = parseNativePath(raw);
    assert.deepEqual(target, { version, path }, raw);
  }
  const upload = parseNativePath("/upload/v1beta1/projects/p/locations/l/models/x");
  assert.equal(upload.place, undefined);
  assert.equal(upload.version, "v1beta");
});

Deno.test("parseNativePath() gives no two targets the same path", () => {
  const rows = [
    ["/v1/models/a/b", "/models/a/b"],
    ["/v1/models/a%2Fb", "/models/a%2Fb"],
    ["/v1/models/a%252Fb", "/models/a%252Fb"],
    ["/admin%2Fstatus", "/admin%2Fstatus"],
    ["/v1", "/"],
  ] as const;
  for (const [raw, path] of rows) assert.equal(parseNativePath(raw).path, path);
});

Deno.test("parseNativePath() refuses what another reader may take for another path", () => {
  const refused = [
    "/v1beta/../admin",
    "/v1beta/./models",
    "/..",
    "/v1beta/models/..",
    "/v1beta/%2e%2e/admin",
    "/v1beta/%2E/models",
    "/v1beta/models/..%2fx",
    "/v1beta/models\\x",
    "/v1beta/models/..\\x",
    "/v1beta/models%5Cx",
    "/v1beta/models/x%00",
    "/v1beta/models/x%0d%0aSet-Cookie:a",
    "/v1beta/models/x%7f",
  ];
  for (const raw of refused) {
    assert.throws(() => parseNativePath(raw), {
      name: "RpcError",
      code: 400,
      status: "INVALID_ARGUMENT",
      message: /^Cannot serve this path/,
    }, raw);
  }
});

Deno.test("parseNativePath() refuses percent-encoding that is broken", () => {
  for (const raw of ["/%", "/v1beta/models/%zz", "/v1beta/models/%e6%a8", "/%ff"]) {
    assert.throws(
      () => parseNativePath(raw),
      { code: 400, message: "Cannot read this path: its percent-encoding is broken" },
      raw,
    );
  }
});

/** Paths out of the pieces that mistakes are made of. */
const paths = fc.array(
  fc.constantFrom(
    "/",
    "/v1beta",
    "/v1",
    "/models",
    "models",
    "..",
    ".",
    "%2e",
    "%2F",
    "%3A",
    "%",
    "x",
    ":generateContent",
    "\\",
    "%00",
  ),
  { maxLength: 12 },
).map((pieces) => `/${pieces.join("")}`);

Deno.test("parseNativePath() gives a clean path or a 400, whatever the path", () => {
  fc.assert(fc.property(fc.oneof(paths, fc.string().map((text) => `/${text}`)), (raw) => {
    try {
      const { version, path, segments, prefix } = parseNativePath(raw);
      assert.match(version, /^v1(beta|alpha)?$/);
      assert.ok(path.startsWith("/"), path);
      assert.ok(path === "/" || !path.endsWith("/"), path);
      assert.ok(!path.includes("//"), path);
      assert.ok(!segments.includes(""), path);
      const named = [...(prefix === undefined ? [] : [prefix]), ...segments];
      assert.deepEqual(
        path.split("/").slice(1).map(decodeURIComponent),
        named.length === 0 ? [""] : named,
      );
      assert.ok(!path.split("/").some((segment) => segment === "." || segment === ".."), path);
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      assert.doesNotMatch(path, /[\\\x00-\x1f\x7f]/);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      assert.equal(error.code, 400);
    }
  }));
});

Deno.test("parseNativePath() reads its own result as the same", () => {
  fc.assert(fc.property(paths.filter((path) => !path.includes("%")), (raw) => {
    let first;
    try {
      first = parseNativePath(raw);
    } catch {
      return;
    }
    const { prefix, version, path } = first;
    // The version stands behind the prefix.
    const again = path.slice(prefix === undefined ? 0 : prefix.length + 1);
    assert.deepEqual(parseNativePath(`/${prefix ?? ""}/${version}${again}`), first);
  }));
});

Deno.test("parseNativePath() takes a time that grows with an address in a path", () => {
  assertLinear({
    make: (n) => `/v1beta/files/http:/h/files/${":a".repeat(n)}!`,
    work: parseNativePath,
    from: 500,
    floorMs: 50,
  });
});
