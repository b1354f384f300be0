/** Hosts without a proxy. @module */
import assert from "node:assert/strict";
import { parseNoProxy } from "../../../src/accounts/network/no_proxy.ts";

const CASES: readonly (readonly [list: string, url: string, isMatch: boolean])[] = [
  ["", "https://example.com", false],
  ["*", "https://example.com", true],
  ["example.com", "https://example.com/path", true],
  ["EXAMPLE.com", "https://example.COM", true],
  ["example.com", "https://a.example.com", true],
  [".example.com", "https://a.example.com", true],
  ["*.example.com", "https://a.example.com", true],
  ["example.com", "https://notexample.com", false],
  ["example.com.", "https://example.com", true],
  ["example.com", "https://example.com.", true],
  ["example.com:443", "https://example.com", true],
  ["example.com:443", "http://example.com", false],
  ["Example.com:8443", "https://a.example.com:8443", true],
  ["example.com:8443", "https://example.com", false],
  ["a.example,b.example", "https://b.example", true],
  ["a.example b.example", "https://b.example", true],
  ["127.0.0.1", "http://127.0.0.1:8080", true],
  ["127.0.0.1:8080", "http://127.0.0.1:8080", true],
  ["127.0.0.1:8081", "http://127.0.0.1:8080", false],
  ["10.0.0.0/8", "http://10.1.2.3", true],
  ["10.0.0.0/8", "http://11.1.2.3", false],
  ["::1", "http://[::1]:80", true],
  ["[::1]", "http://[::1]", true],
  ["[::1]:81", "http://[::1]", false],
  ["fd00::/8", "http://[fd12::1]", true],
  ["10.0.0.0/99, x/8, /, :, [", "http://10.1.2.3", false],
  ["10.1.2.3/32", "http://10.1.2.3", true],
  ["10.1.2.3/32", "http://10.1.2.4", false],
  ["fd12::1/128", "http://[fd12::1]", true],
  ["fd12::1/128", "http://[fd12::2]", false],
  ["fd00::/129", "http://[fd12::1]", false],
  [",,, ,", "https://example.com", false],
  [":443, []", "https://example.com..", false],
];

for (const [list, url, isMatch] of CASES) {
  Deno.test(`parseNoProxy("${list}") ${isMatch ? "matches" : "does not match"} ${url}`, () => {
    assert.equal(parseNoProxy(list).matches(new URL(url)), isMatch);
  });
}
