/**
 * A gateway that is killed in the middle of uploads and creates, again and again: no owner that is older than a second is lost,
 * and a younger one is found again by a read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { accountOf, promptOf } from "../server/owners/owner_testbed.ts";
import {
  begun,
  fileIn,
  goOn,
  GRANULARITY,
  send,
  someBytes,
} from "../server/uploads/upload_calls.ts";
import { killAgainAndAgain, KILLS } from "./kill_loop.ts";

const MODEL = "gemini-2.5-flash";

/** How a client makes something; the third way is killed between two chunks more often than the others. */
const WAYS: readonly ((url: string) => Promise<string>)[] = [
  async (url) =>
    await fileIn(
      await send(`${url}/upload/v1beta/files?uploadType=media`, { "content-type": "text/plain" }, {
        body: "notes",
      }),
    ),
  async (url) =>
    await fileIn(await goOn(await begun(url), "upload, finalize", { body: someBytes(1000) })),
  async (url) => {
    const address = await begun(url);
    const first = await goOn(address, "upload", { body: someBytes(GRANULARITY) });
    await first.body?.cancel();
    const last = { offset: GRANULARITY, body: someBytes(1000) };
    return await fileIn(await goOn(address, "upload, finalize", last));
  },
  async (url) => {
    const contents = [{ role: "user", parts: [{ text: "x".repeat(20_000) }] }];
    const body = JSON.stringify({ model: `models/${MODEL}`, contents });
    const response = await fetch(`${url}/v1beta/cachedContents`, { method: "POST", body });
    assert.equal(response.status, 200);
    return (await response.json()).name;
  },
];

/** Uses what was made, in a prompt. */
function use(url: string, name: string): Promise<Response> {
  if (name.startsWith("files/")) return promptOf(url, [name]);
  const contents = [{ role: "user", parts: [{ text: "Say something made up" }] }];
  return fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    method: "POST",
    body: JSON.stringify({ contents, cachedContent: name }),
  });
}

Deno.test(`${KILLS} kills in the middle of uploads and creates lose no owner that is older than a second`, async () => {
  await killAgainAndAgain<string>({
    make: WAYS.map((way) => async ({ url }, note) => note(await way(url))),
    async check({ url, emulator }, { old, young }) {
      emulator.clear();
      for (const name of old) await accountOf(await use(url, name));
      const reads = emulator.requests.filter(({ method, path }) =>
        method === "GET" && /\/(?:files|cachedContents)\//.test(path)
      );
      assert.deepEqual(reads.map(({ path }) => path), [], "owners that were lost");
      for (const name of young) await accountOf(await use(url, name));
    },
  });
});
