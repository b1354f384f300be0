/**
 * The cases of context caches: each belongs to the project of one account.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, assertRaised, type Case, MODEL, only } from "./case.ts";
import type { Client, Resource } from "../client_call.ts";
import { ACCOUNT_NAMES, type Testbed } from "../testbed.ts";

/** Google makes no cache of less than a thousand tokens. */
const TEXT = "A long text that many prompts are about. ".repeat(1000);

/** Google says no more of a cache that is not there. */
const DENIED = { status: 403, words: /CachedContent not found/ } as const;

/** The cases, in the order of their rows. */
export const CACHE_CASES: readonly Case[] = [
  cacheCase("caches of three accounts, listed and used", async (client, bed) => {
    const caches: Resource[] = [];
    for (const _ of ACCOUNT_NAMES) caches.push(await create(client, bed));
    const response = await ask(client, bed, { op: "listCaches", pageSize: 2 });
    assertGood(response);
    const names = response.resources?.map(({ name }) => name) ?? [];
    assert.equal(new Set(names).size, names.length, "a cache is listed twice");
    for (const { name } of caches) {
      assert.ok(names.includes(name), `"${name}" is not listed`);
      for (const stream of client.modes) {
        assertGood(await ask(client, bed, { stream, cache: name }));
      }
      assert.ok(bed.received(name), `"${name}" was not sent`);
    }
  }),
  cacheCase("a cache: read, changed, deleted", async (client, bed) => {
    const made = await create(client, bed);
    const { name } = made;
    assert.ok(made.model?.endsWith(`models/${MODEL}`), made.model);
    assert.equal(
      only(await ask(client, bed, { op: "getCache", name })).expireTime,
      made.expireTime,
    );
    const changed = only(await ask(client, bed, { op: "updateCache", name, ttlSeconds: 7200 }));
    assert.ok(expiryOf(changed) > expiryOf(made) + 3_000_000, "it does not expire an hour later");
    assertGood(await ask(client, bed, { op: "deleteCache", name }));
    assertRaised(await ask(client, bed, { op: "getCache", name }), DENIED);
    for (const stream of client.modes) {
      assertRaised(await ask(client, bed, { stream, cache: name }), DENIED);
    }
  }),
];

/** A case of the accounts that have caches; of the others, a client learns which have them. */
function cacheCase(title: string, check: (client: Client, bed: Testbed) => Promise<void>): Case {
  return {
    title,
    appliesTo: (client) => client.ops.has("createCache"),
    async run(client, bed) {
      if (bed.kind !== "code-assist") return await check(client, bed);
      const response = await ask(client, bed, {
        op: "createCache",
        texts: [TEXT],
        ttlSeconds: 3600,
      });
      assertRaised(response, { status: 400, words: /gemini-api or vertex/ });
    },
  };
}

async function create(client: Client, bed: Testbed): Promise<Resource> {
  return only(await ask(client, bed, { op: "createCache", texts: [TEXT], ttlSeconds: 3600 }));
}

function expiryOf({ expireTime = "" }: Resource): number {
  return Date.parse(expireTime);
}
