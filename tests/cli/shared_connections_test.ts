/** Which way the accounts' requests take. @module */
import assert from "node:assert/strict";
import { sharedConnections } from "../../src/cli/shared_connections.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import { FetchedConnections } from "../../src/upstream/wire/fetched_connections.ts";

function withVariables(variables: Readonly<Record<string, string>>) {
  return sharedConnections((name) => variables[name]);
}

Deno.test("sharedConnections() are Pollux's own where the environment names no proxy", () => {
  for (const variables of [{}, { NO_PROXY: "localhost", HTTPS_PROXY: "" }]) {
    assert.ok(withVariables(variables) instanceof DirectConnections);
  }
});

for (const name of ["HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"]) {
  Deno.test(`sharedConnections() are fetch's where ${name} names a proxy`, () => {
    assert.ok(withVariables({ [name]: "http://127.0.0.1:9" }) instanceof FetchedConnections);
  });
}
