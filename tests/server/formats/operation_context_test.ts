/** What is looked up for a request. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { callerOf, NO_CLIENT_KEYS } from "../../../src/server/access/caller.ts";
import type { KeptExchanges, TakeMemory } from "../../../src/server/formats/kept_parts.ts";
import { operationContext } from "../../../src/server/formats/operation_context.ts";

const MIB = 1024 * 1024;

Deno.test("The kept responses that a request names are read one by one, up to 32 MiB", async () => {
  let reading = 0;
  let count = 0;
  async function read(_: string, __: unknown, take: TakeMemory): Promise<[]> {
    count++;
    assert.equal(++reading, 1);
    await take(10 * MIB);
    reading--;
    return [];
  }
  const exchanges: KeptExchanges = {
    contentsUntil: read,
    contentsOf: read,
    keep() {},
    delete: () => Promise.resolve(false),
  };
  let taken = 0;
  const request = {
    parts: {
      modelNames: { resolve: (name: string) => name },
      toolCalls: { load() {}, get: () => undefined, keep: () => "" },
      exchanges,
      servesInteractions: () => false,
      clock: Date,
    },
    caller: callerOf({ id: "a", secret: "a" }, NO_CLIENT_KEYS),
    take(bytes: number) {
      taken += bytes;
      return Promise.resolve();
    },
  };
  await operationContext({ previousResponse: "p", responses: ["a", "b"] }, request);
  assert.equal(taken, 30 * MIB);
  count = 0;
  await assert.rejects(
    async () => await operationContext({ responses: ["a", "b", "c", "d", "e"] }, request),
    (error) =>
      error instanceof RpcError && error.code === 400 && /more than 32 MiB/.test(error.message),
  );
  assert.equal(count, 4);
});
