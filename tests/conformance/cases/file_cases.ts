/**
 * The cases of files: each belongs to the project of one account, and every client uploads in its own way.
 *
 * @module
 */
import assert from "node:assert/strict";
import { tempFolder } from "../../support/temp_folder.ts";
import { ask, assertGood, assertRaised, type Case, only } from "./case.ts";
import type { Client, ClientCall, Resource } from "../client_call.ts";
import type { Testbed } from "../testbed.ts";

/** Its length in bytes is not that in characters. */
const TEXT = "Grüße from a file, 😀\n".repeat(50);

/** Google says no more of a file that is not there. */
const DENIED = { status: 403, words: /permission.*or it may not exist/s } as const;

/** The cases, in the order of their rows. */
export const FILE_CASES: readonly Case[] = [
  fileCase("files from memory and from disk, in one prompt", async (client, bed) => {
    using folder = tempFolder();
    const path = `${folder.path}/text.txt`;
    await Deno.writeTextFile(path, TEXT);
    const files = [
      await upload(client, bed, { texts: [TEXT] }),
      await upload(client, bed, { path }),
    ];
    for (const file of files) {
      assert.equal(file.sizeBytes, new TextEncoder().encode(TEXT).length);
      assert.equal(file.mimeType, "text/plain");
      const got = await ask(client, bed, { op: "getFile", name: file.name });
      assert.equal(only(got).uri, file.uri);
    }
    for (const stream of client.modes) {
      assertGood(await ask(client, bed, { stream, files }));
    }
    for (const { uri = "" } of files) assert.ok(bed.received(uri), `"${uri}" was not sent`);
  }),
  fileCase("list of files, by pages", async (client, bed) => {
    const planted = bed.plantFiles(2);
    const response = await ask(client, bed, { op: "listFiles", pageSize: 2 });
    assertGood(response);
    const names = (response.resources ?? []).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, "a file is listed twice");
    for (const name of planted) {
      assert.ok(names.includes(name), `"${name}" is not listed`);
      // Each account has files of its own, and knows nothing of the others'.
      assert.equal(only(await ask(client, bed, { op: "getFile", name })).name, name);
    }
  }),
  fileCase("a deleted file", async (client, bed) => {
    const file = await upload(client, bed, { texts: [TEXT] });
    assertGood(await ask(client, bed, { op: "deleteFile", name: file.name }));
    assertRaised(await ask(client, bed, { op: "getFile", name: file.name }), DENIED);
    for (const stream of client.modes) {
      assertRaised(await ask(client, bed, { stream, files: [file] }), DENIED);
    }
  }),
];

/** A case of the accounts that have files; of the others, a client learns which have them. */
function fileCase(title: string, check: (client: Client, bed: Testbed) => Promise<void>): Case {
  return {
    title,
    appliesTo: (client) => client.ops.has("upload"),
    async run(client, bed) {
      if (bed.kind === "gemini-api") return await check(client, bed);
      const response = await ask(client, bed, { op: "upload", texts: [TEXT] });
      assertRaised(response, { status: 400, words: /gemini-api/ });
    },
  };
}

async function upload(
  client: Client,
  bed: Testbed,
  what: Pick<ClientCall, "texts" | "path">,
): Promise<Resource> {
  return only(await ask(client, bed, { ...what, op: "upload" }));
}
