/**
 * The format of the Gemini API's own clients: nothing is converted.
 *
 * @module
 */
import type { ClientFormat } from "../client_format.ts";

/** Google's own format. */
export const NATIVE_FORMAT: ClientFormat = {
  api: "native",
  speaks: () => true,
  listQuery: (query) => query,
  list: (page) => page,
  model: (model) => model,
};
