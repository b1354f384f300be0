/**
 * A sealer for one test, with a key of its own.
 *
 * @module
 */
import type { Sealer } from "../../src/base/stored/sealer.ts";
import { Seal } from "../../src/store/sealing/seal.ts";
import { newSealKey } from "../../src/store/sealing/seal_key.ts";

/** Makes a sealer. */
export async function testSealer(): Promise<Sealer> {
  return await Seal.fromKey(newSealKey());
}
