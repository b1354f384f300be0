/** The end that comes whatever holds a process. @module */
import assert from "node:assert/strict";
import { endBy } from "../../src/cli/end_by.ts";
import { LineBuffer } from "../../src/telemetry/line_buffer.ts";

Deno.test("endBy() ends after its time, and not once it was disposed of", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  endBy(1, () => resolve("not disposed of"))[Symbol.dispose]();
  using _end = endBy(20, () => resolve("in time"));
  assert.equal(await promise, "in time");
});

Deno.test("LineBuffer's close() does not wait for a reader that does not read", async () => {
  const written = Promise.withResolvers<number>();
  const lines = new LineBuffer({ write: () => written.promise });
  lines.add("a line\n");
  await lines.close();
  written.resolve(7);
  await lines.flush();
});
