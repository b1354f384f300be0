import assert from "node:assert/strict";
import { defaultBaseUrl } from "../../src/accounts/base_url.ts";
import { parseLocation, vertexBaseUrl } from "../../src/accounts/vertex_location.ts";

Deno.test("vertexBaseUrl() gives the host of a region, of a multi-region and of everywhere", () => {
  const rows: readonly (readonly [location: string, url: string])[] = [
    ["us-central1", "https://us-central1-aiplatform.googleapis.com"],
    ["northamerica-northeast2", "https://northamerica-northeast2-aiplatform.googleapis.com"],
    ["europe-west12", "https://europe-west12-aiplatform.googleapis.com"],
    ["us", "https://aiplatform.us.rep.googleapis.com"],
    ["eu", "https://aiplatform.eu.rep.googleapis.com"],
    ["global", "https://aiplatform.googleapis.com"],
  ];
  for (const [location, url] of rows) {
    assert.equal(vertexBaseUrl(parseLocation(location)), url);
    assert.equal(defaultBaseUrl({ kind: "vertex", location }), url);
  }
});

Deno.test("defaultBaseUrl() without a location is that of express mode, and of the other kinds", () => {
  assert.equal(defaultBaseUrl({ kind: "vertex" }), "https://aiplatform.googleapis.com");
  assert.equal(
    defaultBaseUrl({ kind: "gemini-api", location: "us" }),
    "https://generativelanguage.googleapis.com",
  );
});

Deno.test("parseLocation() refuses what could not be a part of a host, and knows a zone", () => {
  const wrong = [
    "",
    "US",
    "asia",
    "us-central1.example.com",
    "us-central1/",
    "a-b1#",
    "us central1",
  ];
  for (const text of wrong) {
    assert.throws(() => parseLocation(text), {
      name: "AccountError",
      message: /is not a location of Vertex AI; use a region, such as "us-central1"/,
    }, text);
  }
  assert.throws(() => parseLocation("us-central1-a"), {
    message: '"us-central1-a" is a zone; Vertex AI needs its region: "us-central1"',
  });
});
