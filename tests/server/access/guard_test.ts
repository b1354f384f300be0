import assert from "node:assert/strict";
import { Guard } from "../../../src/server/access/guard.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { checkedError } from "../../support/gemini_call.ts";
import { rawRequest } from "../../support/raw_http.ts";

const TARGET = "/v1beta/models/gemini-2.5-flash:generateContent";
const BODY = JSON.stringify({ contents: [{ parts: [{ text: "Say something made up" }] }] });

interface Attempt {
  readonly target?: string;
  /** Header lines; PORT stands for the gateway's. Default: a good Host. */
  readonly headers?: readonly string[];
  readonly version?: string;
}

const GOOD_HOST = "Host: 127.0.0.1:PORT";

/** A call that spends an account if it is let through. */
function generate({ target = TARGET, headers = [GOOD_HOST], version = "1.1" }: Attempt): string {
  const lines = [
    `POST ${target} HTTP/${version}`,
    ...headers,
    `Content-Length: ${BODY.length}`,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${BODY}`;
}

function withPort(request: string, port: number): string {
  return request.replaceAll("PORT", String(port));
}

/** `bare`: Deno refuses the request itself, in some versions or all, and sends no body. */
type Refusal = Attempt & { readonly name: string; readonly status: 400 | 403; bare?: true };

const REFUSED: readonly Refusal[] = [
  { name: "Host with a path", headers: ["Host: 127.0.0.1:PORT/healthz?x="], status: 400 },
  { name: "Host with a bare path", headers: ["Host: localhost/v1beta/models"], status: 400 },
  { name: "Host with a query", headers: ["Host: 127.0.0.1:PORT?x="], status: 400 },
  { name: "Host with a fragment", headers: ["Host: localhost/healthz#"], status: 400 },
  { name: "Host with user-info", headers: ["Host: a@127.0.0.1:PORT"], status: 400 },
  { name: "Host with a good name as user-info", headers: ["Host: 127.0.0.1@evil"], status: 400 },
  { name: "Host with a backslash", headers: ["Host: 127.0.0.1\\evil"], status: 400 },
  { name: "Host with two names", headers: ["Host: 127.0.0.1,evil.example"], status: 400 },
  { name: "Host with a space", headers: ["Host: 127.0.0.1:PORT evil"], status: 400 },
  { name: "Host with a port of six digits", headers: ["Host: 127.0.0.1:180450"], status: 400 },
  { name: "Host with a port in letters", headers: ["Host: 127.0.0.1:http"], status: 400 },
  { name: "Host with an empty port", headers: ["Host: 127.0.0.1:"], status: 400 },
  { name: "Host that is only a port", headers: ["Host: :PORT"], status: 400 },
  { name: "Host with an IPv6 zone", headers: ["Host: [::1%25lo]:PORT"], status: 400 },
  { name: "an empty Host", headers: ["Host:"], status: 400 },
  { name: "no Host", headers: [], status: 400 },
  { name: "no Host in HTTP/1.0", headers: [], version: "1.0", status: 400 },
  { name: "a loopback address that is none", headers: ["Host: 127.999.1.1"], status: 400 },
  { name: "an octet too large", headers: ["Host: 127.0.0.256:PORT"], status: 400 },
  { name: "an octal octet with a nine", headers: ["Host: 127.0.0.09"], status: 400 },
  { name: "an address of five octets", headers: ["Host: 127.0.0.0.1"], status: 400 },
  { name: "a name that ends in a number", headers: ["Host: gateway.1.2.3.4"], status: 400 },
  { name: "a port beyond 65535", headers: ["Host: 127.0.0.1:99999"], status: 400 },
  { name: "IPv6 of colons alone", headers: ["Host: [:::]:PORT"], status: 400 },
  { name: "IPv6 of one group", headers: ["Host: [1]"], status: 400 },
  { name: "Punycode that is none", headers: ["Host: xn--0.example"], status: 400 },
  {
    name: "an absolute-form target whose address is none",
    target: `http://127.999.1.1${TARGET}`,
    status: 400,
  },
  { name: "another name", headers: ["Host: evil.example"], status: 403 },
  { name: "another name with our port", headers: ["Host: evil.example:PORT"], status: 403 },
  {
    name: "a name that begins like ours",
    headers: ["Host: 127.0.0.1.evil.example"],
    status: 403,
  },
  { name: "a name that ends like ours", headers: ["Host: evil-localhost"], status: 403 },
  { name: "a subdomain of localhost", headers: ["Host: evil.localhost"], status: 403 },
  { name: "the address of every interface", headers: ["Host: 0.0.0.0:PORT"], status: 403 },
  { name: "a loopback address as one number", headers: ["Host: 2130706433"], status: 403 },
  { name: "a loopback address cut short", headers: ["Host: 127.1"], status: 403 },
  { name: "another IPv4 address", headers: ["Host: 192.168.0.1:PORT"], status: 403 },
  { name: "another IPv6 address", headers: ["Host: [::2]:PORT"], status: 403 },
  {
    name: "a second Host",
    headers: [GOOD_HOST, "Host: evil.example"],
    status: 400,
    bare: true,
  },
  { name: "the same Host twice", headers: [GOOD_HOST, GOOD_HOST], status: 400, bare: true },
  { name: "another name in HTTP/1.0", headers: ["Host: evil"], version: "1.0", status: 403 },
  { name: "an absolute-form target of another host", target: `http://evil${TARGET}`, status: 400 },
  {
    name: "an absolute-form target of ours for another Host",
    target: `http://127.0.0.1:PORT${TARGET}`,
    headers: ["Host: evil.example"],
    status: 403,
  },
  {
    name: "an absolute-form target of another host in HTTP/1.0",
    target: `http://evil.example${TARGET}`,
    headers: [],
    version: "1.0",
    status: 403,
  },
  {
    name: "an absolute-form target that only begins like our host",
    target: `http://127.0.0.1:PORT.evil.example${TARGET}`,
    status: 400,
    bare: true,
  },
  { name: "https in absolute form", target: `https://127.0.0.1:PORT${TARGET}`, status: 400 },
  {
    name: "user-info in absolute form",
    target: `http://a@127.0.0.1:PORT${TARGET}`,
    status: 400,
  },
  { name: "a target without a slash", target: TARGET.slice(1), status: 400, bare: true },
  { name: "a target that prolongs the port", target: `99${TARGET}`, status: 400, bare: true },
  { name: "dot segments", target: `/x/..${TARGET}`, status: 400 },
  { name: "a single dot", target: `/.${TARGET}`, status: 400 },
  { name: "dot segments at the end", target: `${TARGET}/..`, status: 400 },
  { name: "dot segments behind /healthz", target: `/healthz/..${TARGET}`, status: 400 },
  { name: "encoded dot segments", target: `/x/%2e%2e${TARGET}`, status: 400 },
  { name: "dot segments half encoded", target: `/x/.%2E${TARGET}`, status: 400 },
  { name: "dot segments with encoded slashes", target: `/x%2f..%2F${TARGET}`, status: 400 },
  { name: "dot segments with backslashes", target: `/x\\..\\${TARGET}`, status: 400 },
  { name: "a backslash", target: TARGET.replace("/models/", "/models\\"), status: 400 },
  { name: "an encoded backslash", target: TARGET.replace("/models/", "/models%5c"), status: 400 },
  { name: "an encoded NUL", target: `${TARGET}%00`, status: 400 },
  { name: "a NUL", target: `${TARGET}\0`, status: 400, bare: true },
  { name: "a control character", target: TARGET.replace("2", "\x01"), status: 400, bare: true },
  { name: "an encoded line break", target: TARGET.replace("2", "%0d%0A"), status: 400 },
  { name: "an encoded DEL", target: TARGET.replace("2", "%7f"), status: 400 },
  { name: "percent-encoding that is no hexadecimal", target: `${TARGET}%zz`, status: 400 },
  { name: "percent-encoding cut short", target: `${TARGET}%`, status: 400 },
  { name: "percent-encoding that is no UTF-8", target: `${TARGET}%ff`, status: 400 },
  { name: "a page's origin", headers: [GOOD_HOST, "Origin: https://evil.example"], status: 403 },
  { name: "an opaque origin", headers: [GOOD_HOST, "Origin: null"], status: 403 },
  { name: "an empty origin", headers: [GOOD_HOST, "Origin:"], status: 403 },
  {
    name: "the origin of a page on another port of loopback",
    headers: [GOOD_HOST, "Origin: http://127.0.0.1:3000"],
    status: 403,
  },
  {
    name: "a cross-site request without Origin",
    headers: [GOOD_HOST, "Sec-Fetch-Site: cross-site"],
    status: 403,
  },
  {
    name: "a same-site request without Origin",
    headers: [GOOD_HOST, "Sec-Fetch-Site: same-site"],
    status: 403,
  },
];

