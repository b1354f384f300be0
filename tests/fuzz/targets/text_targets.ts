/**
 * What reads short texts: paths, hosts, durations, patterns, addresses.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AccountError } from "../../../src/accounts/account_error.ts";
import { parseBaseUrl } from "../../../src/accounts/base_url.ts";
import { isExport, readExport } from "../../../src/accounts/export_file.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { parseDuration } from "../../../src/gemini/errors/duration.ts";
import { matchMethod } from "../../../src/gemini/api/method_match.ts";
import { parseNativePath } from "../../../src/gemini/api/native_path.ts";
import { retryDelayMs } from "../../../src/gemini/errors/retry_delay.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { wildcard } from "../../../src/base/text/wildcard.ts";
import { Guard } from "../../../src/server/access/guard.ts";
import { readProto } from "../../../src/store/database/proto.ts";
import { StoreError } from "../../../src/store/store_error.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, latin1, outcome, textOf } from "../fuzz_target.ts";

function checkPath(input: Uint8Array): void {
  const found = outcome(() => parseNativePath(latin1(input)), [RpcError]);
  if (!("value" in found)) return;
  const { version, path } = found.value;
  assert.match(version, /^v1(?:beta|alpha)?$/);
  assert.doesNotMatch(path, /\/\/|(?:^|\/)\.\.?(?:\/|$)/);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assert.doesNotMatch(path, /[\\\x00-\x1f\x7f]/);
  for (const verb of ["GET", "POST"]) matchMethod(verb, found.value);
}

/** A Host that passes is one that URL reads as the same host, and one that is allowed. */
function checkHost(input: Uint8Array): void {
  const host = latin1(input).trim();
  // Headers take no others, and Deno gives none.
  if (!/^[\x20-\x7e]+$/.test(host)) return;
  const guard = new Guard({ host: "127.0.0.1", allowedHosts: ["pollux.example"], corsOrigins: [] });
  const request = { url: `http://${host}/v1beta/models?x`, headers: new Headers({ host }) };
  const found = outcome(() => guard.check(request as Request), [RpcError]);
  if (!("value" in found)) return;
  assert.equal(found.value, "/v1beta/models");
  const { hostname, pathname, username } = new URL(request.url);
  assert.deepEqual([pathname, username], ["/v1beta/models", ""]);
  assert.ok(
    /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|pollux\.example)$/.test(hostname),
    `"${host}" passes as ${hostname}`,
  );
}

/** Go's durations, as `time.ParseDuration` reads those that are not negative. */
function checkDuration(input: Uint8Array): void {
  const ms = parseDuration(textOf(input));
  assert.ok(ms === undefined || (Number.isFinite(ms) && ms >= 0), `${ms}`);
}

function checkRetryDelay(input: Uint8Array): void {
  const text = textOf(input);
  const error = new RpcError("RESOURCE_EXHAUSTED", text, {
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": text }],
  });
  const ms = retryDelayMs(error, { nowMs: 1_000_000, retryAfterHeader: text });
  assert.ok(ms === undefined || (Number.isFinite(ms) && ms >= 0), `${ms}`);
}

function checkWildcard(input: Uint8Array): void {
  const [pattern = "", name = ""] = textOf(input).slice(0, 256).split("\0");
  assert.equal(wildcard(pattern).test(name), fits(pattern, name), `${pattern} ${name}`);
}

/** The same, by trying every length that a star may stand for. */
function fits(pattern: string, name: string): boolean {
  let places = new Set([0]);
  for (const sign of pattern.split("")) {
    const next = new Set<number>();
    for (const at of places) {
      if (sign !== "*") {
        if (name[at] === sign) next.add(at + 1);
      } else for (let end = at; end <= name.length; end++) next.add(end);
    }
    places = next;
  }
  return places.has(name.length);
}

function checkUrls(input: Uint8Array): void {
  const text = textOf(input);
  const base = outcome(() => parseBaseUrl(text), [AccountError]);
  if ("value" in base) {
    const url = new URL(base.value);
    assert.match(url.protocol, /^https?:$/);
    assert.equal(`${url.username}${url.password}${url.search}${url.hash}`, "");
  }
  const proxy = outcome(() => parseProxyUrl(text), [AccountError]);
  if ("value" in proxy) {
    assert.match(new URL(proxy.value.reveal()).protocol, /^(?:https?|socks5h?):$/);
  }
}

function checkExport(input: Uint8Array): void {
  const text = textOf(input);
  const found = outcome(() => readExport(text), [AccountError]);
  if ("value" in found) assert.ok(isExport(text));
}

function checkProto(input: Uint8Array, random: Random): void {
  const found = outcome(() => readProto(input.slice()), [StoreError]);
  if (!("value" in found)) return;
  const field = random.between(0, 16);
  assert.ok(Number.isFinite(found.value.number(field)));
  assert.ok(found.value.bytes(field).length <= input.length);
  outcome(() => found.value.messages(field), [StoreError]);
}

