/** Names of models, from the Gemini API's to Vertex AI's and back. @module */
import assert from "node:assert/strict";
import { modelOfPublisher, pathOfVertexModel } from "../../../src/upstream/vertex/vertex_names.ts";

const PLACE = { project: "my-project", location: "us-central1" };
const WITHIN = "projects/my-project/locations/us-central1";

Deno.test("pathOfVertexModel() finds Google's models, other publishers' and one's own", () => {
  const rows: readonly (readonly [model: string, path: string])[] = [
    ["gemini-2.5-pro", `${WITHIN}/publishers/google/models/gemini-2.5-pro`],
    ["gemini-2.5-pro@001", `${WITHIN}/publishers/google/models/gemini-2.5-pro%40001`],
    ["meta/llama", `${WITHIN}/publishers/meta/models/llama`],
    ["publishers/meta/models/llama", `${WITHIN}/publishers/meta/models/llama`],
    ["endpoints/123", `${WITHIN}/endpoints/123`],
    ["projects/p/locations/l/endpoints/1", "projects/p/locations/l/endpoints/1"],
  ];
  for (const [model, path] of rows) assert.equal(pathOfVertexModel(model, PLACE), path);
});

Deno.test("pathOfVertexModel() names no project in express mode", () => {
  assert.equal(pathOfVertexModel("gemini-x", undefined), "publishers/google/models/gemini-x");
  assert.equal(pathOfVertexModel("a/b", undefined), "publishers/a/models/b");
});

Deno.test("pathOfVertexModel() lets nothing leave its place in the path", () => {
  assert.equal(
    pathOfVertexModel("a?key=b#c:d%2e", { project: "example.com:p/q", location: "l/m" }),
    "projects/example.com%3Ap%2Fq/locations/l%2Fm/publishers/google/models/a%3Fkey%3Db%23c%3Ad%252e",
  );
});

Deno.test("modelOfPublisher() gives a model of the Gemini API, with Vertex AI's own fields", () => {
  const entry = { name: "publishers/google/models/gemini-x", versionId: "v", launchStage: "GA" };
  assert.deepEqual(modelOfPublisher(entry), {
    name: "models/gemini-x",
    versionId: "v",
    launchStage: "GA",
    displayName: "gemini-x",
    version: "v",
    supportedGenerationMethods: ["generateContent", "countTokens", "createCachedContent"],
  });
  const named = modelOfPublisher({ ...entry, displayName: "Gemini X" });
  assert.equal(named["displayName"], "Gemini X");
  assert.equal(modelOfPublisher({ ...entry, displayName: 7 })["displayName"], "gemini-x");
  const image = modelOfPublisher({ name: "publishers/google/models/imagen-4" });
  assert.deepEqual(image, {
    name: "models/imagen-4",
    displayName: "imagen-4",
    supportedGenerationMethods: ["predict"],
  });
  const voice = modelOfPublisher({ name: "publishers/google/models/chirp-3" });
  assert.deepEqual(voice, { name: "models/chirp-3", displayName: "chirp-3" });
  for (const id of ["gemini-embedding-001", "text-embedding-005"]) {
    const { supportedGenerationMethods } = modelOfPublisher({
      name: `publishers/google/models/${id}`,
    });
    assert.deepEqual(supportedGenerationMethods, ["embedContent", "predict"]);
  }
});
