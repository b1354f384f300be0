/** The sessions of the page: how they begin, what they need, and how they end. @module */
import assert from "node:assert/strict";
import { MOST_SESSIONS } from "../../../src/server/access/page_sessions.ts";
import { MOST_CODES } from "../../../src/server/access/ui_codes.ts";
import { MOST_WRONG_KEYS } from "../../../src/server/access/wrong_keys.ts";
import { isCall } from "../../../src/server/call/is_call.ts";
import type { SignIn } from "../../../src/server/routes/page_routes.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { errorOf, said } from "../../support/gemini_call.ts";
import { startTestGateway, type TestGatewayOptions } from "../../support/gateway.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { postSignIn, signIn } from "../../support/page_client.ts";

/** Twelve hours, as docs/page.md says. */
const SESSION_MS = 12 * 3_600_000;

/** Two minutes, as `pollux ui` and docs/page.md say. */
const CODE_MS = 2 * 60_000;

const ADMIN_KEY = "planted-admin-key-of-the-page";

/** What every gateway here has. */
const PARTS = {
  adminKey: ADMIN_KEY,
  page: (path: string) =>
    Promise.resolve(path === "" ? { type: "text/html; charset=utf-8", text: "page" } : undefined),
} as const;

function startGateway(options: Partial<TestGatewayOptions> = {}) {
  return startTestGateway({ ...PARTS, accounts: [], ...options });
}

