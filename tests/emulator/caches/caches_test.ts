/** Caches of the Gemini API: made, changed, used and refused as by Google. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { callWithKey, HELLO } from "../calls.ts";
import { call, type ReadResponse } from "../files/file_calls.ts";

/** Content of 1,250 tokens. */
const CONTENTS = [{ role: "user", parts: [{ text: "x".repeat(5000) }] }];
const CACHE = { model: "models/gemini-2.5-flash", contents: CONTENTS };
const GONE = {
  code: 403,
  message: "CachedContent not found (or permission denied)",
  status: "PERMISSION_DENIED",
};

type Caller = readonly [Emulator, string];

function create(caller: Caller, body: JsonObject): Promise<ReadResponse> {
  const options = { method: "POST", body: JSON.stringify(body) };
  return call(caller, "/v1beta/cachedContents", options);
}

function patch(caller: Caller, path: string, body: JsonObject): Promise<ReadResponse> {
  return call(caller, `/v1beta/${path}`, { method: "PATCH", body: JSON.stringify(body) });
}

async function errorOf(response: Promise<Response>): Promise<JsonObject> {
  return (await (await response).json()).error;
}

Deno.test("a cache is made with Google's fields, and used with its tokens counted", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const key = emulator.addApiKey("a", { project: "p" });
  const { status, json } = await create([emulator, key], {
    ...CACHE,
    system_instruction: { parts: [{ text: "Be short." }] },
    ttl: "120.5s",
  });
  assert.equal(status, 200);
  assert.match(json.name, /^cachedContents\/[a-z0-9]{40}$/);
  assert.deepEqual(json, {
    name: json.name,
    model: "models/gemini-2.5-flash",
    createTime: "1970-01-01T00:00:00.000000Z",
    updateTime: "1970-01-01T00:00:00.000000Z",
    expireTime: "1970-01-01T00:02:00.500000000Z",
    displayName: "",
    usageMetadata: { totalTokenCount: 1253 },
  });
  assert.deepEqual(emulator.caches("p"), [json]);
  assert.deepEqual((await call([emulator, key], `/v1beta/${json.name}`)).json, json);
  const body = { ...HELLO, cachedContent: json.name };
  const { usageMetadata } = await (await callWithKey(emulator, key, { body })).json();
  assert.equal(usageMetadata.cachedContentTokenCount, 1253);
  assert.deepEqual(usageMetadata.cacheTokensDetails, [{ modality: "TEXT", tokenCount: 1253 }]);
  assert.equal(usageMetadata.promptTokenCount, 1255);
  const stream = { method: "streamGenerateContent", query: "?alt=sse", body };
  const streamed = await (await callWithKey(emulator, key, stream)).text();
  assert.match(streamed, /"cachedContentTokenCount":1253/);
  const inner = { generateContentRequest: { model: CACHE.model, ...body } };
  const counted = await (await callWithKey(emulator, key, { method: "countTokens", body: inner }))
    .json();
  assert.equal(counted.totalTokens, 1255);
  assert.equal(counted.cachedContentTokenCount, 1253);
});

Deno.test("a prompt with a cache uses the tools that are in it", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const tools = [{ functionDeclarations: [{ name: "look" }] }];
  const { json } = await create([emulator, key], { ...CACHE, tools });
  const body = { contents: [{ parts: [{ text: "call it" }] }], cachedContent: json.name };
  const { candidates } = await (await callWithKey(emulator, key, { body })).json();
  assert.equal(candidates[0].content.parts[0].functionCall.name, "look");
});

