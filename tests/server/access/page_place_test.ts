/** From where the page and the admin API respond, and to which web pages. @module */
import assert from "node:assert/strict";
import type { ReceivedBy } from "../../../src/server/environment.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { errorOf } from "../../support/gemini_call.ts";
import type { TestGateway } from "../../support/gateway.ts";
import { postSignIn, signIn } from "../../support/page_client.ts";
import { rawRequest } from "../../support/raw_http.ts";

const ADMIN_KEY = "planted-admin-key-of-the-page";
const PAGE_ORIGIN = "https://page.example";

const PARTS = {
  adminKey: ADMIN_KEY,
  page: (path: string) =>
    Promise.resolve(path === "" ? { type: "text/html; charset=utf-8", text: "page" } : undefined),
  metrics: { text: () => "up 1\n", type: "text/plain" },
} as const;

const SERVER = { host: "0.0.0.0", allowedHosts: ["gateway.lan"], corsOrigins: [PAGE_ORIGIN] };

const HOST = "Host: 127.0.0.1:PORT";

/** A request for the page, or for the admin API with its key. */
interface Attempt {
  readonly name: string;
  /** Header lines; PORT stands for the gateway's. Default: a good Host. */
  readonly headers?: readonly string[];
  /** What precedes the path of the target. */
  readonly before?: string;
  readonly version?: string;
}

/** The status of the page, and that of the admin API; 404 there is what a served request gets here. */
async function statuses(gateway: TestGateway, attempt: Attempt): Promise<readonly number[]> {
  const { headers = [HOST], before = "", version = "1.1" } = attempt;
  const statuses: number[] = [];
  for (const path of ["/ui/", "/admin/v1/nothing"]) {
    const lines = [
      `GET ${before}${path} HTTP/${version}`,
      ...headers,
      ...(path === "/ui/" ? [] : [`x-goog-api-key: ${ADMIN_KEY}`]),
      "Connection: close",
    ];
    const request = `${lines.join("\r\n")}\r\n\r\n`.replaceAll("PORT", String(gateway.port));
    statuses.push((await rawRequest(gateway.port, request)).status);
  }
  return statuses;
}

const SERVED: readonly Attempt[] = [
  { name: "the address" },
  { name: "any loopback address", headers: ["Host: 127.9.9.9:PORT"] },
  { name: "localhost in any case", headers: ["Host: LocalHost:PORT"] },
  { name: "IPv6 loopback", headers: ["Host: [::1]:PORT"] },
  { name: "another port, as through ssh -L", headers: ["Host: localhost:9000"] },
  { name: "an absolute-form target", before: "http://127.0.0.1:PORT" },
  {
    name: "HTTP/1.0, its host in the target",
    before: "http://127.0.0.1:PORT",
    headers: [],
    version: "1.0",
  },
  { name: "the page's own origin", headers: [HOST, "Origin: http://127.0.0.1:PORT"] },
  { name: "an address typed in", headers: [HOST, "Sec-Fetch-Site: none"] },
  { name: "the page's own request", headers: [HOST, "Sec-Fetch-Site: same-origin"] },
];

const REFUSED: readonly Attempt[] = [
  ...[
    "Forwarded: for=127.0.0.1",
    "Via: 1.1 proxy",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Host: localhost",
    "X-Real-IP: 127.0.0.1",
    "CF-Connecting-IP: 127.0.0.1",
    "True-Client-IP: 127.0.0.1",
    "X-Client-IP: 127.0.0.1",
    "X-Cluster-Client-IP: 127.0.0.1",
    "Fastly-Client-IP: 127.0.0.1",
    "X-Original-Forwarded-For: 127.0.0.1",
    "X-Original-Host: localhost",
    "X-Envoy-External-Address: 127.0.0.1",
  ].map((header) => ({ name: `${header}`, headers: [HOST, header] })),
  { name: "an allowed host", headers: ["Host: gateway.lan:PORT"] },
  { name: "an address of the network", headers: ["Host: 192.168.0.1:PORT"] },
  { name: "the address of every interface", headers: ["Host: 0.0.0.0:PORT"] },
  { name: "a name that was rebound", headers: ["Host: evil.example:PORT"] },
  { name: "a name below localhost", headers: ["Host: evil.localhost:PORT"] },
  { name: "a page on another port", headers: [HOST, "Origin: http://127.0.0.1:3000"] },
  { name: "a page on no port", headers: [HOST, "Origin: http://127.0.0.1"] },
  { name: "a page on another loopback name", headers: [HOST, "Origin: http://localhost:PORT"] },
  { name: "a page elsewhere", headers: [HOST, "Origin: https://evil.example"] },
  { name: "an opaque origin", headers: [HOST, "Origin: null"] },
  { name: "an origin with a path", headers: [HOST, "Origin: http://127.0.0.1:PORT/"] },
  { name: "an origin of another scheme", headers: [HOST, "Origin: ftp://127.0.0.1:PORT"] },
  { name: "a link on another port", headers: [HOST, "Sec-Fetch-Site: same-site"] },
  {
    name: "a frame in a page elsewhere",
    headers: [
      HOST,
      "Sec-Fetch-Site: cross-site",
      "Sec-Fetch-Mode: navigate",
      "Sec-Fetch-Dest: iframe",
    ],
  },
];

