/**
 * The case that counts which accounts served the cases before it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Case } from "./case.ts";

/** A new conversation goes to the account that is next in turn. */
export const SPREAD_CASE: Case = {
  title: "three accounts in turn",
  appliesTo: () => true,
  run(client, bed) {
    const counts = bed.served().values().toArray();
    const isEmbedder = !client.ops.has("generate") && bed.kind === "code-assist";
    const least = isEmbedder ? 0 : 1;
    const said = `They served ${counts.join(", ")} calls`;
    assert.ok(Math.min(...counts) >= least && Math.min(...counts) * 3 >= Math.max(...counts), said);
    return Promise.resolve();
  },
};
