/** What makes something is not made twice: where a call is sent again, by its method's class. @module */
import assert from "node:assert/strict";
import type { RetryClass } from "../../../src/gemini/api/methods.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { type FaultScope, UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { account } from "../../support/test_pool.ts";
import { VirtualGateway } from "../../support/virtual_gateway.ts";

/** How the first account fails. */
interface Failure {
  readonly scope: FaultScope;
  readonly isUndone: boolean;
  readonly delayMs?: number;
}

/** The accounts that a call is sent to, one after the other, where the first of them fails. */
async function askedFor(
  retry: RetryClass,
  { scope, isUndone, delayMs }: Failure,
  ids: readonly string[] = ["a", "b"],
) {
  const asked: string[] = [];
  const gateway = new VirtualGateway({
    accounts: ids.map((id, nth) => account(id, { priority: -nth })),
    strategy: "balance",
    maxAttempts: 3,
    response({ accountId }) {
      asked.push(accountId);
      if (asked.length > 1) return Promise.resolve();
      const rpc = new RpcError("UNAVAILABLE", "It failed");
      return Promise.reject(new UpstreamFault(scope, rpc, { isUndone, delayMs }));
    },
  });
  const calling = gateway.call({ model: "m", retry });
  await gateway.time.run();
  const { error } = await calling;
  const rests = gateway.pool.snapshot()[0];
  return { asked: asked.join(" "), error, rests };
}

const TORN = { scope: "transient", isUndone: false } as const;

Deno.test("A call is sent to another account, or to the same again, where its class allows", async () => {
  const rows: readonly (readonly [RetryClass, Failure, asked: string])[] = [
    ["anywhere", TORN, "a b"],
    ["before_sent", TORN, "a"],
    ["never", TORN, "a"],
    ["before_sent", { scope: "transient", isUndone: true }, "a b"],
    ["before_sent", { scope: "account-model", isUndone: true }, "a b"],
    ["before_sent", { scope: "account", isUndone: true }, "a b"],
    ["before_sent", { scope: "model", isUndone: true }, "a b"],
    ["never", { scope: "transient", isUndone: true }, "a"],
    ["never", { scope: "account", isUndone: true }, "a"],
  ];
  for (const [retry, failure, asked] of rows) {
    const end = await askedFor(retry, failure);
    assert.equal(end.asked, asked, `${retry} ${JSON.stringify(failure)}`);
    if (asked === "a") assert.match(String(end.error), /It failed/);
    else assert.equal(end.error, undefined);
  }
});

Deno.test("The same account is asked again after a moment only where the class allows", async () => {
  const moment = { ...TORN, delayMs: 500 };
  assert.equal((await askedFor("anywhere", moment, ["a"])).asked, "a a");
  assert.equal((await askedFor("before_sent", moment, ["a"])).asked, "a");
  assert.equal((await askedFor("before_sent", { ...moment, isUndone: true }, ["a"])).asked, "a a");
});

Deno.test("An account that failed a call that is not sent again rests all the same", async () => {
  const { rests } = await askedFor("never", { scope: "account", isUndone: true });
  assert.equal(rests?.state, "cooling");
});

Deno.test("A method that no account's kind serves is a 400 that names the method and the kinds", async () => {
  const gateway = new VirtualGateway({
    accounts: [account("a", { serves: () => false })],
    canServe: false,
    strategy: "balance",
    maxAttempts: 3,
    response: () => Promise.resolve(),
  });
  const calling = gateway.call({ model: "m" });
  await gateway.time.run();
  const { error } = await calling;
  assert.ok(error instanceof RpcError);
  assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
  assert.equal(
    error.message,
    'No account in use can serve "generateContent": it needs an account of the kind gemini-api or ' +
      "vertex or code-assist. Add one, as in: pollux accounts add gemini-api NAME",
  );
});

Deno.test("A model that the user's rules deny is a 404, where an account's kind serves the method", async () => {
  const gateway = new VirtualGateway({
    accounts: [account("a", { serves: () => false })],
    strategy: "balance",
    maxAttempts: 3,
    response: () => Promise.resolve(),
  });
  const calling = gateway.call({ model: "m" });
  await gateway.time.run();
  const { error } = await calling;
  assert.ok(error instanceof RpcError && error.code === 404, String(error));
});