/** Asks for the session, with these headers; returns the status. */
async function sessionStatus(url: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${url}/ui/session`, { headers });
  await response.body?.cancel();
  return response.status;
}

/** Makes a code with the admin key. */
async function makeCode(url: string): Promise<string> {
  const response = await fetch(`${url}/admin/v1/ui-codes`, {
    method: "POST",
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  assert.equal(response.status, 200);
  return (await response.json()).code;
}

async function statusOf(response: Response | Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("POST /ui/session takes the admin key, and gives a cookie that no script reads", async () => {
  const seen: SignIn[] = [];
  await using gateway = await startGateway({ onSignIn: (signIn) => seen.push(signIn) });
  const { url, port } = gateway;
  const response = await postSignIn(url, { key: ADMIN_KEY });
  const { token, expiresAt } = await response.json();
  assert.match(token, /^[\w-]{43}$/);
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - SESSION_MS) < 600_000);
  assert.match(
    response.headers.get("set-cookie") ?? "",
    new RegExp(
      `^pollux_session_${port}=[\\w-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict$`,
    ),
  );
  assert.equal(response.headers.get("cache-control"), "no-store");
  for (const key of ["planted-wrong-key", "", `${ADMIN_KEY}x`]) {
    const refused = await postSignIn(url, { key });
    assert.equal(refused.headers.get("set-cookie"), null);
    assert.deepEqual((await errorOf(refused)).code, 401);
  }
  assert.deepEqual(seen.map(({ outcome, by }) => `${outcome} ${by}`), [
    "signed-in key",
    ...Array(3).fill("refused key"),
  ]);
});

Deno.test("The cookie is Secure over TLS, which may end in a proxy, and only there", async () => {
  await using gateway = await startGateway({
    settings: { server: { allowedHosts: ["pollux.example"] }, admin: { isRemote: true } },
  });
  /** The attributes of the cookie, also of the one that a sign-out sets. */
  async function attributes(base: string, isSecure: boolean, origin = base): Promise<string[]> {
    const ask = async (method: string, headers: Record<string, string>, body?: string) => {
      const request = new Request(`${base}/ui/session`, {
        method,
        headers: { origin, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
      return await gateway.gateway.handle(request, { isSecure, info: { remoteAddr } });
    };
    const opened = await ask("POST", {}, JSON.stringify({ key: ADMIN_KEY }));
    const text = await opened.text();
    assert.equal(opened.status, 200, text);
    const { token } = JSON.parse(text);
    const set = opened.headers.get("set-cookie") ?? "";
    const [cookie = ""] = set.split(";", 1);
    const closed = await ask("DELETE", { cookie, "x-pollux-token": token });
    assert.equal(closed.status, 204, await closed.text());
    return [set, closed.headers.get("set-cookie") ?? ""].map((text) =>
      text.split("; ").filter((part) => !/^(?:pollux|Max-Age)/.test(part)).join(" ")
    );
  }
  const plain = "Path=/ HttpOnly SameSite=Strict";
  const secure = `${plain} Secure`;
  assert.deepEqual(await attributes("https://127.0.0.1:8045", true), [secure, secure]);
  const proxied = await attributes("http://pollux.example", false, "https://pollux.example");
  assert.deepEqual(proxied, [secure, secure]);
  // A browser would not keep it, and a person who has no TLS could not sign in.
  assert.deepEqual(await attributes("http://127.0.0.1:8045", false), [plain, plain]);
});

Deno.test("POST /ui/session refuses what is no sign-in, and reads only a little of it", async () => {
  await using gateway = await startGateway();
  for (
    const [proof, status] of [
      [{}, 400],
      [[], 400],
      ["key", 400],
      [{ key: 7 }, 400],
      [{ key: null }, 400],
      [{ key: ADMIN_KEY, code: "x" }, 400],
      [{ key: ADMIN_KEY, more: 1 }, 400],
      [{ key: "k".repeat(5000) }, 413],
    ] as const
  ) {
    const response = await postSignIn(gateway.url, proof);
    assert.equal(response.headers.get("set-cookie"), null);
    assert.equal(await statusOf(response), status, JSON.stringify(proof).slice(0, 50));
  }
});

Deno.test("A session needs its cookie and its token, also to be read", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const { cookie, token } = await signIn(url, { key: ADMIN_KEY });
  const other = await signIn(url, { key: ADMIN_KEY });
  assert.equal(await sessionStatus(url, { cookie, "x-pollux-token": token }), 200);
  // Other ports of this host see the cookie: alone, it must not give the token.
  assert.equal(await sessionStatus(url, { cookie }), 401);
  assert.equal(await sessionStatus(url, { "x-pollux-token": token }), 401);
  assert.equal(await sessionStatus(url, { cookie, "x-pollux-token": other.token }), 401);
  assert.equal(await sessionStatus(url, { cookie, "x-pollux-token": "" }), 401);
  const [name] = cookie.split("=");
  assert.equal(await sessionStatus(url, { cookie: `${name}=`, "x-pollux-token": token }), 401);
});

Deno.test("A session is found among cookies of the same name that other ports have set", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const { cookie, token } = await signIn(url, { key: ADMIN_KEY });
  const [name] = cookie.split("=");
  for (
    const cookies of [
      `${name}=planted; ${cookie}`,
      `a=b;${cookie};${name}=planted`,
      `${`${name}=x; `.repeat(40)}${cookie}`,
    ]
  ) assert.equal(await sessionStatus(url, { cookie: cookies, "x-pollux-token": token }), 200);
});

Deno.test("Signing in never adopts a cookie, and ends the session of the one before", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const first = await signIn(url, { key: ADMIN_KEY });
  const [name] = first.cookie.split("=");
  for (const cookie of [first.cookie, `${name}=planted-by-another-port`]) {
    const response = await postSignIn(url, { key: ADMIN_KEY }, { cookie });
    const [made = ""] = (response.headers.get("set-cookie") ?? "").split(";");
    assert.notEqual(made, cookie);
    await response.body?.cancel();
  }
  assert.equal(
    await sessionStatus(url, { cookie: first.cookie, "x-pollux-token": first.token }),
    401,
  );
});

Deno.test("A session ends after 12 hours, and the oldest when there are too many", async () => {
  const clock = new FakeClock();
  await using gateway = await startGateway({ clock });
  const { url } = gateway;
  const first = await signIn(url, { key: ADMIN_KEY });
  clock.advance(SESSION_MS - 1);
  assert.equal(await sessionStatus(url, first.headers), 200);
  // The wall clock of a machine may be set.
  clock.set(-SESSION_MS);
  clock.advance(1);
  assert.equal(await sessionStatus(url, first.headers), 401);
  const second = await signIn(url, { key: ADMIN_KEY });
  for (let nth = 1; nth < MOST_SESSIONS; nth++) await signIn(url, { key: ADMIN_KEY });
  assert.equal(await sessionStatus(url, second.headers), 200);
  const last = await signIn(url, { key: ADMIN_KEY });
  assert.equal(await sessionStatus(url, second.headers), 401);
  assert.equal(await sessionStatus(url, last.headers), 200);
});

Deno.test("DELETE /ui/session ends the session that its cookie and token show", async () => {
  const seen: SignIn[] = [];
  await using gateway = await startGateway({ onSignIn: (signIn) => seen.push(signIn) });
  const { url } = gateway;
  const { headers, cookie } = await signIn(url, { key: ADMIN_KEY });
  const end = (headers: Readonly<Record<string, string>>) =>
    fetch(`${url}/ui/session`, { method: "DELETE", headers });
  assert.equal(await statusOf(end({ cookie, origin: url })), 401);
  assert.equal(await sessionStatus(url, headers), 200);
  const response = await end(headers);
  assert.equal(response.status, 204);
  assert.match(response.headers.get("set-cookie") ?? "", /^pollux_session_\d+=; .*Max-Age=0;/);
  assert.equal(await sessionStatus(url, headers), 401);
  assert.deepEqual(seen.at(-1), { outcome: "signed-out", by: "session" });
});

Deno.test("A code signs in once, for two minutes, and only the newest codes do", async () => {
  const clock = new FakeClock();
  await using gateway = await startGateway({ clock });
  const { url } = gateway;
  const use = async (code: string) => await statusOf(postSignIn(url, { code }));
  const code = await makeCode(url);
  assert.match(code, /^[\w-]{32}$/);
  assert.equal(await use(code), 200);
  assert.equal(await use(code), 401);
  const late = await makeCode(url);
  clock.advance(CODE_MS - 1);
  const early = await makeCode(url);
  clock.advance(1);
  assert.deepEqual([await use(late), await use(early)], [401, 200]);
  const codes: string[] = [];
  for (let nth = 0; nth <= MOST_CODES; nth++) codes.push(await makeCode(url));
  assert.deepEqual([await use(codes[0] ?? ""), await use(codes[1] ?? "")], [401, 200]);
  // A code opens nothing else.
  const headers = { "x-goog-api-key": codes[2] ?? "" };
  assert.equal(await statusOf(fetch(`${url}/admin/status`, { headers })), 401);
});

Deno.test("Guessed codes count as wrong keys, and a right one is served all the same", async () => {
  const networks: string[] = [];
  await using gateway = await startGateway({ onWrongKeys: (network) => networks.push(network) });
  const { url } = gateway;
  const code = await makeCode(url);
  const statuses: number[] = [];
  for (let nth = 0; nth <= MOST_WRONG_KEYS; nth++) {
    const wrong = nth % 2 === 0
      ? { code: `planted-guess-${nth}` }
      : { key: `planted-guess-${nth}` };
    statuses.push(await statusOf(postSignIn(url, wrong)));
  }
  assert.deepEqual(statuses, [...Array(MOST_WRONG_KEYS).fill(401), 429]);
  assert.deepEqual(networks, ["127.0.0.1"]);
  assert.equal(await statusOf(postSignIn(url, { code })), 200);
});

Deno.test("Only the admin key makes codes: no session does", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const { headers } = await signIn(url, { key: ADMIN_KEY });
  const make = (headers: Readonly<Record<string, string>>) =>
    statusOf(fetch(`${url}/admin/v1/ui-codes`, { method: "POST", headers }));
  assert.deepEqual([await make(headers), await make({})], [403, 401]);
});

Deno.test("The admin API takes the key from a header, or cookie and token of the page", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const { headers, cookie, token } = await signIn(url, { key: ADMIN_KEY });
  const ask = (headers: Readonly<Record<string, string>>, path = "/admin/v1/nothing") =>
    statusOf(fetch(url + path, { headers }));
  for (const name of ["x-goog-api-key", "x-api-key"]) {
    assert.equal(await ask({ [name]: ADMIN_KEY }), 404);
    assert.equal(await ask({ [name]: ADMIN_KEY, origin: url }), 404);
    // A wrong key is not excused by a session.
    assert.equal(await ask({ ...headers, [name]: "planted-wrong-key" }), 401);
  }
  assert.equal(await ask({ authorization: `Bearer ${ADMIN_KEY}` }), 404);
  assert.equal(await ask(headers), 404);
  assert.equal(await ask({ cookie, "x-pollux-token": token }), 404);
  assert.equal(await ask({ cookie }), 401);
  assert.equal(await ask({}, `/admin/v1/nothing?key=${ADMIN_KEY}`), 401);
  assert.equal(await ask({ cookie }, `/admin/v1/nothing?token=${token}`), 401);
  assert.equal(await ask({}), 401);
});

Deno.test("A call of the native API with the page's session is one of the gateway's own key", async () => {
  await using gateway = await startEmulatedGateway({
    ...PARTS,
    settings: { auth: { apiKey: "planted-gateway-key" } },
  });
  const { url } = gateway;
  const { headers, cookie, token } = await signIn(url, { key: ADMIN_KEY });
  const generate = (headers: Readonly<Record<string, string>>) =>
    statusOf(fetch(`${url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: "POST",
      headers,
      body: JSON.stringify(said("Hi")),
    }));
  assert.equal(await generate(headers), 200);
  assert.equal((await gateway.waitForCall(({ model }) => model !== "")).keyId, "default");
  assert.equal(await generate({ cookie, origin: url }), 403);
  assert.equal(await generate({ cookie }), 401);
  // A session that is over is not made up for by a right key, so that the page notices it.
  const over = { cookie, "x-pollux-token": `${token}x`, "x-goog-api-key": "planted-gateway-key" };
  assert.equal(await generate(over), 401);
});

Deno.test("A browser's request for /favicon.ico needs no key, and is no call", async () => {
  const methods: string[] = [];
  const observer = { end: ({ method }: { readonly method: string }) => void methods.push(method) };
  await using gateway = await startGateway({
    settings: { auth: { apiKey: "planted-gateway-key" } },
    observers: [observer],
  });
  const response = await fetch(`${gateway.url}/favicon.ico`);
  assert.equal(response.status, 204);
  assert.equal(
    response.headers.get("content-security-policy")?.includes("default-src 'none'"),
    true,
  );
  assert.equal(await statusOf(fetch(`${gateway.url}/favicon.ico/x`)), 401);
  assert.deepEqual(methods.map(isCall), [false, true]);
});

Deno.test("A page whose session is over gets 401 where everybody else needs no key", async () => {
  await using gateway = await startEmulatedGateway(PARTS);
  const { headers } = await signIn(gateway.url, { key: ADMIN_KEY });
  const list = (headers: Readonly<Record<string, string>>) =>
    statusOf(fetch(`${gateway.url}/v1beta/models`, { headers }));
  assert.deepEqual([await list({}), await list(headers)], [200, 200]);
  assert.equal(await list({ ...headers, "x-pollux-token": "planted-old-token" }), 401);
});
