/** Thought signatures, for clients that drop them and across accounts: seen from both ends. @module */
import assert from "node:assert/strict";
import type { RecordedRequest } from "../../../src/emulator/emulator.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf, type GeminiCallOptions, textOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { eventStream, RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";

const METHODS = ["generateContent", "streamGenerateContent"] as const;
const MODEL = "gemini-3.8-flash";
const PLACEHOLDER = "skip_thought_signature_validator";
const TOOLS = [{ functionDeclarations: [{ name: "f" }, { name: "g" }] }];
const QUESTION = { role: "user", parts: [{ text: "Please call the function" }] };
const RESULT = { role: "user", parts: [{ functionResponse: { name: "f", response: { ok: 1 } } }] };

type Part = Record<string, unknown>;

/** A model's content that calls the function, as a client repeats it. */
function called(signature?: string, args: unknown = {}): Part {
  const functionCall = { name: "f", args };
  const part = signature === undefined
    ? { functionCall }
    : { functionCall, thoughtSignature: signature };
  return { role: "model", parts: [part] };
}

/** A response that calls functions. */
function calls(...parts: readonly Part[]): Part {
  return { candidates: [{ content: { role: "model", parts }, finishReason: "STOP" }] };
}

function ask(
  gateway: { readonly url: string },
  contents: readonly unknown[],
  options: GeminiCallOptions = {},
): Promise<Response> {
  const body = JSON.stringify({ contents, tools: TOOLS });
  return call(gateway.url, { model: MODEL, body, ...options });
}

/** The parts that a whole or a streamed response holds. */
async function partsOf(response: Response): Promise<Part[]> {
  assert.equal(response.status, 200);
  const text = await response.text();
  const responses = text.startsWith("data: ")
    ? text.trimEnd().split("\n\n").map((event) => event.slice("data: ".length))
    : [text];
  return responses.flatMap((answer) => JSON.parse(answer).candidates[0].content.parts);
}

/** The contents of what reached upstream, out of any envelope. */
function contentsOf({ body }: Pick<RecordedRequest, "body">) {
  const message = JSON.parse(JSON.stringify(body));
  return (message.request ?? message).contents;
}

/** The generating requests that reached upstream. */
function sent({ emulator }: EmulatedGateway): RecordedRequest[] {
  return emulator.requests.filter(({ path }) => /generateContent/i.test(path));
}

/** The signature of each part of each content. */
function signaturesOf(request: Pick<RecordedRequest, "body">): (string | undefined)[][] {
  return contentsOf(request).map(({ parts }: { parts: Part[] }) =>
    parts.map((part) => part["thoughtSignature"] ?? part["thought_signature"])
  );
}

for (const kind of ACCOUNT_KINDS) {
  for (const method of METHODS) {
    Deno.test(`A signature that the client dropped is put back (${kind}, ${method})`, async () => {
      await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
      const [first = {}] = await partsOf(await ask(gateway, [QUESTION], { method }));
      assert.equal(typeof first["thoughtSignature"], "string");
      const again = await ask(gateway, [QUESTION, called(), RESULT], { method });
      assert.match(JSON.stringify(await partsOf(again)), /The function f answered/);
      const requests = sent(gateway);
      assert.equal(requests.length, 2);
      assert.deepEqual(signaturesOf(requests[1] ?? assert.fail()), [
        [undefined],
        [first["thoughtSignature"]],
        [undefined],
      ]);
    });

    Deno.test(`Each call gets its own signature back, by its place (${kind}, ${method})`, async () => {
      await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
      const same = { functionCall: { name: "f", args: { b: 1, a: [2.5, { z: null, y: -0 }] } } };
      const parallel = { functionCall: { name: "g", args: {} } };
      const text = { text: "", thoughtSignature: "c2lnVGV4dA==" };
      const signedTwo = { ...same, thoughtSignature: "c2lnMg==" };
      gateway.emulator.script("one", [
        { type: "ok", events: [calls({ ...same, thoughtSignature: "c2lnMQ==" }, parallel)] },
        { type: "ok", events: [calls(signedTwo, { ...same, thoughtSignature: "c2ln" }, text)] },
        { type: "ok", text: "Done" },
        { type: "ok", events: [calls({ ...same, thoughtSignature: "c2lnMw==" })] },
      ]);
      const turned = { functionCall: { name: "f", args: { a: [2.5, { y: 0, z: null }], b: 1 } } };
      const one = { role: "model", parts: [turned, parallel] };
      const two = { role: "model", parts: [turned, turned] };
      const done = { role: "model", parts: [{ text: "Done" }] };
      const turn: unknown[] = [QUESTION];
      for (const next of [[one, RESULT], [two, RESULT], [done, QUESTION], [two, RESULT]]) {
        await (await ask(gateway, turn, { method })).text();
        turn.push(...next);
      }
      await (await ask(gateway, turn, { method })).text();
      const signed = sent(gateway).map((request) => signaturesOf(request).flat().filter(Boolean));
      // The fourth request opens another turn: what came before it needs no signature any more.
      assert.deepEqual(signed, [
        [],
        ["c2lnMQ=="],
        ["c2lnMQ==", "c2lnMg==", "c2ln"],
        [],
        ["c2lnMw=="],
      ]);
    });
  }

  Deno.test(`A ${kind} upstream gets a request that keeps its signatures byte for byte`, async () => {
    await using upstream = startTestUpstream(({ url }) =>
      url.endsWith("/token")
        ? Response.json({ access_token: "t", expires_in: 3599, token_type: "Bearer" })
        : Response.json(kind === "gemini-api" ? RESPONSE : { response: RESPONSE })
    );
    await using gateway = await startTestGateway({ accounts: [account(kind, upstream.url)] });
    const body =
      '{ "contents": [{"role":"user","parts":[{"text":"Please"}]}, {"role":"model","parts":' +
      '[{"functionCall":{"name":"f","args":{"id":12345678901234567890,"x":-0,"y":1.0}},' +
      '"thoughtSignature":"c2ln"}]},{"role":"user","parts":[]}],"tools":[{"functionDeclarations":[]}]}';
    assert.equal(await textOf(await call(gateway.url, { model: MODEL, body })), "Made up.");
    assert.ok(upstream.seen.at(-1)?.body.includes(body));
  });

  Deno.test(`A call whose signature nobody knows gets the placeholder after ${kind}'s refusal`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
    const turn: unknown[] = [QUESTION, called(), RESULT];
    const answer = await ask(gateway, turn);
    assert.match(await textOf(answer), /The function f answered/);
    assert.equal(answer.headers.get("x-pollux-attempts"), "2");
    const requests = sent(gateway);
    assert.deepEqual(requests.map(({ account }) => account), ["one", "one"]);
    assert.deepEqual(requests.map((request) => signaturesOf(request)[1]), [[undefined], [
      PLACEHOLDER,
    ]]);
    // From now on the conversation is known to need them: it is not refused each time.
    const next = await ask(gateway, [...turn, called(), RESULT]);
    assert.equal(next.headers.get("x-pollux-attempts"), "1");
    await next.text();
    const last = sent(gateway).at(-1) ?? assert.fail();
    assert.deepEqual(signaturesOf(last).flat(), [
      undefined,
      PLACEHOLDER,
      undefined,
      PLACEHOLDER,
      undefined,
    ]);
  });
}