Deno.test("cachedContents.create refuses what Google refuses", async (t) => {
  await using emulator = await startEmulator({ clock: { now: () => 1e12 } });
  const key = emulator.addApiKey("a", { project: "p" });
  const cases: readonly [string, JsonObject, number, RegExp][] = [
    ["no model", { contents: CONTENTS }, 400, /model is not specified/],
    ["a bare model", { ...CACHE, model: "gemini-2.5-flash" }, 400, /unexpected model name format/],
    [
      "an unknown model",
      { ...CACHE, model: "models/gemini-9" },
      404,
      /^models\/gemini-9 is not found for API version v1beta, or is not supported for createCached/,
    ],
    [
      "a model without caches",
      { ...CACHE, model: "models/gemini-2.5-flash-image" },
      404,
      /not supported for createCachedContent/,
    ],
    ["no content", { model: CACHE.model }, 400, /contents is not specified/],
    [
      "an empty part",
      { ...CACHE, contents: [{ parts: [{}] }] },
      400,
      /required oneof field 'data'/,
    ],
    [
      "a small one",
      { ...CACHE, contents: HELLO.contents },
      400,
      /^Cached content is too small\. total_token_count=2, min_total_token_count=1024$/,
    ],
    [
      "for Pro",
      { ...CACHE, model: "models/gemini-2.5-pro" },
      400,
      /=1250, min_total_token_count=2048/,
    ],
    [
      "for Gemini 3",
      { ...CACHE, model: "models/gemini-3.8-flash" },
      400,
      /min_total_token_count=4096/,
    ],
    [
      "two times",
      { ...CACHE, ttl: "1s", expireTime: "2050-01-01T00:00:00Z" },
      400,
      /oneof field 'expiration' is already set/,
    ],
    ["a ttl without s", { ...CACHE, ttl: "300" }, 400, /duration must end with 's'/],
    ["a ttl of nothing", { ...CACHE, ttl: "0s" }, 400, /must be positive/],
    ["no time", { ...CACHE, expireTime: "tomorrow" }, 400, /Invalid time format/],
    ["a past time", { ...CACHE, expireTime: "2000-01-01T00:00:00Z" }, 400, /in the future/],
    ["an unknown field", { ...CACHE, foo: 1 }, 400, /Unknown name "foo"/],
    [
      "another's file",
      {
        ...CACHE,
        contents: [...CONTENTS, {
          parts: [{
            fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/x" },
          }],
        }],
      },
      403,
      /the File x or it may not exist/,
    ],
  ];
  for (const [name, body, status, message] of cases) {
    await t.step(name, async () => {
      const response = await create([emulator, key], body);
      assert.equal(response.status, status);
      assert.match(response.json.error.message, message);
    });
  }
  assert.deepEqual(emulator.caches("p"), []);
});

Deno.test("a prompt cannot set what is in the cache, nor use another model", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const { json } = await create([emulator, key], CACHE);
  const body = { ...HELLO, cachedContent: json.name };
  for (
    const more of [
      { systemInstruction: { parts: [{ text: "a" }] } },
      { tools: [{ googleSearch: {} }] },
      { tool_config: { functionCallingConfig: { mode: "AUTO" } } },
    ]
  ) {
    const error = await errorOf(callWithKey(emulator, key, { body: { ...body, ...more } }));
    assert.deepEqual(error, {
      code: 400,
      message: "CachedContent can not be used with GenerateContent request setting " +
        "system_instruction, tools or tool_config. Proposed fix: move those values to " +
        "CachedContent from GenerateContent request.",
      status: "INVALID_ARGUMENT",
    });
  }
  const model = "gemini-2.5-pro";
  for (const method of ["generateContent", "streamGenerateContent"]) {
    assert.deepEqual(await errorOf(callWithKey(emulator, key, { body, model, method })), {
      code: 400,
      message: "Model used by GenerateContent request (models/gemini-2.5-pro) and CachedContent " +
        "(models/gemini-2.5-flash) has to be the same.",
      status: "INVALID_ARGUMENT",
    });
  }
  const named = { ...HELLO, cachedContent: "my-cache" };
  const error = await errorOf(callWithKey(emulator, key, { body: named }));
  assert.equal(error["message"], "Invalid CachedContent name: my-cache");
});

