import assert from "node:assert/strict";
import { networkFault } from "../../../src/upstream/exchange/exchange.ts";

const AT = {
  signal: new AbortController().signal,
  url: "https://generativelanguage.googleapis.com/v1beta/models",
  connections: { viaText: "", send: () => Promise.reject(new Error("unused")), close() {} },
};

for (
  const message of [
    "Too many open files (os error 24)",
    "tcp connect error: Too many open files in system (os error 23)",
    "error sending request: client error (Connect): tcp open error: Too many open files (os error 24)",
    "EMFILE: too many open files",
    // The words are in the user's language, or Windows' own.
    "Zu viele offene Dateien in System (os error 23)",
    "Zu viele offene Dateien (os error 24)",
    "A socket operation could not be performed (os error 10024)",
  ]
) {
  Deno.test(`networkFault() names the limit of open files for "${message}", and no account`, () => {
    const fault = networkFault(new Error(message), AT);
    assert.equal(fault.scope, "request");
    assert.equal(fault.owner, "network");
    assert.equal(fault.rpc.code, 503);
    assert.match(fault.message, /This machine's limit of open files/);
    assert.match(fault.message, /ulimit -n/);
    assert.doesNotMatch(fault.message, /googleapis/);
    assert.equal(fault.rpc.retryAfterMs, 1000);
  });
}

Deno.test("networkFault() names upstream for other errors", () => {
  for (const words of ["Connection refused (os error 111)", "Something else (os error 240)"]) {
    const fault = networkFault(new Error(words), AT);
    assert.equal(fault.scope, "transient");
    assert.equal(fault.owner, "network");
    assert.match(fault.message, /generativelanguage\.googleapis\.com/);
  }
});
