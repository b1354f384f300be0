/** Which calls belong together, and that they go to one account. @module */
import assert from "node:assert/strict";
import { conversationOf as conversationOfBody } from "../../../src/server/dispatch/conversation.ts";
import { bodyOf } from "../../support/body_of.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, said } from "../../support/gemini_call.ts";

function conversationOf(
  body: unknown,
  from: { readonly headers: Headers; readonly caller: string },
) {
  return conversationOfBody(bodyOf(body), from);
}

const THREE = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;
const TEXT = "The very same opening words";

/** The account that answers a call. */
async function accountOf(
  gateway: { readonly url: string },
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<string | null> {
  const response = await call(gateway.url, { body: JSON.stringify(body), headers });
  assert.equal(response.status, 200, await response.text());
  return response.headers.get("x-pollux-account");
}

Deno.test("conversationOf() goes by x-session-id, then sessionId, then the opening words", () => {
  const from = (header?: string) => ({
    headers: new Headers(header === undefined ? {} : { "x-session-id": header }),
    caller: "key",
  });
  function sessionOf(body: Record<string, unknown>, header?: string): string {
    return conversationOf({ ...said(TEXT), ...body }, from(header)).session;
  }
  const byWords = sessionOf({});
  const byId = sessionOf({ sessionId: "id" });
  assert.match(byWords, /^[0-9a-f]{64}$/);
  assert.match(byId, /^[0-9a-f]{64}$/);
  assert.notEqual(byId, byWords);
  assert.equal(sessionOf({ session_id: "id" }), byId);
  assert.equal(sessionOf({ sessionId: "other" }, "id"), byId);
  assert.equal(sessionOf({ contents: [] }, "id"), byId);
  for (const none of ["", 7, null, undefined]) {
    assert.equal(sessionOf({ sessionId: none }), byWords);
  }
  assert.equal(sessionOf({}, ""), byWords);
});

Deno.test("conversationOf() tells callers apart by their key, and those without by their User-Agent", () => {
  function sessionOf(caller: string, agent: string | undefined, id?: string): string {
    const headers = new Headers(agent === undefined ? {} : { "user-agent": agent });
    if (id !== undefined) headers.set("x-session-id", id);
    return conversationOf(said(TEXT), { headers, caller }).session;
  }
  for (const id of [undefined, "the same id"]) {
    const sessions = [
      sessionOf("", undefined, id),
      sessionOf("", "cli/1", id),
      sessionOf("", "sdk/2", id),
      sessionOf("any", "cli/1", id),
      sessionOf("other", "cli/1", id),
    ];
    assert.equal(new Set(sessions).size, sessions.length);
    assert.equal(sessionOf("any", "cli/1", id), sessions[3]);
  }
});

Deno.test("conversationOf() knows a continuation by its token", () => {
  const from = { headers: new Headers(), caller: "" };
  const first = conversationOf(said(TEXT), from);
  assert.equal(first.isContinuation, false);
  for (const name of ["continuationToken", "continuation_token"]) {
    const next = conversationOf({ ...said(TEXT), [name]: "token" }, from);
    assert.deepEqual(next, {
      session: first.session,
      sessionFrom: "content",
      isContinuation: true,
    });
  }
});

Deno.test("Calls with one x-session-id go to one account, whatever they say", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const headers = { "x-session-id": "a conversation" };
  const first = await accountOf(gateway, said("It begins like this"), headers);
  for (const text of ["and goes on like that", "or some other way", "until it ends"]) {
    await accountOf(gateway, said(`Another conversation: ${text}`));
    assert.equal(await accountOf(gateway, said(text), headers), first);
  }
});

Deno.test("A sessionId in the body binds as well; the Gemini API does not get to see it, Code Assist does", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const first = await accountOf(gateway, { ...said("It begins like this"), sessionId: "s" });
  await accountOf(gateway, said("Another conversation"));
  for (const body of [{ sessionId: "s" }, { session_id: "s" }]) {
    assert.equal(await accountOf(gateway, { ...said("It goes on"), ...body }), first);
  }
  assert.ok(gateway.emulator.requests.every(({ rawBody }) => !rawBody?.includes("session")));
  await using other = await startEmulatedGateway({ accounts: { only: "code-assist" } });
  await accountOf(other, { ...said("It begins like this"), sessionId: "s" });
  assert.match(other.emulator.requests.at(-1)?.rawBody ?? "", /"sessionId":"s"/);
});

Deno.test("Two clients with the same opening words are two conversations", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const cli = { "user-agent": "cli/1" };
  const sdk = { "user-agent": "sdk/2", "x-goog-api-key": "any" };
  const accounts = [
    await accountOf(gateway, said(TEXT), cli),
    await accountOf(gateway, said(TEXT), sdk),
  ];
  assert.deepEqual(accounts.toSorted(), ["one", "two"]);
  assert.equal(await accountOf(gateway, said(TEXT), cli), accounts[0]);
  assert.equal(await accountOf(gateway, said(TEXT), sdk), accounts[1]);
});

Deno.test("A conversation whose account fails moves, and stays where it went", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const first = await accountOf(gateway, said(TEXT));
  assert.ok(first);
  gateway.emulator.script(first, [{ type: "429-short", delayMs: 1 }]);
  const second = await accountOf(gateway, said(TEXT));
  assert.notEqual(second, first);
  for (let turn = 0; turn < 3; turn++) assert.equal(await accountOf(gateway, said(TEXT)), second);
});

Deno.test("A continuation goes to the account that gave the token, even when calls are spread by load", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: THREE,
    settings: { routing: { strategy: "performance_first" } },
  });
  const spread = new Set<string | null>();
  for (let turn = 0; turn < 3; turn++) spread.add(await accountOf(gateway, said(TEXT)));
  assert.equal(spread.size, 3);
  const first = await accountOf(gateway, said(TEXT));
  for (let turn = 0; turn < 3; turn++) {
    const next = await accountOf(gateway, { ...said(TEXT), continuationToken: "t" });
    assert.equal(next, first);
  }
});
