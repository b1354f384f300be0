/** Who a request comes from. @module */
import assert from "node:assert/strict";
import { Auth } from "../../../src/server/access/auth.ts";
import type { ClientKeys } from "../../../src/keys/client_key.ts";
import { callerOf, mayUse, NO_CLIENT_KEYS } from "../../../src/server/access/caller.ts";
import type { AuthMode } from "../../../src/server/settings.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

const API_KEY = "planted-gateway-key";
const KEYS = clientKeysOf(new Map([["planted-client-a", "a"]]));

/** The caller's id and rights, or the status of the refusal. */
function caller(
  { key = "", apiKey, mode = "auto", clientKeys = NO_CLIENT_KEYS, headers = {} }: {
    readonly key?: string;
    readonly apiKey?: string;
    readonly mode?: AuthMode;
    readonly clientKeys?: ClientKeys;
    readonly headers?: Record<string, string>;
  },
) {
  const auth = new Auth({
    server: { host: "127.0.0.1", allowedHosts: [] },
    auth: { mode, apiKey },
  }, clientKeys);
  const request = new Request("http://127.0.0.1:8045/v1beta/files/abc", {
    headers: { ...headers, ...(key === "" ? {} : { "x-goog-api-key": key }) },
  });
  try {
    const { id, secret, isScoped, mayLookUp } = auth.check(request, "/files/abc");
    // What a client key's caller owns must not depend on the key's text.
    assert.equal(secret, clientKeys.get(id) === undefined ? key : id);
    return [id, isScoped, mayLookUp];
  } catch (error) {
    assert.ok(error instanceof RpcError);
    return error.status;
  }
}

Deno.test("A caller is named by its key: open without one, default with the gateway's, else the client's", () => {
  assert.deepEqual(caller({}), ["open", false, true]);
  assert.deepEqual(caller({ key: "any" }), ["open", false, true]);
  assert.deepEqual(caller({ key: API_KEY, apiKey: API_KEY }), ["default", false, true]);
  assert.deepEqual(caller({ key: "wrong", apiKey: API_KEY }), "UNAUTHENTICATED");
  const clientKeys = KEYS;
  assert.deepEqual(caller({ key: "planted-client-a", clientKeys }), ["a", true, false]);
  const both = { apiKey: API_KEY, clientKeys };
  assert.deepEqual(caller({ ...both, key: "planted-client-a" }), ["a", true, false]);
  assert.deepEqual(caller({ ...both, key: API_KEY }), ["default", true, true]);
  assert.deepEqual(caller({ ...both, key: "wrong" }), "UNAUTHENTICATED");
  assert.deepEqual(caller({ ...both, mode: "off" }), ["open", true, false]);
  assert.deepEqual(caller({ ...both, mode: "off", key: API_KEY }), ["default", true, true]);
});

Deno.test("Once client keys exist, a key is asked for, forwarded or not", () => {
  const headers = { "x-forwarded-for": "192.0.2.1" };
  assert.equal(caller({ clientKeys: KEYS }), "UNAUTHENTICATED");
  assert.equal(caller({ clientKeys: KEYS, headers }), "UNAUTHENTICATED");
  assert.deepEqual(caller({ clientKeys: KEYS, headers, key: "planted-client-a" }), [
    "a",
    true,
    false,
  ]);
  assert.equal(caller({ headers }), "UNAUTHENTICATED");
});

Deno.test("mayUse() gives a key what it made, and the gateway's key what no other key can use", () => {
  const ids = ["a", "b", "default", "open", "removed"];
  const scoped = ids.map((id) => ids.filter((madeBy) => mayUse(as(id, true), madeBy)));
  assert.deepEqual(scoped, [["a"], ["b"], ["default", "open", "removed"], ["open"], ["removed"]]);
  assert.ok(ids.every((id) => ids.every((madeBy) => mayUse(as(id, false), madeBy))));
});

function as(id: string, exist: boolean) {
  const clientKeys = clientKeysOf(new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]));
  return callerOf({ id, secret: "" }, { ...clientKeys, exist });
}