Deno.test("The guard refuses what a web page or a confused proxy could send, and no account is spent", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const { name, status, bare, ...attempt } of REFUSED) {
    await t.step(name, async () => {
      const response = await rawRequest(gateway.port, withPort(generate(attempt), gateway.port));
      assert.equal(response.status, status);
      if (bare && response.body === "") return;
      const error = checkedError(status, response.body);
      assert.equal(error.status, status === 400 ? "INVALID_ARGUMENT" : "PERMISSION_DENIED");
      assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
      assert.equal(response.headers.get("access-control-allow-origin"), null);
      assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    });
  }
  assert.deepEqual(gateway.emulator.requests, []);
});

const ALLOWED: readonly (Attempt & { readonly name: string })[] = [
  { name: "the address", headers: [GOOD_HOST] },
  { name: "the address without a port", headers: ["Host: 127.0.0.1"] },
  { name: "any loopback address", headers: ["Host: 127.9.9.9:PORT"] },
  { name: "localhost in any case", headers: ["Host: LocalHost:PORT"] },
  { name: "IPv6 loopback", headers: ["Host: [::1]:PORT"] },
  { name: "an absolute-form target of our own host", target: `http://127.0.0.1:PORT${TARGET}` },
  { name: "doubled slashes", target: "//v1beta///models//gemini-2.5-flash:generateContent/" },
  { name: "dots in a query", target: `${TARGET}?x=/../y` },
  { name: "HTTP/1.0", version: "1.0" },
  {
    name: "HTTP/1.0 without Host, its host in the target",
    target: `http://127.0.0.1:PORT${TARGET}`,
    headers: [],
    version: "1.0",
  },
  { name: "an allowed origin", headers: [GOOD_HOST, "Origin: https://page.example"] },
  { name: "a same-origin request", headers: [GOOD_HOST, "Sec-Fetch-Site: same-origin"] },
  { name: "an address typed in a browser", headers: [GOOD_HOST, "Sec-Fetch-Site: none"] },
  { name: "an allowed host in any case", headers: ["Host: GATEWAY.lan:1"] },
  { name: "an allowed IPv6 address", headers: ["Host: [fd00::8]:PORT"] },
];

