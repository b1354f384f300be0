import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call } from "../../support/gemini_call.ts";

const PAGE = "https://page.example";
const EXPOSED = [
  ...["x-goog-upload-url", "x-goog-upload-status", "x-goog-upload-chunk-granularity"],
  ...["x-goog-upload-size-received", "location", "range"],
  "x-request-id",
  "x-pollux-account",
  "x-pollux-model",
  "x-pollux-attempts",
  "retry-after",
  ...["request-id", "x-should-retry", "x-pollux-warning"],
  ...["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  ...["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
  ...["x-ratelimit-limit-usd", "x-ratelimit-remaining-usd", "x-ratelimit-reset-usd"],
  ...["x-ratelimit-limit-concurrent", "x-ratelimit-remaining-concurrent"],
];
const SETTINGS = {
  server: { corsOrigins: [PAGE, "http://localhost:5173"] },
  auth: { mode: "strict", apiKey: "own-key" },
} as const;

function corsHeaders(response: Response): string[] {
  return [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
}

Deno.test("A preflight of an allowed origin is answered without a key, and reflects what it asks", async () => {
  await using gateway = await startEmulatedGateway({ settings: SETTINGS });
  const response = await fetch(`${gateway.url}/v1beta/models/x:generateContent`, {
    method: "OPTIONS",
    headers: {
      "origin": PAGE,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-goog-api-client,x-goog-api-key",
      "access-control-request-private-network": "true",
    },
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
  assert.equal(
    response.headers.get("access-control-allow-methods"),
    "GET, HEAD, POST, DELETE, PUT, PATCH",
  );
  assert.equal(
    response.headers.get("access-control-allow-headers"),
    "content-type,x-goog-api-client,x-goog-api-key",
  );
  assert.equal(response.headers.get("access-control-allow-private-network"), "true");
  assert.equal(response.headers.get("access-control-allow-credentials"), null);
  assert.equal(response.headers.get("access-control-max-age"), "600");
  assert.match(response.headers.get("vary") ?? "", /\borigin\b/i);
});

const STRANGERS = [
  "https://evil.example",
  "http://page.example",
  "https://page.example:8443",
  "https://page.example.evil.example",
  "https://sub.page.example",
  "null",
  "*",
];

Deno.test("A preflight of another origin is refused and told nothing", async (t) => {
  await using gateway = await startEmulatedGateway({ settings: SETTINGS });
  for (const origin of STRANGERS) {
    await t.step(origin, async () => {
      const response = await fetch(`${gateway.url}/v1beta/models/x:generateContent`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      await response.body?.cancel();
      assert.equal(response.status, 403);
      assert.deepEqual(corsHeaders(response), []);
    });
  }
});

const RESPONSES:
  readonly (readonly [name: string, options: Parameters<typeof call>[1], status: number])[] = [
    ["a good answer", {}, 200],
    ["a stream", { method: "streamGenerateContent" }, 200],
    ["an upstream's error", { model: "unknown" }, 404],
    ["a body that cannot be read", { body: "{" }, 400],
    ["a refused key", { headers: { "x-goog-api-key": "wrong" } }, 401],
    ["a path that is not served", { model: "x:y" }, 404],
  ];

Deno.test("Every answer to an allowed origin may be read by its page, errors too", async (t) => {
  await using gateway = await startEmulatedGateway({ settings: SETTINGS });
  for (const [name, options, status] of RESPONSES) {
    await t.step(name, async () => {
      const headers = { "x-goog-api-key": "own-key", ...options?.headers, "origin": PAGE };
      const response = await call(gateway.url, { ...options, headers });
      await response.body?.cancel();
      assert.equal(response.status, status);
      assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
      const exposed = response.headers.get("access-control-expose-headers") ?? "";
      assert.deepEqual(exposed.split(", ").toSorted(), EXPOSED.toSorted());
      assert.match(response.headers.get("vary") ?? "", /\borigin\b/i);
    });
  }
});

Deno.test("Without an Origin, or with no origin configured, no answer speaks of CORS", async () => {
  await using gateway = await startEmulatedGateway();
  const response = await call(gateway.url);
  await response.body?.cancel();
  assert.deepEqual(corsHeaders(response), []);
  const refused = await call(gateway.url, { headers: { origin: PAGE } });
  await refused.body?.cancel();
  assert.equal(refused.status, 403);
  assert.deepEqual(corsHeaders(refused), []);
  assert.equal(gateway.emulator.requests.length, 1);
});
