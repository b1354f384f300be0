/** Proxies as users write them, and as they may be shown. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addressOf,
  holdsLogin,
  maskedProxy,
  parseProxyUrl,
} from "../../../src/accounts/network/proxy_url.ts";

Deno.test("parseProxyUrl() takes http, https and socks5, and drops a slash at the end", () => {
  const cases = {
    "http://127.0.0.1:3128/": "http://127.0.0.1:3128",
    "https://proxy.example": "https://proxy.example",
    "socks5://[::1]:1080": "socks5://[::1]:1080",
    " socks5h://proxy.example:1080\n": "socks5h://proxy.example:1080",
    "socks5://ada:p%2Fw@proxy.example:1080": "socks5://ada:p%2Fw@proxy.example:1080",
  };
  for (const [text, url] of Object.entries(cases)) {
    assert.equal(parseProxyUrl(text).reveal(), url);
  }
});

Deno.test("parseProxyUrl() refuses what is no proxy, and quotes none of it", () => {
  const texts = [
    ...["", "planted", "planted:1080", "ftp://planted", "socks4://planted:1", "socks5:planted"],
    ...["http://u:planted@h:x", "http://u:pl/planted@h:1", "http://u:planted%zz@h:1", "http://"],
    ...["http://planted:1/path", "http://h:1?planted", "socks5://h:1#planted"],
  ];
  for (const text of texts) {
    assert.throws(() => parseProxyUrl(text), (error: Error) => {
      assert.equal(error.name, "AccountError");
      assert.doesNotMatch(error.message, /planted/);
      return true;
    }, text);
  }
});

Deno.test("addressOf() gives back any user name and password, and maskedProxy() shows neither", () => {
  const part = fc.stringMatching(/^[^\p{C}]{6,20}$/u).filter((text) => text.trim() !== "");
  fc.assert(fc.property(part, part, (username, password) => {
    const login = [username, password].map(encodeURIComponent).join(":");
    const proxy = parseProxyUrl(`socks5://${login}@proxy.example:1080`);
    assert.ok(holdsLogin(proxy));
    assert.deepEqual(addressOf(proxy), {
      url: "socks5://proxy.example:1080",
      login: { username, password },
    });
    assert.equal(maskedProxy(proxy), "socks5://***@proxy.example:1080");
  }));
});

Deno.test("maskedProxy() shows a proxy without a login as it is", () => {
  const proxy = parseProxyUrl("http://127.0.0.1:3128");
  assert.equal(maskedProxy(proxy), "http://127.0.0.1:3128");
  assert.equal(holdsLogin(proxy), false);
});
