/** What users get wrong in paths, and what is refused. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isModelMethod,
  MODEL_METHODS,
  parseModelCall,
  parseNativePath,
} from "../../../src/gemini/api/native_path.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

type Row = readonly [raw: string, version: string, path: string];

const PATHS: Readonly<Record<string, readonly Row[]>> = {
  "a path that is right": [
    ["/v1beta/models", "v1beta", "/models"],
    ["/v1/models/gemini-2.5-pro", "v1", "/models/gemini-2.5-pro"],
    ["/v1alpha/models/x:countTokens", "v1alpha", "/models/x:countTokens"],
    ["/v1beta/models/x/countTokens", "v1beta", "/models/x/countTokens"],
    ["/v1beta/models/a:b:generateContent", "v1beta", "/models/a:b:generateContent"],
    ["/v1beta/models/tuned/x:generateContent", "v1beta", "/models/tuned/x:generateContent"],
    ["/v1beta/tunedModels/x", "v1beta", "/tunedModels/x"],
  ],
  "doubled slashes and one at the end": [
    ["//v1beta/models", "v1beta", "/models"],
    ["/v1///models//x:generateContent", "v1", "/models/x:generateContent"],
    ["/v1beta/models/", "v1beta", "/models"],
    ["/v1beta/models/x//", "v1beta", "/models/x"],
    ["//", "v1beta", "/"],
  ],
  "a missing version": [
    ["/models/x:generateContent", "v1beta", "/models/x:generateContent"],
    ["/healthz", "v1beta", "/healthz"],
    ["/", "v1beta", "/"],
    ["/v1betamodels", "v1beta", "/v1betamodels"],
    ["/v2/models", "v1beta", "/v2/models"],
    ["/V1/models", "v1beta", "/V1/models"],
  ],
  "a doubled version": [
    ["/v1beta/v1beta/models", "v1beta", "/models"],
    ["/v1beta/v1/models/x", "v1", "/models/x"],
    ["//v1//v1alpha//v1beta//models", "v1beta", "/models"],
    ["/v1beta", "v1beta", ""],
    ["/v1/models/v1beta", "v1", "/models/v1beta"],
  ],
  "doubled models and resource names": [
    ["/v1beta/models/models/x:generateContent", "v1beta", "/models/x:generateContent"],
    ["/v1beta/models/models/models/x", "v1beta", "/models/x"],
    ["/v1/models/publishers/google/models/x:countTokens", "v1", "/models/x:countTokens"],
    ["/v1/models/publishers/meta/models/x", "v1", "/models/publishers/meta/models/x"],
    ["/models/models", "v1beta", "/models/models"],
  ],
  "percent-encoding": [
    ["/v1beta/models/x%3AgenerateContent", "v1beta", "/models/x:generateContent"],
    ["/v1beta/models%2Fx%3acountTokens", "v1beta", "/models/x:countTokens"],
    ["/v1beta%2F%2Fmodels%2F", "v1beta", "/models"],
    ["/v1beta/models/%E6%A8%A1%F0%9F%98%80", "v1beta", "/models/模😀"],
    ["/v1beta/models/a%20b", "v1beta", "/models/a b"],
    ["/v1beta/models/a%2525", "v1beta", "/models/a%25"],
    ["/v1beta/models/%252e%252e/x", "v1beta", "/models/%2e%2e/x"],
  ],
  "dots that are no segment": [
    ["/v1beta/models/gemini-2.5-pro", "v1beta", "/models/gemini-2.5-pro"],
    ["/v1beta/models/.hidden", "v1beta", "/models/.hidden"],
    ["/v1beta/models/...", "v1beta", "/models/..."],
    ["/v1beta/models/x..y:generateContent", "v1beta", "/models/x..y:generateContent"],
  ],
};

for (const [what, rows] of Object.entries(PATHS)) {
  Deno.test(`parseNativePath() reads ${what}`, () => {
    for (const [raw, version, path] of rows) {
      assert.deepEqual(parseNativePath(raw), { version, path }, raw);
    }
  });
}

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
      const { version, path } = parseNativePath(raw);
      assert.match(version, /^v1(beta|alpha)?$/);
      assert.ok(path === "" || path.startsWith("/"), path);
      assert.ok(path === "/" || !path.endsWith("/"), path);
      assert.ok(!path.includes("//"), path);
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
    // The root is no path behind a version.
    const path = first.path === "/" ? "" : first.path;
    assert.deepEqual(parseNativePath(`/${first.version}${path}`), { ...first, path });
  }));
});

Deno.test("parseModelCall() takes the method after the last colon or as the last segment", () => {
  const rows: readonly (readonly [spec: string, model: string, method: string])[] = [
    ["x:generateContent", "x", "generateContent"],
    ["x:thinking:streamGenerateContent", "x:thinking", "streamGenerateContent"],
    ["x/countTokens", "x", "countTokens"],
    ["tuned/x:countTokens", "tuned/x", "countTokens"],
    ["a:b/countTokens", "a:b", "countTokens"],
    ["x/countTokens:generateContent", "x/countTokens", "generateContent"],
    ["x:embedContent", "x", "embedContent"],
    ["x/embedContent", "x/embedContent", ""],
    ["x", "x", ""],
    ["x:", "x", ""],
    [":generateContent", "", "generateContent"],
    ["/countTokens", "", "countTokens"],
    ["", "", ""],
  ];
  for (const [spec, model, method] of rows) {
    assert.deepEqual(parseModelCall(spec), { model, method }, spec);
  }
});

Deno.test("parseModelCall() finds every model again, whatever its id holds", () => {
  const id = fc.string({ minLength: 1 });
  fc.assert(fc.property(id, fc.constantFrom(...MODEL_METHODS), (model, method) => {
    assert.deepEqual(parseModelCall(`${model}:${method}`), { model, method });
    assert.deepEqual(parseModelCall(`${model}/${method}`), { model, method });
  }));
});

Deno.test("isModelMethod() knows the methods that are served and no inherited name", () => {
  for (const name of ["generateContent", "streamGenerateContent", "countTokens"]) {
    assert.equal(isModelMethod(name), true);
  }
  for (const name of ["", "generatecontent", "embedContent", "constructor", "length"]) {
    assert.equal(isModelMethod(name), false, name);
  }
});
