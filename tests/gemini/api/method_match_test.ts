/** Which method of the table a path calls. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { matchMethod } from "../../../src/gemini/api/method_match.ts";
import {
  METHOD_NAMES,
  type MethodRow,
  METHODS,
  MODEL_METHODS,
} from "../../../src/gemini/api/methods.ts";
import { parseNativePath } from "../../../src/gemini/api/native_path.ts";

function found(verb: string, path: string): string {
  const match = matchMethod(verb, parseNativePath(path));
  switch (match.type) {
    case "method":
      return [match.method, match.model || match.resource, match.query].join(" ").trimEnd();
    case "verb":
      return `${match.verb} ${match.method}`;
    case "none":
      return `none ${match.action}`.trimEnd();
  }
}

const MATCHES: readonly (readonly [verb: string, path: string, found: string])[] = [
  ["POST", "/v1/models/x:generateContent", "generateContent x"],
  ["POST", "/v1/models/x/countTokens", "countTokens x"],
  ["GET", "/v1/models", "models.list"],
  ["GET", "/v1/models/x", "models.get x"],
  // The method follows the last colon.
  ["POST", "/v1/models/x:thinking:streamGenerateContent", "streamGenerateContent x:thinking"],
  ["POST", "/v1/models/a:b/countTokens", "countTokens a:b"],
  ["POST", "/v1/models/x/countTokens:generateContent", "generateContent x/countTokens"],
  ["POST", "/v1/models/x%3AcountTokens", "countTokens x"],
  ["GET", "/v1/models/x:y", "models.get x:y"],
  ["GET", "/v1/models/x:", "models.get x:"],
  ["GET", "/v1/models/countTokens", "models.get countTokens"],
  // Names of models with slashes, and what stands before them too often.
  ["POST", "/v1/models/tuned/x:countTokens", "countTokens tuned/x"],
  ["POST", "/v1/models/models/models/x:countTokens", "countTokens x"],
  ["POST", "/v1/models/models/x/countTokens", "countTokens x"],
  ["POST", "/v1/models/models%2Fx:countTokens", "countTokens x"],
  ["POST", "/v1/models/models%2Fx%3AcountTokens", "countTokens x"],
  ["POST", "/v1/models/publishers/google/models/x:countTokens", "countTokens x"],
  [
    "POST",
    "/v1/models/publishers/meta/models/x:countTokens",
    "countTokens publishers/meta/models/x",
  ],
  ["POST", "/v1/models/supermodels/x:countTokens", "countTokens supermodels/x"],
  ["GET", "/v1/models/models", "models.get models"],
  ["GET", "/v1/models/models%2Fx", "models.get x"],
  // A query that the client encoded.
  [
    "POST",
    "/v1/models/x:streamGenerateContent%3Falt=sse",
    "streamGenerateContent x alt=sse",
  ],
  [
    "POST",
    "/v1/models/x/streamGenerateContent%3falt=sse&a=b",
    "streamGenerateContent x alt=sse&a=b",
  ],
  ["POST", "/v1/models/a%3Fkey=y:generateContent", "generateContent a?key=y"],
  // An encoded slash separates nothing.
  ["POST", "/v1/models/x%2FcountTokens", "none"],
  ["POST", "/v1/models%2Fx:countTokens", "none countTokens"],
  ["GET", "/v1beta%2Fmodels", "none"],
  ["GET", "/v1/models%2Fx", "none"],
  // Another verb.
  ["GET", "/v1/models/x:generateContent", "POST generateContent"],
  ["PUT", "/v1/models/x/countTokens", "POST countTokens"],
  ["POST", "/v1/models", "none"],
  ["DELETE", "/v1/models/x", "none"],
  // No such method.
  ["POST", "/v1/models/x", "none"],
  ["POST", "/v1/models/x:", "none"],
  ["POST", "/v1/models/x:more", "none more"],
  ["POST", "/v1/models/x:GenerateContent", "none GenerateContent"],
  ["POST", "/v1/models/x:constructor", "none constructor"],
  ["POST", "/v1/models/x:__proto__", "none __proto__"],
  ["POST", "/v1/models/:countTokens", "none countTokens"],
  ["POST", "/v1/models/models%2F:countTokens", "none countTokens"],
  ["POST", "/v1/files/x:generateContent", "none generateContent"],
  // Resources.
  ["GET", "/v1/files/a", "files.get files/a"],
  ["DELETE", "/v1/files/a", "files.delete files/a"],
  ["GET", "/v1/files/a%2Fb%25", "files.get files/a%2Fb%25"],
  ["GET", "/v1/files/a:b", "files.get files/a:b"],
  ["PUT", "/v1/files/a", "none"],
  ["GET", "/v1/files/a/b", "none"],
  // The form of Vertex AI.
  ["POST", "/v1/projects/p/locations/l/publishers/google/models/x:countTokens", "countTokens x"],
  ["POST", "/v1beta1/publishers/google/models/a:b:countTokens", "countTokens a:b"],
  ["GET", "/v1beta1/publishers/google/models", "models.list"],
  ["GET", "/v1beta1/publishers/google/models/x", "models.get x"],
  ["POST", "/v1/publishers/meta/models/x:countTokens", "countTokens publishers/meta/models/x"],
  ["POST", "/v1/publishers/google/models/x:predict", "predict x"],
  ["POST", "/v1/publishers/google/models/x:computeTokens", "none computeTokens"],
  [
    "POST",
    "/v1/projects/p/locations/l/endpoints/1:countTokens",
    "countTokens projects/p/locations/l/endpoints/1",
  ],
  ["GET", "/", "none"],
  ["GET", "/upload/v1beta/models", "none"],
  ["POST", "/upload/v1beta/models/x:generateContent", "none generateContent"],
  ["GET", "/upload/v1beta/files/a", "none"],
];

Deno.test("matchMethod() finds the method and the model that a path names", () => {
  for (const [verb, path, expected] of MATCHES) {
    assert.equal(found(verb, path), expected, `${verb} ${path}`);
  }
});

Deno.test("matchMethod() finds every row of the table by its own path", () => {
  for (const name of METHOD_NAMES) {
    const { verb, path, prefix }: MethodRow = METHODS[name];
    const model = path.includes("{model}") ? "gemini-x" : "";
    const named = path.replace("{model}", model).replace(/\{[\w.]+\}/g, "id");
    const resource = model === "" && named !== path ? named.replace(/:.*/, "") : "";
    const target = parseNativePath(`/${prefix ?? ""}/v1beta/${named}`);
    const match = { type: "method", method: name, model, resource, query: "" };
    assert.deepEqual(matchMethod(verb, target), match);
  }
});

Deno.test("matchMethod() finds every model again, whatever its id holds", () => {
  const id = fc.string({ minLength: 1 }).filter((text) => !text.includes("models/"));
  fc.assert(fc.property(id, fc.constantFrom(...MODEL_METHODS), (model, method) => {
    const match = { type: "method", method, model, resource: "", query: "" };
    const base = { version: "v1", path: "" };
    const byColon = { ...base, segments: ["models", `${model}:${method}`] };
    assert.deepEqual(matchMethod("POST", byColon), match);
    const bySlash = { ...base, segments: ["models", model, method] };
    assert.deepEqual(matchMethod("POST", bySlash), match);
  }));
});
