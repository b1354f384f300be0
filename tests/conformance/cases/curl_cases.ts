/**
 * The cases that only curl shows: what an SDK would hide.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Case, MODEL } from "./case.ts";
import type { Client } from "../client_call.ts";
import { curl } from "../curl.ts";
import { GATEWAY_KEY, Testbed } from "../testbed.ts";

const BODY = { contents: [{ parts: [{ text: "Say something, please" }] }] };

/** The four places where a client may put the gateway's key, as header lines and query. */
const KEY_PLACES = [
  { header: `x-goog-api-key: ${GATEWAY_KEY}` },
  { header: `Authorization: Bearer ${GATEWAY_KEY}` },
  { header: `x-api-key: ${GATEWAY_KEY}` },
  { query: `key=${GATEWAY_KEY}` },
];

/** The cases, in the order of their rows. */
export const CURL_CASES: readonly Case[] = [
  {
    title: "`/healthz`",
    appliesTo: isCurl,
    async run(_client, bed) {
      const { status, body } = await curl(`${bed.url}/healthz`);
      assert.equal(status, 200);
      assert.equal(JSON.parse(body).status, "ok");
    },
  },
  {
    title: "no key while auth is off",
    appliesTo: isCurl,
    async run(_client, { kind }) {
      await using bed = await Testbed.start(kind, { auth: "off" });
      await assertServed(bed.url);
    },
  },
  {
    title: "each of the key's four places",
    appliesTo: isCurl,
    async run(_client, { kind }) {
      await using bed = await Testbed.start(kind, { auth: "strict" });
      for (const place of KEY_PLACES) await assertServed(bed.url, place);
      const { status } = await curl(`${bed.url}/v1beta/models`);
      assert.equal(status, 401);
    },
  },
  {
    title: "JSON array with `alt=json`",
    appliesTo: isCurl,
    async run(_client, bed) {
      bed.always({ type: "ok", chunks: ["one ", "two"] });
      const url = `${bed.url}/v1beta/models/${MODEL}:streamGenerateContent?alt=json`;
      const { status, body } = await curl(url, { body: BODY });
      assert.equal(status, 200);
      const texts = JSON.parse(body).map(textOf);
      assert.deepEqual(texts, ["one ", "two"]);
      assert.ok(body.startsWith("[") && body.endsWith("]"), "there are bytes around the array");
    },
  },
];

/** Rejects unless the gateway lists its models, answers and streams to that key. */
async function assertServed(
  url: string,
  place: { readonly header?: string; readonly query?: string } = {},
): Promise<void> {
  const headers = place.header === undefined ? [] : [place.header];
  const model = `${url}/v1beta/models/${MODEL}`;
  const replies = [
    await curl(withQuery(`${url}/v1beta/models`, place.query), { headers }),
    await curl(withQuery(`${model}:generateContent`, place.query), { headers, body: BODY }),
    await curl(withQuery(`${model}:streamGenerateContent?alt=sse`, place.query), {
      headers,
      body: BODY,
    }),
  ];
  const said = JSON.stringify(place);
  assert.deepEqual(replies.map((reply) => reply.status), [200, 200, 200], said);
  assert.match(replies[2]?.body ?? "", /^data: \{/, said);
}

function withQuery(url: string, query: string | undefined): string {
  if (query === undefined) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function textOf(chunk: { candidates: { content: { parts: { text: string }[] } }[] }): string {
  return chunk.candidates[0]?.content.parts[0]?.text ?? "";
}

function isCurl(client: Client): boolean {
  return client.name === "curl";
}
