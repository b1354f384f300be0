/** How client keys are stored. @module */
import assert from "node:assert/strict";
import { hasRight, KEY_RIGHTS } from "../../src/keys/client_key.ts";
import { keyOfRow, rowOfKey } from "../../src/keys/key_record.ts";
import { clientKey } from "../support/client_keys.ts";

const DIGEST = "0f".repeat(32);

Deno.test("A key that may not call is stored so that a version without rights cannot read it", () => {
  for (const may of [undefined, ["calls"], ["metrics"], ["calls", "metrics"]] as const) {
    const key = clientKey("a", DIGEST, may === undefined ? {} : { may });
    const row = rowOfKey(key);
    assert.deepEqual(keyOfRow(row), key);
    // Such a version reads a digest of 64 digits alone.
    const isReadable = /^[0-9a-f]{64}$/.test(String(row.fields["digest"]));
    assert.equal(isReadable, hasRight(key, "calls"), String(may));
  }
});

Deno.test("A key without a right is not read as one with the usual ones", () => {
  const { id, name, fields } = rowOfKey(clientKey("a", DIGEST, { may: ["metrics"] }));
  for (const may of [[], ["admin"], ["calls", "admin"], "calls", null]) {
    assert.equal(keyOfRow({ id, name, fields: { ...fields, may } }), undefined, String(may));
  }
});

Deno.test("hasRight() gives a key calls alone if nothing was said", () => {
  assert.deepEqual(KEY_RIGHTS.map((right) => hasRight({}, right)), [true, false]);
});
