/** Code Assist with tokens that end, are revoked or cannot be had. @module */
import assert from "node:assert/strict";
import { parseCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { AuthorizedUserTokens } from "../../../src/accounts/tokens/authorized_user_tokens.ts";
import { TokenError } from "../../../src/accounts/tokens/token_error.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { CodeAssist } from "../../../src/upstream/code_assist/code_assist.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import {
  callOf,
  countTokens,
  eventsOf,
  faultOf,
  generateContent,
  HELLO,
  streamGenerateContent,
  textOf,
} from "../../support/upstream_call.ts";

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly upstream: CodeAssist;
}

async function place(): Promise<Place> {
  const emulator = await startEmulator();
  const user = parseCredentialsFile(JSON.stringify(emulator.addUser("only", { project: "p" })));
  const tokens = new AuthorizedUserTokens(user, { clock: Date });
  return {
    emulator,
    upstream: new CodeAssist({
      baseUrls: [emulator.url],
      tokens,
      project: "p",
      clock: Date,
      outbound: outboundOf({}),
    }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

function ask({ upstream }: Place): Promise<Uint8Array> {
  return generateContent(upstream, callOf(HELLO));
}

Deno.test("One refresh serves all calls that wait for a token, and later ones", async () => {
  await using at = await place();
  await Promise.all(Array.from({ length: 10 }, () => ask(at)));
  await ask(at);
  assert.equal(at.emulator.tokenRequests("only"), 1);
});

Deno.test("A call with a token that was revoked gets another and goes to the same account again", async () => {
  await using at = await place();
  await ask(at);
  at.emulator.revokeTokens("only");
  const budget = new AttemptBudget(3);
  assert.ok(textOf(await generateContent(at.upstream, callOf(HELLO, { budget }))));
  assert.equal(budget.taken, 2);
  assert.equal(at.emulator.tokenRequests("only"), 2);
});

Deno.test("Every kind of call goes to the same account again once its token was refused", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const calls = {
    generateContent: () => generateContent(upstream, callOf(HELLO)),
    countTokens: () => countTokens(upstream, callOf(HELLO)),
    streamGenerateContent: async () =>
      await eventsOf(await streamGenerateContent(upstream, callOf(HELLO))),
    fetchAvailableModels: () => upstream.list("models", new AbortController().signal),
  };
  for (const [method, call] of Object.entries(calls)) {
    await call();
    emulator.clear();
    emulator.revokeTokens("only");
    await call();
    assert.deepEqual(
      emulator.requests.map(({ path }) => path.replace(/^.*[:/]/, "")),
      [method, "token", method],
    );
  }
});

Deno.test("200 calls in flight with one revoked token are answered after one refresh", async () => {
  await using at = await place();
  await ask(at);
  at.emulator.revokeTokens("only");
  const responses = await Promise.all(Array.from({ length: 200 }, () => ask(at)));
  for (const response of responses) assert.ok(textOf(response));
  assert.equal(at.emulator.tokenRequests("only"), 2);
});

Deno.test("A new token that is refused as well is the account's fault", async () => {
  await using at = await place();
  at.emulator.always("only", "401-expired");
  const budget = new AttemptBudget(3);
  const fault = await faultOf(generateContent(at.upstream, callOf(HELLO, { budget })));
  assert.equal(fault.scope, "account");
  assert.equal(fault.rpc.code, 401);
  assert.equal(budget.taken, 2);
  assert.equal(at.emulator.tokenRequests("only"), 2);
  // That is known of the account from now on: the next token is not followed by yet another.
  assert.equal((await faultOf(ask(at))).scope, "account");
  assert.equal(at.emulator.tokenRequests("only"), 3);
});

Deno.test("A refusal is the token's fault, and transient, where no attempt is left to try another", async () => {
  await using at = await place();
  at.emulator.always("only", "401-expired");
  const { upstream } = at;
  const last = () => callOf(HELLO, { budget: new AttemptBudget(1) });
  assert.equal((await faultOf(generateContent(upstream, last()))).scope, "transient");
  assert.equal((await faultOf(generateContent(upstream, last()))).scope, "account");
});

Deno.test("A good answer between two refusals makes the second one the token's fault again", async () => {
  await using at = await place();
  for (let round = 0; round < 3; round++) {
    at.emulator.script("only", ["401-expired"]);
    assert.ok(textOf(await ask(at)), `round ${round}`);
  }
  assert.equal(at.emulator.tokenRequests("only"), 4);
});

Deno.test("A call that is aborted once its token was refused is not sent again", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  await ask(at);
  emulator.revokeTokens("only");
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  const controller = new AbortController();
  emulator.clear();
  emulator.script("only", ["hang"], { method: "token" });
  const leaving = faultOf(
    generateContent(upstream, callOf(HELLO, { signal: controller.signal })),
  );
  await emulator.waitForRequest(({ path }) => path === "/token");
  controller.abort(gone);
  assert.equal(await leaving, gone);
  emulator.release();
  assert.ok(textOf(await ask(at)));
  assert.equal(emulator.requests.filter(({ path }) => path !== "/token").length, 2);
});

Deno.test("Google's words for a grant that was taken back reach the client", async () => {
  await using at = await place();
  at.emulator.revokeUser("only");
  const fault = await faultOf(ask(at));
  assert.equal(fault.scope, "account");
  assert.equal(fault.rpc.status, "UNAUTHENTICATED");
  assert.equal(fault.rpc.code, 401);
  assert.match(fault.rpc.message, /Token has been expired or revoked\. \(invalid_grant\)/);
  assert.match(fault.rpc.message, /sign in again/);
  assert.doesNotMatch(fault.rpc.message, /emulated-secret-/);
});

Deno.test("A token endpoint that is out of order is a transient fault", async () => {
  await using at = await place();
  at.emulator.script("only", ["503"], { method: "token" });
  const fault = await faultOf(ask(at));
  assert.equal(fault.scope, "transient");
  assert.equal(fault.rpc.status, "UNAVAILABLE");
  assert.match(fault.rpc.message, /^The token endpoint 127\.0\.0\.1:\d+ returned 503/);
});

Deno.test("A call that is aborted while it waits for a token leaves the refresh to the others", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", ["hang"], { method: "token" });
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  const controller = new AbortController();
  const leaving = faultOf(
    generateContent(upstream, callOf(HELLO, { signal: controller.signal })),
  );
  const staying = ask(at);
  await emulator.waitForRequest(({ path }) => path === "/token");
  controller.abort(gone);
  assert.equal(await leaving, gone);
  emulator.release();
  assert.ok(textOf(await staying));
  assert.equal(emulator.tokenRequests("only"), 1);
});

Deno.test("A refused token is replaced for methods of every class but never, since nothing was done", async () => {
  for (const [retry, tokens] of [["anywhere", 2], ["before_sent", 2], ["never", 1]] as const) {
    await using at = await place();
    await ask(at);
    at.emulator.revokeTokens("only");
    const calling = at.upstream.call(callOf(HELLO, { retry }));
    if (retry === "never") assert.equal((await faultOf(calling)).rpc.code, 401);
    else assert.equal((await calling).type, "json");
    assert.equal(at.emulator.tokenRequests("only"), tokens, retry);
  }
});

Deno.test("A fault for want of a token is undone: nothing was sent", async () => {
  const tokens = {
    token: () => Promise.reject(new TokenError("unavailable", "Off")),
    invalidate() {},
  };
  const upstream = new CodeAssist({
    baseUrls: ["http://127.0.0.1:1"],
    tokens,
    project: "p",
    clock: Date,
    outbound: outboundOf({}),
  });
  const fault = await faultOf(upstream.call(callOf(HELLO)));
  assert.deepEqual([fault.scope, fault.isUndone], ["transient", true]);
});