Deno.test("The page and the admin API respond to this machine, and to their own page", async (t) => {
  await using gateway = await startEmulatedGateway({ ...PARTS, settings: { server: SERVER } });
  for (const attempt of SERVED) {
    await t.step(`served: ${attempt.name}`, async () => {
      assert.deepEqual(await statuses(gateway, attempt), [200, 404]);
    });
  }
  for (const attempt of REFUSED) {
    await t.step(`refused: ${attempt.name}`, async () => {
      assert.deepEqual(await statuses(gateway, attempt), [403, 403]);
    });
  }
});

Deno.test("The page and the admin API refuse a peer on another machine, and one that is not known", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  const ask = async (by: ReceivedBy | undefined, url = "http://127.0.0.1:8045/ui/") => {
    const response = await gateway.gateway.handle(new Request(url), by);
    await response.body?.cancel();
    return response.status;
  };
  const from = (hostname: string): ReceivedBy => ({
    info: { remoteAddr: { transport: "tcp", hostname, port: 1 } },
  });
  for (const own of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(await ask(from(own)), 200, own);
  }
  for (const other of ["192.168.0.9", "::ffff:192.168.0.9", "fe80::1%eth0", "::", "0.0.0.0", ""]) {
    assert.equal(await ask(from(other)), 403, other);
  }
  assert.equal(await ask(undefined), 403);
  // Such a request has no Host header, as with HTTP/2.
  assert.equal(await ask(from("127.0.0.1"), "http://evil.example/ui/"), 403);
});

Deno.test("A refusal says what to do, and comes before the key", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  for (const key of [ADMIN_KEY, "planted-wrong-key"]) {
    const headers = { "x-forwarded-for": "192.0.2.1", "x-goog-api-key": key };
    const error = await errorOf(await fetch(`${gateway.url}/admin/v1/status`, { headers }));
    assert.equal(error.code, 403);
    assert.match(error.message, /the header "x-forwarded-for".*admin\.remote/);
  }
});

Deno.test("With admin.remote they respond to others as well, who need the admin key", async () => {
  await using gateway = await startEmulatedGateway({
    ...PARTS,
    settings: { server: SERVER, admin: { isRemote: true } },
  });
  for (
    const headers of [
      [HOST, "X-Forwarded-For: 192.0.2.1"],
      ["Host: gateway.lan"],
      ["Host: gateway.lan", "X-Forwarded-Proto: https", "Origin: https://gateway.lan"],
      ["Host: 192.168.0.1:PORT", "Origin: http://192.168.0.1:PORT"],
    ]
  ) assert.deepEqual(await statuses(gateway, { name: "", headers }), [200, 404], String(headers));
  for (
    const headers of [
      ["Host: evil.example"],
      ["Host: gateway.lan", "Origin: https://evil.example"],
      // Somebody on the network could have written a page that came over http.
      ["Host: gateway.lan", "X-Forwarded-Proto: https", "Origin: http://gateway.lan"],
    ]
  ) assert.deepEqual(await statuses(gateway, { name: "", headers }), [403, 403], String(headers));
  const response = await fetch(`${gateway.url}/admin/v1/status`, {
    headers: { "x-forwarded-for": "192.0.2.1" },
  });
  assert.equal((await errorOf(response)).code, 401);
});

Deno.test("With admin.listen, admin.remote opens that address alone, where little else is served", async () => {
  await using gateway = await startEmulatedGateway({
    ...PARTS,
    settings: { admin: { isRemote: true, listenHost: "192.168.0.1" } },
  });
  const ask = async (path: string, by: ReceivedBy, headers: Record<string, string> = {}) => {
    const request = new Request(`http://192.168.0.1:9000${path}`, { headers });
    const response = await gateway.gateway.handle(request, by);
    await response.body?.cancel();
    return response.status;
  };
  const info = { remoteAddr: { transport: "tcp", hostname: "192.168.0.9", port: 1 } } as const;
  const own: ReceivedBy = { isAdminAddress: true, info };
  const key = { "x-goog-api-key": ADMIN_KEY };
  assert.equal(await ask("/ui/", own), 200);
  assert.equal(await ask("/admin/v1/nothing", own, key), 404);
  for (const path of ["/", "/healthz", "/metrics"]) assert.equal(await ask(path, own), 200, path);
  for (const path of ["/v1beta/models", "/admin/status", "/nowhere", "/v1/ui/"]) {
    assert.equal(await ask(path, own, key), 404, path);
  }
  // Neither an upload's address nor an ephemeral token opens what is not served there.
  const live = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent";
  for (const path of ["/upload/v1beta/files?upload_id=x", `${live}?access_token=auth_tokens/x`]) {
    assert.equal(await ask(path, own), 404, path);
    assert.notEqual(await ask(path, own, { "x-pollux-token": "planted-token" }), 404, path);
  }
  // The main address knows no such host.
  assert.equal(await ask("/ui/", { info }), 403);
  const forwarded = { headers: { ...key, "x-forwarded-for": "192.0.2.1" } };
  const main = await fetch(`${gateway.url}/admin/v1/status`, forwarded);
  assert.equal((await errorOf(main)).code, 403);
});

