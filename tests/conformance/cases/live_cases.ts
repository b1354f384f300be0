/**
 * The cases of Live sessions: JavaScript has them over ws, Python and Go over wss.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, assertRaised, type Case, only, prompt } from "./case.ts";
import type { Client, ClientCall, ClientResponse } from "../client_call.ts";
import { ACCOUNT_NAMES, Testbed } from "../testbed.ts";

/** Vertex AI and the Gemini API have it, and it can write. */
const LIVE_MODEL = "gemini-3.8-live";

/** The cases, in the order of their rows. */
export const LIVE_CASES: readonly Case[] = [
  liveCase("a Live session of two turns", async (client, bed) => {
    const texts = [prompt(), prompt()];
    const response = await live(client, bed, { texts });
    assertGood(response);
    for (const text of texts) assert.ok(response.text.includes(text), response.text);
    assert.equal(response.chunks, 2);
    assert.ok((response.usageTotal ?? 0) > 0, "It got no count of tokens");
  }),
  liveCase("a function call in a Live session", async (client, bed) => {
    const response = await live(client, bed, { texts: [prompt("Call get_weather")], tools: true });
    assertGood(response);
    assert.deepEqual(response.functionCalls.map(({ name }) => name), ["get_weather"]);
    assert.match(response.text, /sunny/);
  }),
  liveCase("Live sessions that are resumed, each by its own account", async (client, bed) => {
    const handles: string[] = [];
    for (const _ of ACCOUNT_NAMES) {
      handles.push(only(await live(client, bed, { texts: [prompt()], handle: "" })).name);
    }
    const accounts = bed.liveAccounts();
    assert.deepEqual([...accounts].sort(), [...ACCOUNT_NAMES].sort());
    // In turn, the accounts would be right without any memory of the handles.
    for (const handle of handles.toReversed()) {
      assertGood(await live(client, bed, { texts: [prompt()], handle }));
    }
    assert.deepEqual(bed.liveAccounts(), [...accounts, ...accounts.toReversed()]);
  }),
  {
    title: "a Live session by an ephemeral token",
    appliesTo: (client) => client.ops.has("createToken"),
    async run(client, bed) {
      const version = "v1alpha";
      const make = () => ask(client, bed, { op: "createToken", version });
      if (bed.kind !== "gemini-api") {
        return assertRaised(await make(), { status: 400, words: /gemini-api/ });
      }
      for (const _ of ACCOUNT_NAMES) {
        const text = prompt();
        const apiKey = only(await make()).name;
        const response = await live(client, bed, { texts: [text], apiKey, version });
        assertGood(response);
        assert.ok(response.text.includes(text), response.text);
      }
      // Each token is known to its own account alone.
      assert.equal(bed.liveAccounts().length, ACCOUNT_NAMES.length);
    },
  },
  faultCase(
    "a Live session that the first account closes before it begins",
    async (client, bed) => {
      const [name] = ACCOUNT_NAMES;
      bed.always({ type: "ok" });
      bed.script(name, Array(4).fill("429-bare"));
      for (const _ of ACCOUNT_NAMES) assertGood(await live(client, bed, { texts: [prompt()] }));
    },
  ),
  faultCase(
    "a Live session that every account closes, with Google's reason",
    async (client, bed) => {
      bed.always({ type: "429-bare" });
      const { error } = await live(client, bed, { texts: [prompt()] });
      assert.match(error?.message ?? "", /1011.*exhausted/s);
    },
  ),
];

function live(
  client: Client,
  bed: Testbed,
  call: Partial<ClientCall>,
): Promise<ClientResponse> {
  const baseUrl = client.needsTls ? bed.secureUrl : bed.url;
  return ask(client, bed, { op: "live", model: LIVE_MODEL, baseUrl, ...call });
}

/** A case of the accounts that have Live sessions; of the others, a client learns which have them. */
function liveCase(title: string, check: (client: Client, bed: Testbed) => Promise<void>): Case {
  return {
    title,
    appliesTo: (client) => client.ops.has("live"),
    async run(client, bed) {
      if (bed.kind !== "code-assist") return await check(client, bed);
      const { error } = await live(client, bed, { texts: [prompt()] });
      assert.match(error?.message ?? "", /gemini-api|vertex/);
    },
  };
}

/** A case in which accounts fail. */
function faultCase(title: string, check: (client: Client, bed: Testbed) => Promise<void>): Case {
  return {
    title,
    appliesTo: (client) => client.ops.has("live"),
    async run(client, { kind }) {
      if (kind === "code-assist") return;
      await using bed = await Testbed.start(kind);
      await check(client, bed);
    },
  };
}