Deno.test("The guard lets pass what real clients send", async (t) => {
  await using gateway = await startEmulatedGateway({
    settings: {
      auth: { mode: "off" },
      server: { allowedHosts: ["gateway.LAN", "[fd00::8]"], corsOrigins: ["https://page.example"] },
    },
  });
  for (const { name, ...attempt } of ALLOWED) {
    await t.step(name, async () => {
      const response = await rawRequest(gateway.port, withPort(generate(attempt), gateway.port));
      assert.equal(response.status, 200);
    });
  }
  assert.equal(gateway.emulator.requests.length, ALLOWED.length);
});

Deno.test("The guard does not take a malformed Host for the one that it let pass before", async () => {
  await using gateway = await startEmulatedGateway();
  for (const [host, status] of [["127.0.0.1", 200], ["127.0.0.1/", 400], ["127.0.0.1", 200]]) {
    const request = generate({ headers: [`Host: ${host}`] });
    assert.equal((await rawRequest(gateway.port, request)).status, status);
  }
});

const EVERY_ADDRESS: readonly (readonly [host: string, status: number])[] = [
  ["192.168.0.1:8045", 200],
  ["[fd00::1]:8045", 200],
  ["[fd00:::1]:8045", 400],
  ["192.168.0.256", 400],
  ["300.1.1.1:8045", 400],
  ["localhost", 200],
  ["gateway.lan", 403],
  ["192.168.0.1.evil.example", 403],
];

