/** Which API a path belongs to that Pollux does not serve. @module */
import assert from "node:assert/strict";
import { parseNativePath } from "../../../src/gemini/api/native_path.ts";
import { unservedPath } from "../../../src/server/routes/unserved_path.ts";

const VERTEX = /a path of Vertex AI/;
const GEMINI = /The base URL is right/;
const NONE = /the base URL of the client is wrong/;

/** By API: paths behind the version. */
const PATHS: readonly (readonly [says: RegExp, paths: readonly string[]])[] = [
  [VERTEX, [
    "/projects",
    "/projects/p",
    "/publishers/google",
    "/v1beta1/projects/p",
    "/v1beta1/publishers/x",
  ]],
  [GEMINI, ["/upload/v1beta/corpora", "/download/v1beta/files/a", "/ws/x", "/files", "/files/a"]],
  [GEMINI, ["/batches", "/operations/o", "/tunedModels/t"]],
  [GEMINI, ["/corpora", "/fileSearchStores/f", "/interactions", "/agents", "/environments"]],
  [GEMINI, ["/triggers", "/webhooks", "/credentials", "/voices", "/auth_tokens"]],
  [GEMINI, ["/generatedFiles/g", "/dynamic/d"]],
  [NONE, ["/filesystem", "/messagesx", "/projectsx", "/api"]],
];

Deno.test("unservedPath() tells which API a path belongs to", () => {
  for (const [says, paths] of PATHS) {
    for (const path of paths) {
      const sent = `/v1${path}`;
      const target = parseNativePath(sent);
      const { code, message } = unservedPath({ verb: "POST", sent, target });
      assert.equal(code, 404);
      assert.match(message, says, path);
      assert.ok(message.startsWith(`"POST /v1${path}" is not served. `));
    }
  }
});

Deno.test("unservedPath() does not take an upload for a call of a model", () => {
  const sent = "/upload/v1beta/models/x:generateContent";
  const { message } = unservedPath({ verb: "POST", sent, target: parseNativePath(sent) });
  assert.match(message, GEMINI);
});

Deno.test("unservedPath() repeats no query, which may hold a key, even an encoded one", () => {
  for (const mark of ["%3F", "%3f"]) {
    const sent = `/v1beta/files${mark}key=planted-key`;
    const { message } = unservedPath({ verb: "GET", sent, target: parseNativePath(sent) });
    assert.ok(message.startsWith('"GET /v1beta/files" is not served. '), message);
  }
});