Deno.test("A web page that may call the native API may not use the session of the page", async () => {
  await using gateway = await startEmulatedGateway({ ...PARTS, settings: { server: SERVER } });
  const { url } = gateway;
  const { headers, cookie, token } = await signIn(url, { key: ADMIN_KEY });
  const ask = async (path: string, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(url + path, { headers });
    await response.body?.cancel();
    return [response.status, response.headers.get("access-control-allow-credentials")];
  };
  const foreign = { cookie, "x-pollux-token": token, origin: PAGE_ORIGIN };
  for (const path of ["/admin/v1/nothing", "/ui/session", "/v1beta/models"]) {
    assert.deepEqual(await ask(path, foreign), [403, null], path);
  }
  assert.deepEqual(await ask("/v1beta/models", headers), [200, null]);
  // Nor the page and the admin API, with whichever key.
  for (const path of ["/ui/", "/admin/v1/nothing"]) {
    const withKey = { origin: PAGE_ORIGIN, "x-goog-api-key": ADMIN_KEY };
    assert.deepEqual(await ask(path, withKey), [403, null], path);
    assert.equal((await ask(path, { ...withKey, origin: url }))[0], path === "/ui/" ? 200 : 404);
  }
  const foreignSignIn = await postSignIn(url, { key: ADMIN_KEY }, { origin: PAGE_ORIGIN });
  assert.equal((await errorOf(foreignSignIn)).code, 403);
});

Deno.test("A link may lead to the page, and to nothing else", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  const headers = {
    accept: "text/html",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  const ask = async (path: string, method = "GET") => {
    const init = { headers, method, redirect: "manual" } as const;
    const response = await fetch(gateway.url + path, init);
    await response.body?.cancel();
    return response.status;
  };
  assert.deepEqual([await ask("/"), await ask("/ui"), await ask("/ui/")], [302, 302, 200]);
  for (const path of ["/ui/session", "/ui/x.js", "/admin/v1/status", "/v1beta/models"]) {
    assert.equal(await ask(path), 403, path);
  }
  assert.equal(await ask("/ui/", "POST"), 403);
});

Deno.test("Each door has one spelling", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  for (
    const target of [
      ...["//ui/", "/v1beta/ui/", "/v1//ui/", "/%75i/", "/ui%2F", "/UI/"],
      ...["//admin/v1/nothing", "/v1beta/admin/v1/nothing", "/%61dmin/v1/x", "/admin//v1/x"],
      ...["//admin/status", "/v1beta/admin/status", "/%61dmin/status", "/v1/admin/explain/x"],
      ...["//metrics", "/v1beta/metrics", "/metric%73", "/v1beta", "//"],
    ]
  ) {
    const request = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `x-goog-api-key: ${ADMIN_KEY}\r\nConnection: close\r\n\r\n`;
    assert.equal((await rawRequest(gateway.port, request)).status, 404, target);
  }
});

Deno.test("GET / leads a browser to the page, and tells others what this is", async () => {
  await using gateway = await startEmulatedGateway({
    ...PARTS,
    settings: { auth: { apiKey: "planted-gateway-key" } },
  });
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(gateway.url, { headers, redirect: "manual" });
  const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  const browser = await ask(html);
  assert.deepEqual([browser.status, browser.headers.get("location")], [302, "/ui/"]);
  await browser.body?.cancel();
  for (const headers of [{ accept: "*/*" }, { ...html, "x-forwarded-for": "192.0.2.1" }]) {
    const other = await ask(headers);
    assert.equal(other.status, 200);
    // Deno 2.7 adds Accept-Encoding.
    assert.ok(other.headers.get("vary")?.split(", ").includes("Accept"));
    assert.match(await other.text(), /^This is Pollux, a gateway for the Gemini API[^\n]*\n$/);
  }
  gateway.apply({ auth: { mode: "strict", apiKey: "planted-gateway-key" } });
  assert.equal((await errorOf(await ask(html))).code, 401);
});

Deno.test("The page may load what comes from here, and nothing else", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  const response = await fetch(`${gateway.url}/ui/`);
  assert.equal(await response.text(), "page");
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:|data:/);
  for (
    const [name, value] of [
      ["x-content-type-options", "nosniff"],
      ["x-frame-options", "DENY"],
      ["referrer-policy", "no-referrer"],
      ["cross-origin-opener-policy", "same-origin"],
      ["cross-origin-resource-policy", "same-origin"],
      ["cache-control", "no-store"],
      ["access-control-allow-origin", null],
    ] as const
  ) assert.equal(response.headers.get(name), value, name);
});
