import assert from "node:assert/strict";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { checkedError, errorOf, said } from "../support/gemini_call.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { encode, rawRequest } from "../support/raw_http.ts";
import { startTestUpstream } from "../support/test_upstream.ts";

const BODY = JSON.stringify(said("Say something made up"));

/** Sends a target as it is written: `fetch` would mend some of them. */
function post(gateway: TestGateway, target: string) {
  return rawRequest(
    gateway.port,
    encode(
      `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${BODY.length}\r\n` +
        `Connection: close\r\n\r\n${BODY}`,
    ),
  );
}

const FLASH = "gemini-2.5-flash";
const GENERATE = `/v1beta/models/${FLASH}:generateContent`;
const IN_PLACE = "/v1beta1/projects/p/locations/l";

/** A client's target, and the one that upstream is to see. */
const SERVED: readonly (readonly [clients: string, upstreams: string])[] = [
  ...["v1beta", "v1", "v1alpha"].flatMap((version) =>
    ["generateContent", "countTokens"].flatMap((method) => {
      const upstreams = `/${version}/models/${FLASH}:${method}`;
      return [
        [`/${version}/models/${FLASH}:${method}`, upstreams],
        [`/${version}/models/${FLASH}/${method}`, upstreams],
      ] as const;
    })
  ),
  ...["v1beta", "v1", "v1alpha"].map((version) =>
    [
      `/${version}/models/${FLASH}:streamGenerateContent`,
      `/${version}/models/${FLASH}:streamGenerateContent?alt=sse`,
    ] as const
  ),
  // A doubled models/.
  [`/v1beta/models/models/${FLASH}:generateContent`, GENERATE],
  [`/v1beta/models/models/models/${FLASH}/generateContent`, GENERATE],
  [`/v1beta/models/publishers/google/models/${FLASH}:generateContent`, GENERATE],
  // An encoded colon, or a name of a resource that is encoded as a whole.
  [`/v1beta/models/${FLASH}%3AgenerateContent`, GENERATE],
  [`/v1beta/models/${FLASH}%3acountTokens`, `/v1beta/models/${FLASH}:countTokens`],
  [`/v1beta/models/models%2F${FLASH}:generateContent`, GENERATE],
  // An encoded query.
  [
    `/v1beta/models/${FLASH}:streamGenerateContent%3Falt=sse`,
    `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`,
  ],
  // Slashes too many.
  [`//v1beta//models/${FLASH}:generateContent`, GENERATE],
  [`/v1beta/models///${FLASH}:generateContent//`, GENERATE],
  [`${GENERATE}/`, GENERATE],
  // A version too many, or none.
  [`/v1beta${GENERATE}`, GENERATE],
  [`/v1/v1beta/models/${FLASH}:generateContent`, GENERATE],
  [`/v1beta/v1/models/${FLASH}:generateContent`, `/v1/models/${FLASH}:generateContent`],
  [`/models/${FLASH}:generateContent`, GENERATE],
  // The last colon counts.
  ["/v1beta/models/x:thinking:generateContent", "/v1beta/models/x%3Athinking:generateContent"],
  ["/v1beta/models/a/b:c:countTokens", "/v1beta/models/a/b%3Ac:countTokens"],
  [
    "/v1beta/models/m:generateContent:countTokens",
    "/v1beta/models/m%3AgenerateContent:countTokens",
  ],
  // Models that nobody knows yet.
  [
    "/v1beta/models/gemini-99-ultra:generateContent",
    "/v1beta/models/gemini-99-ultra:generateContent",
  ],
  ["/v1beta/models/%C3%A9:generateContent", "/v1beta/models/%C3%A9:generateContent"],
  ["/v1beta/models/a%20b:generateContent", "/v1beta/models/a%20b:generateContent"],
  ["/v1beta/models/a%3Fkey=x:generateContent", "/v1beta/models/a%3Fkey%3Dx:generateContent"],
  ["/v1beta/models/a%23b:generateContent", "/v1beta/models/a%23b:generateContent"],
  // The form of Vertex AI: its versions have what the Gemini API has in v1beta.
  [`${IN_PLACE}/publishers/google/models/${FLASH}:generateContent`, GENERATE],
  [`/v1/projects/p/locations/l/publishers/google/models/${FLASH}:generateContent`, GENERATE],
  [`/v1beta1/publishers/google/models/${FLASH}:generateContent`, GENERATE],
  [`/v1/publishers/google/models/${FLASH}/generateContent`, GENERATE],
  [
    `/v1/publishers/google/models/${FLASH}%3AstreamGenerateContent?alt=sse`,
    `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`,
  ],
  [`/v1beta1//projects/p/locations/global/models/${FLASH}:generateContent/`, GENERATE],
  [`/v1beta1${GENERATE}`, GENERATE],
  [`/v1beta1/models/${FLASH}:generateContent`, GENERATE],
  [`/projects/a%2Fb/locations/l/publishers/google/models/${FLASH}:generateContent`, GENERATE],
  [
    "/v1/publishers/meta/models/llama:countTokens",
    "/v1beta/models/publishers/meta/models/llama:countTokens",
  ],
  [
    `${IN_PLACE}/endpoints/12:countTokens`,
    "/v1beta/models/projects/p/locations/l/endpoints/12:countTokens",
  ],
  // A client's query is its own.
  [`${GENERATE}?key=mine&fields=x`, GENERATE],
];

