import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf, said, textOf } from "../../support/gemini_call.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { eventStream, startTestUpstream, type TestUpstream } from "../../support/test_upstream.ts";

function startGateway(upstream: TestUpstream): Promise<TestGateway> {
  return startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
}

const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=latin1",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/octet-stream",
  "nonsense",
  "",
];

Deno.test("A body is JSON whatever its Content-Type says", async () => {
  await using gateway = await startEmulatedGateway();
  for (const type of CONTENT_TYPES) {
    const answer = await call(gateway.url, { headers: { "content-type": type }, text: "Grüße" });
    assert.match(await textOf(answer), /Grüße/, type);
  }
});

/** Bodies that have to reach upstream as they are. */
const BODIES: readonly (readonly [name: string, body: string])[] = [
  [
    "snake_case",
    '{"system_instruction":{"parts":[{"text":"Be brief"}]},"contents":[{"parts":[{"inline_data":' +
    '{"mime_type":"image/png","data":"AA=="}}]}],"generation_config":{"max_output_tokens":1}}',
  ],
  [
    "integer enums",
    '{"contents":[],"safetySettings":[{"category":7,"threshold":4}],"toolConfig":' +
    '{"functionCallingConfig":{"mode":1}}}',
  ],
  [
    "unknown fields and enum values",
    '{"newest":{"a":[null,{}]},"contents":[{"role":"narrator","parts":[{"hologram":{"x":1}}]}],' +
    '"generationConfig":{"thinkingConfig":{"thinkingLevel":"COSMIC"}}}',
  ],
  [
    "numbers that no double holds",
    '{"contents":[{"parts":[{"functionCall":{"args":{"id":12345678901234567890,"x":1.0,"y":1e400,' +
    '"z":-0}}}]}]}',
  ],
  ["white space", ' \r\n\t{ "contents" :\n[ ] , "x" : "a\tb" }\n\n'.replace("\tb", "\\tb")],
  ["a key twice", '{"contents":[],"x":1,"x":2}'],
  ["escapes", '{"contents":[{"parts":[{"text":"\\u00e9\\ud83c\\udf0d\\/\\u0000\\ud800"}]}]}'],
  ["characters of four bytes", '{"contents":[{"parts":[{"text":"🌍 \u2028 é"}]}]}'],
  ["__proto__", '{"__proto__":{"polluted":1},"contents":[{"__proto__":null,"parts":[]}]}'],
  ["prototypes of other kinds", '{"constructor":{"prototype":{"polluted":1}},"contents":[]}'],
  ["a text of a megabyte", JSON.stringify(said("x".repeat(1_100_000)))],
  ["an empty object", "{}"],
  ["contents of a wrong kind", '{"contents":7,"systemInstruction":[[]]}'],
  ["a single content", '{"contents":{"parts":{"text":"Say something made up"}}}'],
];

Deno.test("A body reaches a gemini-api upstream byte for byte", async (t) => {
  await using upstream = startTestUpstream();
  await using gateway = await startGateway(upstream);
  for (const [name, body] of BODIES) {
    await t.step(name, async () => {
      for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
        const answer = await call(gateway.url, { method, body });
        await answer.body?.cancel();
        assert.equal(answer.status, 200);
        assert.equal(upstream.seen.at(-1)?.body, body);
      }
    });
  }
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

Deno.test("A body reaches a code-assist upstream inside the envelope, unknown parts untouched", async () => {
  await using upstream = startTestUpstream(({ url }) =>
    url.endsWith("/token")
      ? Response.json({ access_token: "t", expires_in: 3599, token_type: "Bearer" })
      : Response.json({ response: { candidates: [] } })
  );
  await using gateway = await startTestGateway({
    accounts: [{
      name: "one",
      project: "my-project",
      baseUrls: [upstream.url],
      user: {
        type: "authorized_user",
        client_id: "c",
        client_secret: "s",
        refresh_token: "r",
        token_uri: `${upstream.url}/token`,
      },
    }],
  });
  for (const name of ["unknown fields and enum values", "numbers that no double holds"]) {
    // Code Assist refuses a content without a role, so one that has none is not left as it is.
    const body = (BODIES.find((entry) => entry[0] === name)?.[1] ?? "")
      .replace('{"parts"', '{"role":"user","parts"');
    await (await call(gateway.url, { body })).body?.cancel();
    const sent = upstream.seen.at(-1)?.body ?? "";
    assert.equal(sent.slice(sent.indexOf('"request":')), `"request":${body}}`);
    const { model, project } = JSON.parse(sent);
    assert.deepEqual([model, project], ["gemini-2.5-flash", "my-project"]);
  }
});

Deno.test("A byte order mark is taken off, and no body at all is an empty message", async () => {
  await using upstream = startTestUpstream();
  await using gateway = await startGateway(upstream);
  const body = JSON.stringify(said("Hello"));
  for (const [sent, expected] of [[`\ufeff${body}`, body], ["", "{}"]] as const) {
    assert.equal((await (await call(gateway.url, { body: sent })).json()).error, undefined);
    assert.equal(upstream.seen.at(-1)?.body, expected);
  }
});

const encoder = new TextEncoder();

/** Bodies that cannot be read, and what the client has to be told. */
const BROKEN:
  readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>, says: RegExp])[] = [
    ["half an object", '{"contents":[', /line 1, column 14$/],
    ["a comma too many", '{"contents":[],}', /line 1, column 16$/],
    ["a comma too few", '{"contents":[]\n "x":1}', /line 2, column 2$/],
    ["the third line", '{\n"a":1,\n  b:2}', /line 3, column 3$/],
    ["single quotes", "{'contents':[]}", /line 1, column 2$/],
    ["a word", "contents", /line 1, column 1$/],
    ["two objects", '{"contents":[]}\n{}', /line 2, column 1$/],
    ["a line break in a string", '{"a":"x\ny"}', /line 1, column 8$/],
    ["NaN", '{"a":NaN}', /line 1, column 6$/],
    ["white space alone", " \n ", /JSON/],
    ["a form", "contents=1&x=2", /line 1, column 1$/],
    ["SSE", 'data: {"contents":[]}', /line 1, column 1$/],
    ["an array", "[]", /must be an object/],
    ["a string", '"contents"', /must be an object/],
    ["a number", "1", /must be an object/],
    ["null", "null", /must be an object/],
    ["Latin-1", Uint8Array.of(...encoder.encode('{"a":"'), 0xe9, 0x22, 0x7d), /not valid UTF-8/],
    ["half a character", encoder.encode('{"a":"é').subarray(0, 7), /not valid UTF-8/],
    ["an encoded surrogate", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), /not valid UTF-8/],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), /not valid UTF-8/],
    [
      "two megabytes that end too soon",
      `{"a":"${"x".repeat(2_000_000)}`,
      /too soon at byte 2000006$/,
    ],
  ];