function account(kind: AccountKind, url: string) {
  const common = { name: "one", baseUrls: [url], project: "p" };
  const user = {
    type: "authorized_user",
    client_id: "c",
    client_secret: "s",
    refresh_token: "r",
    token_uri: `${url}/token`,
  };
  return kind === "gemini-api" ? { ...common, key: "k" } : { ...common, user };
}

Deno.test("A signature never goes to an upstream of another kind, whether the client kept it or not", async (t) => {
  const pairs = ACCOUNT_KINDS.flatMap((from) => ACCOUNT_KINDS.map((to) => [from, to] as const));
  for (const [from, to] of pairs.filter(([from, to]) => from !== to)) {
    for (const method of METHODS) {
      for (const keeps of [true, false]) {
        await t.step(`${from} to ${to}, ${method}, ${keeps ? "kept" : "dropped"}`, async () => {
          await using gateway = await startEmulatedGateway({ accounts: { one: from, two: to } });
          const [first = {}] = await partsOf(await ask(gateway, [QUESTION], { method }));
          gateway.emulator.always("one", { type: "429-long", hours: 3 });
          const signature = keeps ? `${first["thoughtSignature"]}` : undefined;
          const turn = [QUESTION, called(signature), RESULT];
          const answer = await ask(gateway, turn, { method });
          assert.match(JSON.stringify(await partsOf(answer)), /The function f answered/);
          assert.equal(answer.headers.get("x-pollux-account"), "two");
          assert.equal(answer.headers.get("x-pollux-attempts"), "2");
          const [, own, foreign] = sent(gateway).map((request) => signaturesOf(request)[1]);
          assert.deepEqual([own, foreign], [[first["thoughtSignature"]], [PLACEHOLDER]]);
        });
      }
    }
  }
});

Deno.test("A signature on a text does not go to an upstream of another kind either", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "code-assist" },
  });
  const hello = { role: "user", parts: [{ text: "Good evening to you" }] };
  const parts = await partsOf(await ask(gateway, [hello]));
  assert.equal(typeof parts.at(-1)?.["thoughtSignature"], "string");
  gateway.emulator.always("one", { type: "429-long", hours: 3 });
  const answer = await ask(gateway, [hello, { role: "model", parts }, hello]);
  assert.equal(answer.headers.get("x-pollux-account"), "two");
  await answer.text();
  const [, model] = contentsOf(sent(gateway).at(-1) ?? assert.fail());
  assert.deepEqual(model.parts, [{ ...parts[0], thoughtSignature: PLACEHOLDER }]);
});