/** A key with signs that JSON, URLs and base64 write in other ways. */
const SECRET = 'planted-"key"/+=.~';

/**
 * What may hold a secret comes out without it, in any form in which it could be read back, and without
 * what a terminal would obey.
 */
function checkRedaction(input: Uint8Array, random: Random): void {
  const redaction = new Redaction([{ reveal: () => SECRET }]);
  const around = textOf(input);
  const at = random.between(0, around.length);
  const forms = [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)];
  const form = forms[random.between(0, forms.length - 1)] ?? SECRET;
  const text = `${around.slice(0, at)}${form}${around.slice(at)}`;
  const shown = redaction.text(text);
  for (const other of forms) assert.ok(!shown.includes(other), shown);
  assert.ok(!/[a-z]{3,64}@[a-z]{3,63}\.(?:com|example)\b/.test(shown), shown);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assert.doesNotMatch(shown, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
}

const DURATION_TOKENS = [
  "1h",
  "2m3s",
  "ms",
  "us",
  "µs",
  "ns",
  ".",
  "1e9",
  "-",
  "Please retry in ",
  ".",
];

/** The targets. */
export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: "native_path",
    seeds: [
      "/v1beta/models/gemini-2.5-flash:generateContent",
      "/v1beta/v1//models/models/x%3AcountTokens/",
      "/models/publishers/google/models/a:b:c",
      "/v1beta/files/abc",
    ],
    tokens: [
      "/",
      "//",
      "..",
      "/./",
      "%2e",
      "%2F",
      "%3A",
      ":",
      "models/",
      "/v1beta",
      "\\",
      "%",
      "%00",
    ],
    check: checkPath,
  },
  {
    name: "host",
    seeds: [
      "127.0.0.1:8045",
      "localhost",
      "[::1]:80",
      "pollux.example",
      "127.999.1.1",
      "a@localhost:1",
    ],
    tokens: [
      ".",
      ":",
      "@",
      "/",
      "?",
      "#",
      "\\",
      "[",
      "]",
      "localhost",
      "127.",
      "pollux.example",
      "%2f",
    ],
    check: checkHost,
  },
  {
    name: "duration",
    seeds: ["1h2m3.5s", "12s", "0.708s"],
    tokens: DURATION_TOKENS,
    check: checkDuration,
  },
  {
    name: "retry_delay",
    seeds: [
      "56s",
      "Quota exceeded. Please retry in 56.185908122s.",
      "Your quota will reset after 1h2m3s.",
      "2026-11-28T10:00:00Z",
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "120",
    ],
    tokens: [...DURATION_TOKENS, ")", "resets in ", "GMT", "9999999999999999999999"],
    check: checkRetryDelay,
  },
  {
    name: "wildcard",
    seeds: ["gemini-*\0gemini-2.5-flash", "*\0", "a*b*c\0abbc", "**a\0aa"],
    tokens: ["*", "**", "\0", ".", "(", "[", "\n", "a"],
    check: checkWildcard,
  },
  {
    name: "urls",
    seeds: ["https://a.example/x", "http://user:pw@127.0.0.1:3128", "socks5://[::1]:1080"],
    tokens: ["http://", "https://", "socks5://", "@", ":", "/", "?", "#", "[", "]", "%"],
    check: checkUrls,
  },
  {
    name: "export_file",
    seeds: [
      '{ "format": "pollux-accounts", "version": 1, "salt": "AAAA", "nonce": "AAAA", "sealed": "AAAA" }',
    ],
    tokens: [
      '"format"',
      '"pollux-accounts"',
      '"version":',
      "1",
      "2",
      "{",
      "}",
      "=",
      "A",
      '"sealed":',
    ],
    check: checkExport,
  },
  {
    name: "redaction",
    seeds: [
      "Permission denied for ada@lovelace.example.",
      '{"error":{"message":"Consumer api_key:\\u0061da\\u0040lovelace.example \\n","a@bcd.com":1}}',
      "\\a@b.c ada%40example.com ada@münchen.example",
    ],
    tokens: [
      "@",
      "%40",
      "\\u0040",
      ".example",
      ".com",
      "ada",
      "\\",
      '"',
      "\u202e",
      "\x1b[31m",
      "é",
    ],
    check: checkRedaction,
  },
  {
    name: "proto",
    seeds: [
      "\x08\x01\x12\x03abc",
      "\x0a\x05\x08\x96\x01\x12\x00",
      "\x09\x01\x02\x03\x04\x05\x06\x07\x08",
    ],
    tokens: ["\x08", "\x12", "\x80", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", "\x0d", "\x09"],
    check: checkProto,
  },
];
