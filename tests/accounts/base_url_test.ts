import assert from "node:assert/strict";
import { isCleartext, parseBaseUrl } from "../../src/accounts/base_url.ts";

Deno.test("parseBaseUrl() keeps the path and drops trailing slashes", () => {
  assert.equal(parseBaseUrl("https://example.com/"), "https://example.com");
  assert.equal(parseBaseUrl("http://127.0.0.1:8080/google//"), "http://127.0.0.1:8080/google");
});

Deno.test("parseBaseUrl() refuses what is no plain http URL, without repeating it", () => {
  const wrong = [
    "example.com",
    "",
    "ftp://example.com",
    "file:///etc/passwd",
    "https://ada:hunter2@example.com",
    "https://hunter2@example.com",
    "https://example.com?key=hunter2",
    "https://example.com#hunter2",
  ];
  for (const text of wrong) {
    assert.throws(() => parseBaseUrl(text), (error: Error) => {
      assert.equal(error.name, "AccountError", text);
      assert.ok(!error.message.includes("hunter2"), error.message);
      return true;
    });
  }
});

Deno.test("isCleartext() is true of http to anywhere but this machine", () => {
  for (const url of ["http://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com"]) {
    assert.equal(isCleartext(url), true, url);
  }
  for (
    const url of [
      "https://example.com",
      "http://localhost:1",
      "http://127.9.9.9",
      "http://[::1]:80",
      "http://a.localhost",
    ]
  ) {
    assert.equal(isCleartext(url), false, url);
  }
});
