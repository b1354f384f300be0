/**
 * Changes the sealing key once, unless it dies before: `<data folder> <steps until it dies> [new key
 * file]`.
 *
 * @module
 */
import { reseal } from "../../src/store/sealing/reseal.ts";
import { dieAfter } from "./dying.ts";

const [dataDir = "", steps = "", newKeyFile] = Deno.args;
dieAfter(Number(steps));
const { count } = await reseal({ dataDir }, newKeyFile === undefined ? {} : { newKeyFile });
console.log(count);
