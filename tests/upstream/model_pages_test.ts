/** Model lists that do not end. @module */
import assert from "node:assert/strict";
import { utf8Bytes } from "../../src/base/text/text.ts";
import { allModels } from "../../src/upstream/model_pages.ts";

Deno.test("allModels() gives up a list whose empty pages always name another", async () => {
  let pages = 0;
  const list = allModels({
    member: "models",
    pageSize: 10,
    read() {
      // Without a bound it would go on for ever.
      assert.ok(++pages < 5000);
      return Promise.resolve(new TextEncoder().encode(`{"nextPageToken":"${pages}"}`));
    },
  });
  await assert.rejects(list, /a list of more than 1000 pages/);
});

Deno.test("allModels() gives up a list whose pages are too long together", async () => {
  const description = "x".repeat(7 * 1024 * 1024);
  let pages = 0;
  const list = allModels({
    member: "models",
    pageSize: 10,
    read() {
      // Each page is kept in memory.
      assert.ok(++pages < 10);
      const models = [{ name: `models/${pages}`, description }];
      return Promise.resolve(utf8Bytes(JSON.stringify({ models, nextPageToken: `${pages}` })));
    },
  });
  await assert.rejects(list, /a list of models of more than 16 MiB/);
  assert.equal(pages, 3);
});