Deno.test("A signature never goes to another model", async () => {
  await using gateway = await startEmulatedGateway();
  const [first = {}] = await partsOf(await ask(gateway, [QUESTION]));
  for (const signature of [undefined, `${first["thoughtSignature"]}`]) {
    const turn = [QUESTION, called(signature), RESULT];
    const answer = await ask(gateway, turn, { model: "gemini-3.1-pro-preview" });
    assert.match(await textOf(answer), /The function f answered/);
    assert.equal(answer.headers.get("x-pollux-attempts"), "1");
    assert.deepEqual(signaturesOf(sent(gateway).at(-1) ?? assert.fail())[1], [PLACEHOLDER]);
  }
});

Deno.test("A signature that goes to another account of its kind stays as it is", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const [first = {}] = await partsOf(await ask(gateway, [QUESTION]));
  gateway.emulator.always("one", { type: "429-long", hours: 3 });
  const answer = await ask(gateway, [QUESTION, called(), RESULT]);
  assert.equal(answer.headers.get("x-pollux-account"), "two");
  await answer.text();
  const last = sent(gateway).at(-1) ?? assert.fail();
  assert.deepEqual(signaturesOf(last)[1], [first["thoughtSignature"]]);
});

Deno.test("A conversation never gets the signatures of another", async () => {
  await using gateway = await startEmulatedGateway();
  await (await ask(gateway, [QUESTION])).text();
  const other = { role: "user", parts: [{ text: "Please call the function for me as well" }] };
  await (await ask(gateway, [other, called(), RESULT])).text();
  const asOther = { headers: { "x-goog-api-key": "another caller" } };
  await (await ask(gateway, [QUESTION, called(), RESULT], asOther)).text();
  await (await ask(gateway, [QUESTION, called(undefined, { a: 1 }), RESULT])).text();
  const signed = sent(gateway).map((request) => signaturesOf(request)[1]);
  assert.deepEqual(signed, [
    undefined,
    ...Array.from({ length: 3 }, () => [[undefined], [PLACEHOLDER]]).flat(),
  ]);
});

Deno.test("A refusal over signatures is tried again once, within the attempts, on the same account", async (t) => {
  const refusal = { error: { code: 400, message: "Corrupted thought signature." } };
  const turn = [QUESTION, called("c2ln"), RESULT];
  async function requestsOf(maxAttempts: number, contents: readonly unknown[]) {
    await using upstream = startTestUpstream(() => Response.json(refusal, { status: 400 }));
    await using gateway = await startTestGateway({
      accounts: ["one", "two"].map((name) => ({ name, baseUrls: [upstream.url], key: name })),
      settings: { routing: { maxAttempts } },
    });
    const error = await errorOf(await ask(gateway, contents));
    assert.equal(error.message, "Corrupted thought signature.");
    return upstream.seen.map(({ headers, body }) => [
      headers.get("x-goog-api-key"),
      signaturesOf({ body: JSON.parse(body) })[1]?.[0],
    ]);
  }
  await t.step("refused again: it is told", async () => {
    assert.deepEqual(await requestsOf(3, turn), [["one", "c2ln"], ["one", PLACEHOLDER]]);
  });
  await t.step("no attempt left", async () => {
    assert.deepEqual(await requestsOf(1, turn), [["one", "c2ln"]]);
  });
  await t.step("nothing that could be changed", async () => {
    const fixed = [QUESTION, called(PLACEHOLDER), RESULT];
    assert.deepEqual(await requestsOf(3, fixed), [["one", PLACEHOLDER]]);
  });
});

Deno.test("A request of another fault is not tried again", async () => {
  await using gateway = await startEmulatedGateway();
  const error = await errorOf(await ask(gateway, [QUESTION, { role: "model", parts: [{}] }]));
  assert.equal(error.code, 400);
  assert.equal(sent(gateway).length, 1);
});

Deno.test("A dressed request differs from the client's in its signatures alone", async () => {
  const signature = "c2lnbmF0dXJl";
  const answered = calls({ functionCall: { name: "f", args: {} }, thoughtSignature: signature });
  await using upstream = startTestUpstream((request) =>
    request.url.includes(":stream") ? eventStream(answered) : Response.json(answered)
  );
  await using gateway = await startTestGateway({ accounts: [account("gemini-api", upstream.url)] });
  const start =
    '{\n "generationConfig": {"seed": 12345678901234567890, "x": -0, "y": 1.0, "x": 2},' +
    ' "tools":[{"function_declarations":[{"name":"f"}]}],' +
    ' "contents" :[{"parts":[{"text":"a { \\" skip \\ud83d } functionCall"}]}';
  const end = ',{"role":"model","parts":[ { "function_call" : {"args":{}, "name":"f"}}]},' +
    '{"role":"function","parts":[{"function_response":{"name":"f","response":{"big":98765432109876543210}}}]}] }';
  for (const method of METHODS) {
    await (await call(gateway.url, { method, model: MODEL, body: `${start}]}` })).text();
    await (await call(gateway.url, { method, model: MODEL, body: start + end })).text();
    const dressed = end.replace(
      '{ "function_call"',
      `{"thoughtSignature":"${signature}", "function_call"`,
    );
    assert.equal(upstream.seen.at(-1)?.body, start + dressed);
  }
});