Deno.test("A body that is no JSON object is 400 and says where; no account is asked", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const [name, body, says] of BROKEN) {
    await t.step(name, async () => {
      const error = await errorOf(await call(gateway.url, { body }));
      assert.deepEqual([error.code, error.status], [400, "INVALID_ARGUMENT"]);
      assert.match(error.message, says);
      assert.ok(error.message.length < 300);
    });
  }
  assert.deepEqual(gateway.emulator.requests, []);
  assert.deepEqual(gateway.problems, []);
});

const DEEP = 100_000;

Deno.test("Nesting deeper than any stack neither crashes the gateway nor is refused by it", async (t) => {
  await using upstream = startTestUpstream();
  await using gateway = await startGateway(upstream);
  const arrays = "[".repeat(DEEP) + "]".repeat(DEEP);
  const objects = '{"a":'.repeat(DEEP) + "1" + "}".repeat(DEEP);
  const bodies = {
    "arrays": `{"contents":${arrays}}`,
    "objects": `{"contents":[${objects}]}`,
    "an unknown field": `{"contents":[],"x":${arrays}}`,
    "a system instruction": `{"contents":[],"systemInstruction":${objects}}`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    await t.step(name, async () => {
      const answer = await call(gateway.url, { body });
      assert.equal(await textOf(answer), "Made up.");
      assert.equal(upstream.seen.at(-1)?.body, body);
    });
  }
  await t.step("broken off", async () => {
    const error = await errorOf(await call(gateway.url, { body: `{"x":${"[".repeat(DEEP)}` }));
    assert.equal(error.code, 400);
  });
  assert.deepEqual(gateway.problems, []);
});

Deno.test("An answer nested deeper than any stack passes as it is", async () => {
  const deep = `{"usageMetadata":${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}}`;
  await using upstream = startTestUpstream(({ url }) =>
    url.includes("stream")
      ? new Response(`data: ${deep}\n\n`, { headers: eventStream().headers })
      : new Response(deep, { headers: { "content-type": "application/json" } })
  );
  await using gateway = await startGateway(upstream);
  assert.equal(await (await call(gateway.url)).text(), deep);
  const stream = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal(await stream.text(), `data: ${deep}\n\n`);
});

Deno.test("Eighty clients at once each get the answer to their own words", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "code-assist" },
  });
  await Promise.all(Array.from({ length: 80 }, async (_, index) => {
    const text = `My number is <${index}> ${"x".repeat(index * 50)}`;
    const method = index % 2 === 0 ? "generateContent" : "streamGenerateContent";
    const answer = await (await call(gateway.url, { method, text })).text();
    const numbers = new Set(Array.from(answer.matchAll(/<(\d+)>/g), ([, number]) => number));
    assert.deepEqual([...numbers], [String(index)]);
  }));
});

/** A body that is sent in chunks, each in its own turn, so that it comes in as many pieces. */
function inPieces(text: string, count: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / count);
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at += size));
    },
  }, { highWaterMark: 0 });
}

Deno.test("A body in chunks reaches upstream whole, in however many pieces it comes", async (t) => {
  await using upstream = startTestUpstream();
  await using gateway = await startGateway(upstream);
  const empty = JSON.stringify(said("")).length;
  for (const size of [100, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 128 * 1024, 3_000_000]) {
    for (const count of [1, 2, 7]) {
      await t.step(`${size} bytes in ${count}`, async () => {
        const body = JSON.stringify(said("x".repeat(size - empty)));
        const answer = await call(gateway.url, { body: inPieces(body, count) });
        await answer.body?.cancel();
        assert.equal(answer.status, 200);
        assert.ok(upstream.seen.at(-1)?.body === body, "the body was changed");
      });
    }
  }
});
