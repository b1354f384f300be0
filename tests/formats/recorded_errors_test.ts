/** Errors have the members and types of those that the real APIs sent. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../src/base/json.ts";
import { anthropicError } from "../../src/formats/anthropic/anthropic_error.ts";
import { openaiError } from "../../src/formats/openai/openai_error.ts";
import { RpcError, statusOfHttp } from "../../src/gemini/errors/rpc_error.ts";
import { readExchanges } from "../recordings/exchanges.ts";

/** The members of an object and of the object within it, as paths. */
function membersOf(value: unknown): readonly string[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...membersOf(inner).map((member) => `${name}.${member}`),
  ]).sort();
}

for (const api of ["openai", "anthropic"] as const) {
  Deno.test(`Errors of ${api} have the members and types of the real ones`, async () => {
    const recorded = (await readExchanges(api)).filter(({ status }) => status >= 400);
    assert.ok(recorded.length >= 3);
    for (const { status, response, source } of recorded) {
      assert.ok(isJsonObject(response) && isJsonObject(response.error), source);
      const { message, type, code } = response.error;
      const text = String(message);
      const error = new RpcError(statusOfHttp(status), text, { code: status });
      const own = api === "openai" ? openaiError(error) : anthropicError(error, "id");
      assert.equal(own.status, status);
      assert.deepEqual(membersOf(own.body), membersOf(response), source);
      assert.ok(isJsonObject(own.body.error));
      assert.equal(own.body.error.type, type);
      if (status === 404) assert.equal(own.body.error.code, code);
    }
  });
}
