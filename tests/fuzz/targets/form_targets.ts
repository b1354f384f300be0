/**
 * What reads forms.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readForm } from "../../../src/formats/form/form_body.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, latin1, outcome } from "../fuzz_target.ts";

const TYPE = "multipart/form-data; boundary=b";

/** A form that is read holds nothing that is not in the body, and cut short it is refused or holds less. */
function checkForm(input: Uint8Array, random: Random): void {
  const found = outcome(() => readForm(input, TYPE), [RpcError]);
  outcome(() => readForm(input, latin1(input)), [RpcError]);
  if (!("value" in found)) return;
  const { fields, files } = found.value;
  const body = latin1(input);
  for (const { bytes, type } of files) {
    assert.ok(body.includes(latin1(bytes)));
    assert.equal(type, type.toLowerCase());
  }
  const cut = outcome(() => readForm(input.subarray(0, random.between(0, input.length)), TYPE), [
    RpcError,
  ]);
  if ("value" in cut) {
    assert.ok(cut.value.fields.length + cut.value.files.length <= fields.length + files.length);
  }
}

/** The targets. */
export const FORM_TARGETS: readonly FuzzTarget[] = [{
  name: "form_body",
  seeds: [
    '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\ntext\r\n--b--\r\n',
    '--b\r\nContent-Disposition: form-data; name="a"; filename="f.wav"\r\n' +
    'Content-Type: audio/wav\r\n\r\n\0\r\n\r\n--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n--b--',
  ],
  tokens: [
    ...["\r\n", "\r\n\r\n", "--b", "\r\n--b\r\n", "\r\n--b--", '"', '\\"', "%22", ";", "=", ": "],
    ...['filename="', "filename*=", "name=", "boundary=", "Content-Transfer-Encoding: base64"],
    ...["multipart/form-data", "Content-Disposition: form-data"],
  ],
  check: checkForm,
}];
