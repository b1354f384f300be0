/**
 * What spans show of a URL.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { shownUrl, urlAttributes } from "../../../src/telemetry/otel/shown_url.ts";

const ORIGIN = "http://127.0.0.1:8045";

Deno.test("shownUrl() shows parameters and values that Google defines, and no others", () => {
  const query =
    "alt=sse&key=k&upload_id=u&$alt=json;enum-encoding=int&pageSize=50&alt=other&x=alt=sse" +
    "&uploadType=resumable&access_token=t&__proto__=sse&alt";
  assert.deepEqual(shownUrl(new Request(`${ORIGIN}/v1beta/models?${query}`)), {
    isSecure: false,
    query: "alt=sse&$alt=json;enum-encoding=int&pageSize=50&uploadType=resumable",
  });
  assert.equal(shownUrl(new Request("https://localhost/")).isSecure, true);
});

Deno.test("urlAttributes() shows no path unless it is given one", () => {
  assert.deepEqual(urlAttributes({ isSecure: true, query: "" }), {
    "url.path": "/***",
    "url.scheme": "https",
  });
});

Deno.test("shownUrl() shows of any query only what is defined", () => {
  const shown =
    /^(?:\$?alt=(?:json|sse|media|proto)(?:;enum-encoding=int)?|pageSize=\d{1,6}|uploadType=\w+)?$/;
  const names = fc.constantFrom("alt", "$alt", "pageSize", "uploadType", "key", "upload_id");
  const values = fc.oneof(fc.string(), fc.constantFrom("sse", "json", "50", "media"));
  fc.assert(fc.property(fc.array(fc.tuple(names, values)), (pairs) => {
    const query = new URLSearchParams(pairs.map(([name, value]) => [name, value]));
    const { query: found } = shownUrl(new Request(`${ORIGIN}/?${query}`));
    assert.ok(found.split("&").every((one) => shown.test(one)), found);
  }));
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
    const { query } = shownUrl(new Request(url));
    assert.ok(query === "" || query.split("&").every((one) => shown.test(one)), query);
  }));
});