Deno.test("Every model route is served, and what users get wrong in its path is forgiven", async (t) => {
  await using upstream = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  for (const [clients, upstreams] of SERVED) {
    await t.step(clients, async () => {
      const before = upstream.seen.length;
      const response = await post(gateway, clients);
      assert.equal(response.status, 200, response.body);
      assert.deepEqual(upstream.seen.slice(before).map(({ target }) => target), [upstreams]);
    });
  }
});

/** Requests that no route is for, and what the message has to tell. */
const UNSERVED: readonly (readonly [method: string, path: string, says: RegExp])[] = [
  ["POST", "/", /not served/],
  ["GET", "/v1beta", /not served/],
  [
    "GET",
    "/v2/models",
    /^"GET \/v2\/models" is not served\. If .* the base URL of the client is wrong/,
  ],
  ["GET", "/v1beta/tunedModels/a/b", /^"GET \/v1beta\/tunedModels\/a\/b" .* The base URL is right/],
  ["POST", "/v1beta/files", /^"POST \/v1beta\/files" .* The base URL is right, but/],
  ["POST", "/upload/v1beta/corpora", /^"POST \/upload\/v1beta\/corpora" .* The base URL is right/],
  ["PUT", "/upload/v1/files", /^This upload does not exist/],
  ["GET", "/download/v1beta/files/a?alt=media", /The base URL is right, but/],
  // An encoded slash separates nothing.
  ["POST", `/v1beta/models/${FLASH}%2FcountTokens`, /names no method/],
  ["POST", `/v1beta/models%2F${FLASH}:countTokens`, /^"POST .* is not served/],
  ["GET", "/v1beta%2Fmodels", /^"GET \/v1beta%2Fmodels" is not served/],
  ["GET", "/v1beta/models%2Fgemini-2.5-flash", /is not served/],
  ["GET", "/%2Fhealthz", /is not served/],
  // In the form of Vertex AI.
  ["POST", `/v1beta/models/${FLASH}:embedText`, /Use embedContent$/],
  ["POST", `/v1/publishers/google/models/${FLASH}:computeTokens`, /Use countTokens$/],
  ["POST", `/v1/models/${FLASH}:embedText`, /"embedText" is not served\. .*batchEmbedContents/],
  ["POST", `${IN_PLACE}/publishers/google/models/${FLASH}`, /names no method/],
  ["GET", `/v1/publishers/google/models/${FLASH}:generateContent`, /called with POST/],
  [
    "POST",
    `${IN_PLACE}/batchPredictionJobs`,
    /^"POST \/v1beta1\/projects\/p\/.* a path of Vertex AI, .*:batchGenerateContent/,
  ],
  ["POST", "/v1beta1/projects/p/locations/l", /a path of Vertex AI/],
  ["GET", `${IN_PLACE}/files/a`, /a path of Vertex AI/],
  ["GET", "/v1/publishers/google", /a path of Vertex AI/],
  ["GET", "/v1beta1/projects", /a path of Vertex AI/],
  ["POST", `/v1beta1/projects%2Fp/locations/l/publishers/google/models/x:y`, /is not served/],
  ["GET", "/v1/publishers/google/models/unknown", /No account offers the model "unknown"/],
  ["GET", "/healthz/more", /not served/],
  ["POST", "/healthz", /not served/],
  ["POST", "/v1beta/models", /names no method/],
  ["POST", "/v1beta/models/", /names no method/],
  ["PUT", GENERATE, /is called with POST, and this request is a PUT/],
  ["DELETE", `/v1beta/models/${FLASH}`, /not served/],
  ["PATCH", GENERATE, /is called with POST, and this request is a PATCH/],
  ["POST", `/v1beta/models/${FLASH}`, /names no method/],
  ["POST", "/v1beta/models/:generateContent", /not served/],
  ["POST", `/v1beta/models/${FLASH}:`, /names no method/],
  ["POST", `/v1beta/models/${FLASH}:generateText`, /"generateText" is not served/],
  ["POST", `/v1beta/models/${FLASH}:GenerateContent`, /"GenerateContent" is not served/],
  ["POST", `/v1beta/models/${FLASH}:generateContent2`, /not served/],
  ["POST", `/v1beta/models/${FLASH}/generateText`, /names no method/],
  ["POST", "/v1beta/models/x:__proto__", /"__proto__" is not served/],
  ["POST", "/v1beta/models/x:constructor", /"constructor" is not served/],
  ["POST", "/v1beta/models/x:generateContent:more", /"more" is not served/],
  ["GET", GENERATE, /^The method "generateContent" is called with POST, and this request is a GET/],
  ["GET", `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`, /is called with POST/],
  ["GET", "/v1beta/models/unknown", /No account offers the model "unknown"/],
];

Deno.test("A query that the client encoded into the path counts, and the request's own goes first", async () => {
  await using gateway = await startEmulatedGateway();
  const path = `/v1beta/models/${FLASH}:streamGenerateContent%3Falt=json`;
  for (const [query, begins] of [["", "["], ["?alt=sse", "data: "]] as const) {
    const url = gateway.url + path + query;
    const response = await fetch(url, { method: "POST", body: BODY });
    assert.equal(response.status, 200);
    const body = await response.text();
    assert.ok(body.startsWith(begins), body.slice(0, 80));
  }
});

Deno.test("An unknown route, method or model is 404 in Google's own shape", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const [method, path, says] of UNSERVED) {
    await t.step(`${method} ${path}`, async () => {
      const body = ["GET", "DELETE"].includes(method) ? null : BODY;
      const response = await fetch(gateway.url + path, { method, body });
      const error = await errorOf(response);
      assert.deepEqual([error.code, error.status], [404, "NOT_FOUND"]);
      assert.match(error.message, says);
    });
  }
  const models = gateway.emulator.requests.filter(({ method }) => method === "POST");
  assert.deepEqual(models, []);
});

