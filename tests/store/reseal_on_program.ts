/**
 * Changes the sealing key again and again until it is killed: `<data folder>`.
 *
 * @module
 */
import { reseal } from "../../src/store/sealing/reseal.ts";

const [dataDir = ""] = Deno.args;
console.log("begins");
for (;;) {
  await reseal({ dataDir }, {});
  console.log("resealed");
}
