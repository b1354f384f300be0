/** The end that comes whatever holds a process. @module */
import assert from "node:assert/strict";
import { endBy } from "../../src/daemon/end_by.ts";
import { LineBuffer } from "../../src/telemetry/line_buffer.ts";
import { within } from "../support/deadline.ts";

Deno.test("endBy() ends after its time, and not once it was disposed of", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  endBy(1, () => resolve("not disposed of"))[Symbol.dispose]();
  const startedMs = performance.now();
  using _end = endBy(50, () => resolve("in time"));
  assert.equal(await within(30_000, promise, { what: "The end" }), "in time");
  assert.ok(performance.now() - startedMs > 45);
});

Deno.test("LineBuffer's close() does not wait for a reader that does not read", async () => {
  const written = Promise.withResolvers<number>();
  const lines = new LineBuffer({ write: () => written.promise });
  lines.add("a line\n");
  await lines.close();
  written.resolve(7);
  await lines.flush();
});
