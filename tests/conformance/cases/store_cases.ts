/**
 * The cases of file search stores: each belongs to the project of one account, with all that it contains.
 *
 * @module
 */
import assert from "node:assert/strict";
import { tempFolder } from "../../support/temp_folder.ts";
import { ask, assertGood, assertRaised, type Case, kindCase, only } from "./case.ts";
import type { Client } from "../client_call.ts";
import type { Testbed } from "../testbed.ts";

const TEXT = "Grüße from a document, 😀\n".repeat(50);

/** All that Google says of a store that is not there. */
const DENIED = { status: 403, words: /permission.*FileSearchStore.*may not exist/s } as const;

/** The cases, in the order of their rows. */
export const STORE_CASES: readonly Case[] = [
  storeCase(
    "file search stores: listed, searched, deleted",
    async (client, bed) => {
      const stores = [
        ...bed.plantStores(),
        only(await ask(client, bed, { op: "createStore", prompt: "Notes" })).name,
      ];
      const listed = await ask(client, bed, { op: "listStores", pageSize: 2 });
      assertGood(listed);
      const names = listed.resources?.map(({ name }) => name) ?? [];
      assert.equal(new Set(names).size, names.length, "a store is listed twice");
      for (const name of stores) {
        assert.ok(names.includes(name), `"${name}" is not listed`);
        for (const stream of client.modes) {
          assertGood(await ask(client, bed, { stream, store: name }));
        }
        assert.ok(bed.received(name), `"${name}" was not sent`);
        assertGood(await ask(client, bed, { op: "deleteStore", name }));
        assertRaised(await ask(client, bed, { op: "getStore", name }), DENIED);
      }
    },
  ),
  storeCase("documents of a store: uploaded, imported, deleted", async (client, bed) => {
    using folder = tempFolder();
    const path = `${folder.path}/text.txt`;
    await Deno.writeTextFile(path, TEXT);
    const file = only(await ask(client, bed, { op: "upload", texts: [TEXT] }));
    const { name: store } = only(await ask(client, bed, { op: "createStore", prompt: "Texts" }));
    const documents = [
      only(await ask(client, bed, { op: "uploadDocument", store, texts: [TEXT] })),
      only(await ask(client, bed, { op: "uploadDocument", store, path })),
      only(await ask(client, bed, { op: "importDocument", store, name: file.name })),
    ];
    for (const { name, mimeType, state } of documents) {
      assert.ok(name.startsWith(`${store}/documents/`), name);
      assert.deepEqual([mimeType, state], ["text/plain", "STATE_ACTIVE"]);
    }
    const list = async () => {
      const response = await ask(client, bed, { op: "listDocuments", store, pageSize: 2 });
      assertGood(response);
      return response.resources?.map(({ name }) => name).sort() ?? [];
    };
    const names = documents.map(({ name }) => name);
    assert.deepEqual(await list(), names.toSorted());
    assertGood(await ask(client, bed, { op: "deleteDocument", name: names[0] ?? "" }));
    assert.deepEqual(await list(), names.slice(1).sort());
  }),
];

/** A case of the accounts that have stores; of the others, a client learns which have them. */
function storeCase(title: string, check: (client: Client, bed: Testbed) => Promise<void>): Case {
  return kindCase({
    title,
    kinds: ["gemini-api"],
    needs: "createStore",
    call: { op: "createStore" },
    check,
  });
}
