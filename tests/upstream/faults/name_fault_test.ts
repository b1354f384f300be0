/** Names that this machine cannot look up. @module */
import assert from "node:assert/strict";
import { networkFault } from "../../../src/upstream/exchange/exchange.ts";
import { isNameFailure, NameFault } from "../../../src/upstream/faults/name_fault.ts";

const WORDS = [
  "failed to lookup address information: Name or service not known",
  "failed to lookup address information",
  "Temporary failure in name resolution",
  "Name or service not known",
  "nodename nor servname provided, or not known",
  "No such host is known. (os error 11001)",
  "client error (Connect): dns error: no record found",
];

function at(viaText: string) {
  return {
    signal: new AbortController().signal,
    url: "https://generativelanguage.googleapis.com/v1beta/models",
    connections: { viaText, send: () => Promise.reject(new Error("unused")), close() {} },
  };
}

for (const words of WORDS) {
  Deno.test(`networkFault() names the name that has no address for "${words}"`, () => {
    const fault = networkFault(new Error(words), at(""));
    assert.ok(fault instanceof NameFault);
    assert.equal(fault.host, "generativelanguage.googleapis.com");
    assert.deepEqual([fault.scope, fault.owner], ["transient", "network"]);
    assert.deepEqual([fault.rpc.code, fault.rpc.status], [503, "UNAVAILABLE"]);
    assert.match(fault.message, /cannot look up "generativelanguage\.googleapis\.com"\. Check its/);
  });
}

Deno.test("networkFault() blames no name of the server's where a proxy looks it up", () => {
  const fault = networkFault(new Error(WORDS[0]), at(" through the account's proxy"));
  assert.ok(!(fault instanceof NameFault));
  assert.match(fault.message, /^The connection to https:.* through the account's proxy failed: /);
});

Deno.test("isNameFailure() takes no other failure for one", () => {
  for (const words of ["Connection refused (os error 111)", "the host is unreachable", ""]) {
    assert.equal(isNameFailure(words), false, words);
  }
});
