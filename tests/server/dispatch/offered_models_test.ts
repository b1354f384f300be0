/** Accounts that are known to offer a model are asked before the others; in virtual time. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { PoolAccount } from "../../../src/pool/pool_account.ts";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import { type FaultScope, UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { account } from "../../support/test_pool.ts";
import { type CallEnd, type VirtualCall, VirtualGateway } from "../../support/virtual_gateway.ts";

/** What an account listed, and what it has: as it listed, unless that is out of date. */
interface Offered {
  readonly listed?: readonly string[];
  readonly has?: readonly string[];
  readonly settings?: Partial<PoolAccount>;
}

/** A gateway whose accounts say 404 to models that they do not have. */
function gatewayOf(offered: Readonly<Record<string, Offered>>) {
  const lists = new ModelLists();
  const ids = Object.keys(offered);
  lists.accountCount = ids.length;
  for (const [id, { listed }] of Object.entries(offered)) {
    if (listed !== undefined) lists.set(id, listed.map((model) => ({ name: `models/${model}` })));
  }
  const asked: string[] = [];
  const faults = new Map<string, (FaultScope | { readonly delayMs: number })[]>();
  const gateway = new VirtualGateway({
    accounts: ids.map((id) => account(id, offered[id]?.settings)),
    strategy: "balance",
    maxAttempts: 3,
    maxWaitMs: 10_000,
    lists,
    response({ accountId, model }) {
      asked.push(accountId);
      const fault = faults.get(accountId)?.shift();
      if (fault !== undefined) {
        const [scope, facts] = typeof fault === "string"
          ? [fault, {}] as const
          : ["account-model", fault] as const;
        const status = scope === "account" ? "PERMISSION_DENIED" : "RESOURCE_EXHAUSTED";
        return Promise.reject(
          new UpstreamFault(scope, new RpcError(status, `${accountId} failed`), facts),
        );
      }
      const { listed = [], has = listed } = offered[accountId] ?? {};
      if (has.includes(model)) return Promise.resolve();
      const error = new RpcError("NOT_FOUND", `${accountId} does not know ${model}`);
      return Promise.reject(new UpstreamFault("model", error));
    },
  });
  return {
    gateway,
    lists,
    /** The accounts that were asked since this was read. */
    taken: () => asked.splice(0),
    fail: (id: string, ...more: (FaultScope | { readonly delayMs: number })[]) =>
      faults.set(id, more),
    /** Makes calls for `m` one after the other. */
    async play(...calls: readonly Partial<VirtualCall>[]): Promise<CallEnd[]> {
      const ends: CallEnd[] = [];
      async function makeCalls(): Promise<void> {
        for (const one of calls) ends.push(await gateway.call({ model: "m", ...one }));
      }
      const playing = makeCalls();
      await gateway.time.run();
      await playing;
      return ends;
    },
  };
}

function statusOf({ error }: CallEnd): string {
  if (error === undefined) return "OK";
  return error instanceof RpcError ? error.status : String(error);
}

Deno.test("A model that only the third account offers is asked of that one alone", async () => {
  const { play, taken } = gatewayOf({
    a: { listed: ["n"] },
    b: { listed: ["n"] },
    c: { listed: ["m", "n"], settings: { priority: -5 } },
  });
  for (const end of await play({}, {}, {})) {
    assert.deepEqual([statusOf(end), end.record.account, end.record.attempts], ["OK", "c", 1]);
  }
  assert.deepEqual(taken(), ["c", "c", "c"]);
  const ends = await play({ model: "n" }, { model: "n" });
  assert.deepEqual(ends.map(({ record }) => record.account), ["a", "b"], "others have their turns");
});

Deno.test("Accounts of which nothing is known have their turns beside those that offer the model", async () => {
  const { play, taken } = gatewayOf({
    a: { listed: ["n"] },
    b: { listed: ["m"] },
    c: { has: ["m"] },
  });
  await play({}, {}, {}, {});
  assert.deepEqual(taken().sort(), ["b", "b", "c", "c"]);
});

Deno.test("After one that does not know the model, the one that offers it is asked, whatever its turn", async () => {
  const { play, taken } = gatewayOf({ a: {}, b: {}, c: {}, d: { listed: ["m"] } });
  const [end] = await play({});
  assert.deepEqual([end && statusOf(end), taken()], ["OK", ["a", "d"]]);
});

Deno.test("A call waits for the account that offers the model, and does not ask a third that may not", async () => {
  const { play, taken, fail, gateway } = gatewayOf({
    a: {},
    b: {},
    c: {},
    d: { listed: ["m"], settings: { maxConcurrent: 1, priority: 1 } },
  });
  const streaming = gateway.call({ model: "m", streamMs: 5000 });
  fail("c", { delayMs: 1 });
  const [end] = await play({});
  await streaming;
  assert.equal(end && statusOf(end), "OK");
  assert.deepEqual(taken(), ["d", "a", "b", "d"]);
});

