/** Model lists that do not end. @module */
import assert from "node:assert/strict";
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