for (const bound of ["0.0.0.0", "::"]) {
  Deno.test(`The guard allows addresses but no unknown names when bound to ${bound}`, async () => {
    await using gateway = await startEmulatedGateway({
      settings: { server: { host: bound }, auth: { mode: "off" } },
    });
    for (const [host, status] of EVERY_ADDRESS) {
      const response = await rawRequest(gateway.port, generate({ headers: [`Host: ${host}`] }));
      assert.equal(response.status, status, host);
    }
  });
}

Deno.test("The guard allows the one address that the gateway is bound to", () => {
  const others = { allowedHosts: [], corsOrigins: [] };
  for (const [host, name] of [["192.168.0.5", "192.168.0.5"], ["fd00::5", "[fd00::5]"]] as const) {
    const guard = new Guard({ host, ...others });
    assert.equal(guard.check(new Request(`http://${name}:8045/x?y`)), "/x");
    assert.throws(() => guard.check(new Request("http://192.168.0.6:8045/x")), /not allowed here/);
  }
});

Deno.test("CONNECT is refused, whatever host it names", async () => {
  await using gateway = await startEmulatedGateway();
  for (const [host, status] of [["127.0.0.1:PORT", 400], ["evil.example:443", 403]] as const) {
    const request = `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const response = await rawRequest(gateway.port, withPort(request, gateway.port));
    checkedError(status, response.body);
    assert.equal(response.status, status);
  }
});

Deno.test("OPTIONS * answers what the server can do, for our own host alone", async () => {
  await using gateway = await startEmulatedGateway();
  for (const [host, status] of [["127.0.0.1", 204], ["evil.example", 403]] as const) {
    const request = `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const response = await rawRequest(gateway.port, request);
    assert.equal(response.status, status);
    if (status === 204) {
      assert.equal(response.headers.get("allow"), "GET, HEAD, POST, DELETE, PUT, PATCH, OPTIONS");
    }
  }
});

Deno.test("A Host header never chooses the route", async () => {
  await using gateway = await startEmulatedGateway();
  const request = "GET /v1beta/models HTTP/1.1\r\nHost: 127.0.0.1/healthz?\r\n" +
    "Connection: close\r\n\r\n";
  const response = await rawRequest(gateway.port, request);
  assert.equal(response.status, 400);
  assert.doesNotMatch(response.body, /"ok"/);
});

Deno.test("The guard of a listener with TLS takes https: URLs, and no others", () => {
  const options = { host: "127.0.0.1", allowedHosts: ["pollux.lan"], corsOrigins: [] };
  const guard = new Guard(options);
  const headers = { host: "pollux.lan:8045" };
  const named = new Request("https://pollux.lan:8045/v1/x?y", { headers });
  assert.equal(guard.check(named, true), "/v1/x");
  // HTTP/2 has the host in its target alone.
  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    assert.equal(guard.check(new Request(`https://${host}:8045/x`), true), "/x", host);
  }
  const mixed = new Request("http://pollux.lan:8045/x", { headers });
  assert.throws(() => guard.check(mixed, true), /name different hosts/);
  assert.throws(() => guard.check(new Request("https://evil.example/x"), true), /not allowed here/);
  assert.throws(() => guard.check(new Request("https://127.0.0.1/x")), /different hosts/);
});

Deno.test("Guard.isOwn() knows the gateway's names, and of all other addresses those that were called", () => {
  const guard = new Guard({ host: "0.0.0.0", allowedHosts: ["pollux.lan"], corsOrigins: [] });
  for (const host of ["127.0.0.1:8045", "localhost:8045", "[::1]:8045", "POLLUX.lan"]) {
    assert.equal(guard.isOwn(host), true, host);
  }
  for (const host of ["192.0.2.7:8045", "203.0.113.5", "example.com", "a b"]) {
    assert.equal(guard.isOwn(host), false, host);
  }
  guard.check(
    new Request("http://192.0.2.7:8045/v1beta/models", { headers: { host: "192.0.2.7:8045" } }),
  );
  assert.equal(guard.isOwn("192.0.2.7:8045"), true);
  assert.equal(guard.isOwn("192.0.2.7"), false);
});
