/** Checks of upstreams and of the clock, against servers on loopback. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { checkClock } from "../../../src/cli/doctor/check_clock.ts";
import { checkUpstream } from "../../../src/cli/doctor/check_upstream.ts";
import { type Probe, probeUpstream, reasonFor } from "../../../src/cli/doctor/probe_upstream.ts";
import { planted } from "../../support/planted.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { startSilentUpstream } from "../../support/silent_upstream.ts";
import { SERVER_CERTIFICATE } from "../../support/test_certificate.ts";
import { closedUrl } from "../../support/test_upstream.ts";

const LIMIT_MS = 20_000;

/** Asks, and tells it as a finding: severity, message, remedy. */
async function asked(baseUrl: string, options: { proxy?: string; limitMs?: number } = {}) {
  const { limitMs = LIMIT_MS } = options;
  const proxy = options.proxy === undefined ? undefined : new Secret(options.proxy);
  const probe = await probeUpstream({ baseUrl, proxy, limitMs, clock: Date });
  const [finding] = checkUpstream({ baseUrl, proxy, probe });
  assert.ok(finding);
  return { probe, ...finding };
}

/** A server that answers with that date. */
function serveDate(date: () => number, tls: Partial<typeof SERVER_CERTIFICATE> = {}) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls },
    () => new Response("", { status: 404, headers: { date: new Date(date()).toUTCString() } }),
  );
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("probeUpstream() takes any answer for a sign that the upstream is reached", async () => {
  await using server = serveDate(Date.now);
  const { severity, message } = await asked(`http://127.0.0.1:${server.port}`);
  assert.equal(severity, "ok");
  assert.match(message, /can be reached$/);
});

Deno.test("probeUpstream() tells refusal, an unknown name, certificates and TLS apart", async () => {
  await using tls = serveDate(Date.now, SERVER_CERTIFICATE);
  await using plain = serveDate(Date.now);
  const cases: Readonly<Record<string, RegExp>> = {
    [closedUrl()]: /connection is refused/,
    "http://no..such..name": /name is not found \(DNS\)/,
    [`https://127.0.0.1:${tls.port}`]: /certificate is not trusted \(TLS\): UnknownIssuer$/,
    [`https://127.0.0.1:${plain.port}`]: /its TLS is not valid/,
  };
  for (const [url, words] of Object.entries(cases)) {
    const { severity, message, remedy } = await asked(url);
    assert.equal(severity, "error");
    assert.match(message, words);
    assert.ok(remedy);
  }
});

Deno.test("probeUpstream() gives up an upstream that says nothing", async () => {
  await using silent = startSilentUpstream();
  const { severity, message } = await asked(silent.url, { limitMs: 200 });
  assert.equal(severity, "error");
  assert.match(message, /does not respond in time/);
});

Deno.test("probeUpstream() goes through the account's proxy, and hides its password", async () => {
  await using server = serveDate(Date.now);
  const url = `http://127.0.0.1:${server.port}`;
  const password = planted("password");
  await using proxy = startHttpProxy({ login: { username: "user", password } });
  const address = `http://user:${password}@127.0.0.1:${proxy.port}`;
  const good = await asked(url, { proxy: address });
  assert.equal(good.severity, "ok");
  assert.equal(good.message, `${url} through http://***@127.0.0.1:${proxy.port} can be reached`);
  assert.deepEqual(proxy.asked, [`GET ${url}/`]);
  const bad = await asked(url, { proxy: closedUrl() });
  assert.equal(bad.severity, "error");
  assert.match(bad.remedy ?? "", /^Check the proxy's address and login/);
});

Deno.test("checkUpstream() warns of credentials in clear text", () => {
  const probe: Probe = { isReached: true, aheadMs: 0 };
  for (
    const [baseUrl, severity] of [
      ["http://google.example", "warning"],
      ["https://google.example", "ok"],
      ["http://127.0.0.1:1", "ok"],
    ] as const
  ) {
    assert.equal(checkUpstream({ baseUrl, proxy: undefined, probe })[0]?.severity, severity);
  }
});

Deno.test("reasonFor() knows the words that the network has", () => {
  const words: Readonly<Record<string, string>> = {
    "client error (Connect): dns error: failed to lookup address information": "name",
    "client error (Connect): tcp connect error: Connection refused (os error 111)": "refused",
    "client error (Connect): invalid peer certificate: Expired": "certificate",
    "client error (Connect): received corrupt message of type InvalidContentType": "tls",
    "client error (Connect): Proxy server unreachable": "proxy",
    "Signal timed out.": "late",
    "client error (SendRequest): connection closed before message completed": "other",
  };
  for (const [text, reason] of Object.entries(words)) assert.equal(reasonFor(text), reason, text);
});

Deno.test("checkClock() passes half a minute and warns beyond, in both directions", async () => {
  for (
    const [aheadMs, words] of [
      [0, /^ok: It agrees/],
      [20_000, /^ok: It agrees/],
      [-20_000, /^ok: It agrees/],
      [3_600_000, /^warning: This machine's clock is 3[56]\d\d s behind upstream's$/],
      [-3_600_000, /^warning: This machine's clock is 3[56]\d\d s ahead of upstream's$/],
    ] as const
  ) {
    await using server = serveDate(() => Date.now() + aheadMs);
    const { probe } = await asked(`http://127.0.0.1:${server.port}`);
    const [finding] = checkClock([probe]);
    assert.match(`${finding?.severity}: ${finding?.message}`, words);
  }
});

Deno.test("checkClock() believes the nearest of several, and needs one", () => {
  const wrong: Probe = { isReached: true, aheadMs: 1e9 };
  const right: Probe = { isReached: true, aheadMs: -5 };
  assert.equal(checkClock([wrong, right])[0]?.severity, "ok");
  assert.equal(checkClock([wrong])[0]?.severity, "warning");
  assert.equal(checkClock([])[0]?.severity, "note");
  assert.equal(checkClock([{ isReached: true, aheadMs: undefined }])[0]?.severity, "note");
});