Deno.test("a cache of another project, a deleted, an expired and an unknown one are the same 403", async () => {
  let now = 0;
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const one = emulator.addApiKey("one", { project: "p" });
  const other = emulator.addApiKey("other", { project: "p" });
  const stranger = emulator.addApiKey("stranger");
  const { name } = (await create([emulator, one], CACHE)).json;
  const { name: deleted } = (await create([emulator, one], CACHE)).json;

  async function check(key: string, cachedContent: string): Promise<void> {
    const body = { ...HELLO, cachedContent };
    assert.deepEqual(await errorOf(callWithKey(emulator, key, { body })), GONE);
    const path = `/v1beta/${cachedContent}`;
    for (const method of ["GET", "DELETE"]) {
      assert.deepEqual((await call([emulator, key], path, { method })).json.error, GONE);
    }
    assert.deepEqual((await patch([emulator, key], cachedContent, { ttl: "1s" })).json.error, GONE);
  }

  const used = await callWithKey(emulator, other, { body: { ...HELLO, cachedContent: name } });
  assert.equal(used.status, 200, await used.text());
  await check(stranger, name);
  assert.deepEqual((await call([emulator, stranger], "/v1beta/cachedContents")).json, {});
  const gone = await call([emulator, other], `/v1beta/${deleted}`, {
    method: "DELETE",
    body: "{}",
  });
  assert.deepEqual([gone.status, gone.json], [200, {}]);
  await check(one, deleted);
  await check(one, "cachedContents/never");
  now = 3_600_000 - 1;
  assert.equal((await call([emulator, one], `/v1beta/${name}`)).status, 200);
  now += 1;
  await check(one, name);
});

Deno.test("cachedContents.patch changes the life, and nothing else", async (t) => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const { name } = (await create(caller, CACHE)).json;
  const expireTime = "2030-01-01T00:00:00Z";
  const accepted: readonly [string, JsonObject, string][] = [
    ["", { ttl: "7200s" }, "1970-01-01T02:00:00.000000000Z"],
    ["?updateMask=ttl", { ttl: "60s", name }, "1970-01-01T00:01:00.000000000Z"],
    ["?updateMask=expire_time", { expireTime }, "2030-01-01T00:00:00.000000000Z"],
    ["?updateMask=expireTime", { expireTime, ttl: "1s" }, "2030-01-01T00:00:00.000000000Z"],
  ];
  for (const [query, body, expected] of accepted) {
    await t.step(`accepted: ${query} ${JSON.stringify(body)}`, async () => {
      const { json } = await patch(caller, name + query, body);
      assert.equal(json.expireTime, expected);
      assert.equal(json.usageMetadata.totalTokenCount, 1250);
    });
  }
  const refused: readonly [string, JsonObject][] = [
    ["", {}],
    ["", { ttl: "1s", expireTime }],
    ["", { displayName: "a" }],
    ["", { ttl: "1s", contents: CONTENTS }],
    ["?updateMask=displayName", { displayName: "a" }],
    ["?updateMask=ttl,displayName", { ttl: "1s", displayName: "a" }],
    ["?updateMask=ttl", { expireTime }],
    ["?mask=ttl", { ttl: "1s" }],
  ];
  for (const [query, body] of refused) {
    await t.step(`refused: ${query} ${JSON.stringify(body)}`, async () => {
      assert.equal((await patch(caller, name + query, body)).status, 400);
    });
  }
  assert.equal(
    (await call(caller, `/v1beta/${name}`)).json.expireTime,
    "2030-01-01T00:00:00.000000000Z",
  );
});

Deno.test("cachedContents.list pages, and scripts name each method", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  const names: string[] = [];
  for (const _ of [1, 2, 3]) names.unshift((await create(caller, CACHE)).json.name);
  const first = (await call(caller, "/v1beta/cachedContents?pageSize=2")).json;
  const path = `/v1beta/cachedContents?pageSize=2&pageToken=${first.nextPageToken}`;
  const second = (await call(caller, path)).json;
  const shown = [...first.cachedContents, ...second.cachedContents];
  assert.deepEqual(shown.map(({ name }) => name), names);
  assert.equal("nextPageToken" in second, false);
  const single = `/v1beta/${names[0]}`;
  const calls = {
    list: () => call(caller, "/v1beta/cachedContents"),
    get: () => call(caller, single),
    patch: () => patch(caller, String(names[0]), { ttl: "1s" }),
    create: () => create(caller, CACHE),
    delete: () => call(caller, single, { method: "DELETE" }),
  };
  for (const [name, send] of Object.entries(calls)) {
    emulator.script("a", ["429-bare"], { method: `cachedContents.${name}` });
    assert.deepEqual([(await send()).status, (await send()).status], [429, 200], name);
  }
  assert.equal(emulator.caches("p").length, 3);
});