Deno.test("A model that upstream does not know is 404 with upstream's own words", async () => {
  await using gateway = await startEmulatedGateway();
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"]) {
    const path = `/v1beta/models/unknown:${method}`;
    const error = await errorOf(await fetch(gateway.url + path, { method: "POST", body: BODY }));
    assert.deepEqual([error.code, error.status], [404, "NOT_FOUND"]);
    assert.match(error.message, /^models\/unknown is not found for API version v1beta/);
  }
});

Deno.test("HEAD on a GET route gives its status and headers without a body", async (t) => {
  await using gateway = await startEmulatedGateway();
  const cases = [
    ["/healthz", 200],
    ["/v1beta/models", 200],
    ["/v1/models/gemini-2.5-pro", 200],
    ["/v1beta/models/unknown", 404],
    ["/nowhere", 404],
  ] as const;
  for (const [path, status] of cases) {
    await t.step(path, async () => {
      const request = `HEAD ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const response = await rawRequest(gateway.port, request);
      assert.equal(response.status, status);
      assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
      assert.equal(response.body, "");
    });
  }
});

Deno.test("OPTIONS on any route says what there is, and calls nobody", async () => {
  await using gateway = await startEmulatedGateway();
  for (const path of ["/", "/healthz", "/v1beta/models", GENERATE, "/nowhere"]) {
    const response = await fetch(gateway.url + path, { method: "OPTIONS" });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("allow"), "GET, HEAD, POST, DELETE, PUT, PATCH, OPTIONS");
    assert.equal(response.headers.get("access-control-allow-origin"), null);
    assert.equal(await response.text(), "");
  }
  assert.deepEqual(gateway.emulator.requests, []);
});

Deno.test("A path that is not served is shown without what could break out of JSON or a header", async () => {
  await using gateway = await startEmulatedGateway();
  const response = await post(gateway, "/v1beta/models/x:%22%7D%3C%C3%A9");
  const error = checkedError(404, response.body);
  assert.match(
    error.message,
    /^The method ""}<é" is not served\. Pollux serves generateContent, streamGenerateContent, /,
  );
});

Deno.test("GET /healthz needs no account", async () => {
  await using gateway = await startTestGateway({ accounts: [] });
  const response = await fetch(`${gateway.url}/healthz`);
  assert.equal(response.status, 200);
  assert.equal((await response.json()).status, "ok");
});