Deno.test("Where no account lists a model, two are asked, as if nothing was known", async () => {
  for (const listed of [["n"], undefined]) {
    const offered = listed === undefined ? {} : { listed };
    const { play, taken } = gatewayOf({ a: offered, b: offered, c: offered });
    const [end] = await play({ model: "made-up" });
    assert.equal(end && statusOf(end), "NOT_FOUND");
    assert.equal(taken().length, 2);
  }
});

Deno.test("A new model that no list has yet is asked of all accounts in turn", async () => {
  const { play, taken } = gatewayOf({
    a: { listed: ["n"], has: ["m"] },
    b: { listed: ["n"], has: ["m"] },
  });
  for (const end of await play({}, {}, {}, {})) assert.equal(end.record.attempts, 1);
  assert.deepEqual(taken(), ["a", "b", "a", "b"]);
});

Deno.test("Where those that offer the model can't be asked, a list that is out of date fails no call", async () => {
  const { play, taken, fail } = gatewayOf({
    a: { listed: ["n"], has: ["m"] },
    b: { listed: ["m"] },
  });
  fail("b", { delayMs: 600_000 });
  const ends = await play({}, {});
  assert.deepEqual(ends.map(statusOf), ["OK", "OK"]);
  assert.deepEqual(taken(), ["b", "a", "a"]);
});

Deno.test("While those that offer the model cool down, others are asked once, and the client hears of the quota", async () => {
  const { play, taken, fail } = gatewayOf({
    a: { listed: ["n"] },
    b: { listed: ["n"] },
    c: { listed: ["m"] },
  });
  fail("c", { delayMs: 600_000 });
  const ends = await play({}, {}, {}, {});
  assert.deepEqual(taken(), ["c", "a", "b"], "one in each call, and none twice");
  for (const { error } of ends) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.status, "RESOURCE_EXHAUSTED");
    assert.match(error.message, /the first one is back in 600 s .*Upstream said: c failed/);
  }
});

Deno.test("A client hears why the account that offers the model is refused, not that others lack it", async () => {
  const { play, fail } = gatewayOf({ a: { listed: ["n"] }, b: { listed: ["m"] } });
  fail("b", "account");
  for (const end of await play({}, {})) {
    assert.equal(statusOf(end), "PERMISSION_DENIED");
    assert.ok(end.error instanceof RpcError);
    assert.match(end.error.message, /b failed/);
  }
});

Deno.test("After a transient fault the account that offers the model is asked again", async () => {
  const { play, taken, fail } = gatewayOf({ a: { listed: ["n"] }, b: { listed: ["m"] } });
  fail("b", "transient");
  const [end] = await play({});
  assert.deepEqual([end && statusOf(end), taken()], ["OK", ["b", "a", "b"]]);
});

Deno.test("A model that its lists promise and no account has is asked of two", async () => {
  const { play, taken } = gatewayOf({
    a: { listed: ["m"], has: [] },
    b: { listed: ["m"], has: [] },
    c: { listed: ["m"], has: [] },
    d: { listed: ["n"] },
  });
  const [end] = await play({});
  assert.equal(end && statusOf(end), "NOT_FOUND");
  assert.equal(taken().length, 2);
});

Deno.test("A conversation moves to an account that offers its new model, and stays for what goes on", async () => {
  const { play, taken } = gatewayOf({ a: { listed: ["n"] }, b: { listed: ["m", "n"] } });
  const conversation = "one";
  await play({ model: "n", conversation }, { conversation }, { model: "n", conversation });
  assert.deepEqual(taken(), ["a", "b", "b"]);
});

Deno.test("A call in line is given the account that offers the model, not one that is free before", async () => {
  const { play, taken, gateway } = gatewayOf({
    a: { listed: ["n"], settings: { maxConcurrent: 1 } },
    b: { listed: ["m"], settings: { maxConcurrent: 1 } },
  });
  const streams = [
    gateway.call({ model: "n", streamMs: 1000 }),
    gateway.call({ model: "m", streamMs: 3000 }),
  ];
  const [end] = await play({});
  await Promise.all(streams);
  assert.equal(end && statusOf(end), "OK");
  assert.deepEqual(taken(), ["a", "b", "b"]);
});

Deno.test("A list that changes counts for the next call", async () => {
  const { play, taken, lists, gateway } = gatewayOf({
    a: { listed: ["n"], has: ["m"] },
    b: { listed: ["m"], has: ["m"] },
    c: { listed: ["m"], has: ["m"] },
  });
  function list(id: string, ...models: readonly string[]): void {
    lists.set(id, models.map((model) => ({ name: `models/${model}` })));
    gateway.pool.offersChanged(id);
  }
  await play({}, {});
  assert.deepEqual(taken(), ["b", "c"]);
  list("b", "n");
  list("a", "m");
  await play({}, {}, {});
  assert.deepEqual(new Set(taken()), new Set(["a", "c"]));
  list("a", "n");
  list("c", "n");
  await play({}, {}, {});
  assert.deepEqual(taken().sort(), ["a", "b", "c"], "none offers it: all are asked");
});
