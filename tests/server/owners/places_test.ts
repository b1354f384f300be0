/** Wherever a name stands in a request, the request goes to its owner. @module */
import assert from "node:assert/strict";
import { keptOwners } from "../../../src/pool/owners/owners.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const FILE = "files/abc";
const CACHE = "cachedContents/c1";
const OTHER_CACHE = "cachedContents/7";
/** The same, as SDKs in Vertex mode write it. */
const VERTEX_CACHE = `projects/p1/locations/us-central1/${OTHER_CACHE}`;

/** Who holds what, as an earlier gateway wrote it. */
const OWNERS = { [FILE]: "two", [CACHE]: "three", [OTHER_CACHE]: "one", "files/other": "three" };

const URI = "https://generativelanguage.googleapis.com/v1beta/files/abc";
const PART = { fileData: { fileUri: URI, mimeType: "text/plain" } };
const HELLO = { contents: [{ role: "user", parts: [{ text: "Hello" }] }] };

/** Bodies by method, and the owner of what they name. */
const PLACES: readonly (readonly [method: string, body: unknown, owner: string])[] = [
  ["generateContent", { contents: [{ parts: [{ text: "Hello" }, PART] }] }, "two"],
  ["streamGenerateContent", { contents: [{ parts: [PART] }] }, "two"],
  ["generateContent", { ...HELLO, systemInstruction: { parts: [PART] } }, "two"],
  [
    "generateContent",
    { contents: [{ parts: [{ functionResponse: { name: "f", response: {}, parts: [PART] } }] }] },
    "two",
  ],
  ["countTokens", { contents: [{ parts: [PART] }] }, "two"],
  ["countTokens", { generateContentRequest: { contents: [{ parts: [PART] }] } }, "two"],
  ["embedContent", { content: { parts: [PART] } }, "two"],
  ["batchEmbedContents", { requests: [{ model: "m", content: { parts: [PART] } }] }, "two"],
  ["generateContent", { ...HELLO, cachedContent: CACHE }, "three"],
  ["streamGenerateContent", { ...HELLO, cachedContent: CACHE }, "three"],
  ["countTokens", { generateContentRequest: { ...HELLO, cachedContent: CACHE } }, "three"],
  ["generateContent", { ...HELLO, extraBody: { google: { cachedContent: CACHE } } }, "three"],
  ["generateContent", { ...HELLO, google: { cachedContent: CACHE } }, "three"],
  ["generateContent", { ...HELLO, cachedContent: VERTEX_CACHE }, "one"],
];

/** Three accounts at an upstream that accepts everything, and an owner for each name. */
async function startPlaces() {
  const upstream = startTestUpstream();
  const store = await openStore({ memory: true });
  const onProblem = () => assert.fail();
  const writer = store.keeper({ clock: Date, onProblem });
  const table = keptOwners(writer, Date);
  for (const [name, account] of Object.entries(OWNERS)) {
    table.set(name, {
      accountId: `id-${account}`,
      project: `account:id-${account}`,
      callerId: "open",
      expiresAtMs: Date.now() + 3_600_000,
      createTime: "",
    });
  }
  await writer.close();
  const keeper = store.keeper({ clock: Date, onProblem });
  const accounts = ["one", "two", "three"].map((name) => ({
    name,
    key: `planted-key-${name}`,
    baseUrls: [upstream.url],
  }));
  const gateway = await startTestGateway({ accounts, keeper });
  return {
    upstream,
    gateway,
    async send(method: string, body: string): Promise<Response> {
      const path = `/v1beta/models/gemini-2.5-flash:${method}`;
      const response = await fetch(gateway.url + path, { method: "POST", body });
      return response;
    },
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await gateway.close();
      await keeper.close();
      store.close();
    },
  };
}

Deno.test("Every place of a name leads to its owner, in camelCase and snake_case, byte for byte", async () => {
  await using places = await startPlaces();
  for (const [method, body, owner] of PLACES) {
    for (const text of [JSON.stringify(body), snakeCased(JSON.stringify(body))]) {
      for (let turn = 0; turn < 3; turn++) {
        const response = await places.send(method, text);
        await response.body?.cancel();
        assert.equal(response.headers.get("x-pollux-account"), owner, `${method} ${text}`);
        assert.equal(
          places.upstream.seen.at(-1)?.headers.get("x-goog-api-key"),
          `planted-key-${owner}`,
        );
        // The Gemini API names no project.
        const expected = text.replace(VERTEX_CACHE, OTHER_CACHE);
        if (method === "generateContent") assert.equal(places.upstream.seen.at(-1)?.body, expected);
      }
    }
  }
  assert.ok(places.upstream.seen.every(({ method }) => method === "POST"));
});

Deno.test("A file and a cache of different projects are a conflict, and the error names both owners", async () => {
  await using places = await startPlaces();
  const bodies = [
    { contents: [{ parts: [PART] }], cachedContent: CACHE },
    { contents: [{ parts: [PART] }], extra_body: { google: { cached_content: CACHE } } },
    { contents: [{ parts: [PART, { file_data: { file_uri: URI.replace("abc", "other") } }] }] },
  ];
  for (const body of bodies) {
    const error = await errorOf(await places.send("generateContent", JSON.stringify(body)));
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
    assert.match(error.message, /"files\/abc" is with the account "two"/);
    assert.match(
      error.message,
      /"(?:cachedContents\/c1|files\/other)" is with the account "three"/,
    );
  }
  assert.ok(places.upstream.seen.every(({ method }) => method === "GET"));
});

Deno.test("Addresses on other hosts name no file: the call goes to any account, unchanged", async () => {
  await using places = await startPlaces();
  const accounts = new Set<string | null>();
  for (let turn = 0; turn < 6; turn++) {
    for (const fileUri of ["gs://b/files/abc", "https://example.com/v1beta/files/abc"]) {
      const text = JSON.stringify({
        contents: [{ parts: [{ fileData: { fileUri } }] }],
        seed: turn,
      });
      const response = await places.send("generateContent", text);
      await response.body?.cancel();
      assert.equal(response.status, 200);
      assert.equal(places.upstream.seen.at(-1)?.body, text);
      accounts.add(response.headers.get("x-pollux-account"));
    }
  }
  assert.ok(accounts.size > 1);
});

/** The same JSON with its names in snake_case; none of its texts is a name with capitals. */
function snakeCased(json: string): string {
  return json.replaceAll(
    /"([a-zA-Z]+)":/g,
    (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
}
