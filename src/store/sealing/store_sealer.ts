/**
 * Seals the texts that clients hold under the store's key. While the key is being changed, texts under the
 * former one open as well; afterwards they do not.
 *
 * @module
 */
import type { Sealer } from "../../base/stored/sealer.ts";
import type { Sealing } from "./sealing.ts";

/** Returns the sealer of a store. */
export function sealerOf(sealing: Sealing): Sealer {
  return {
    seal: (text, purpose) => sealing.seal(text, rowIdOf(purpose)),
    async open(sealed, purpose) {
      try {
        return await sealing.open(sealed, rowIdOf(purpose));
      } catch {
        // The text names a key that is not known here, and the store could not say whether it is a new one.
        return undefined;
      }
    },
  };
}

/** Differs from the id of every row, so that a text sealed for a client is none of the store's. */
function rowIdOf(purpose: string): string {
  return `\0client\0${purpose}`;
}
