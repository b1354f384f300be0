/**
 * Says what the gateway warns of in its response to a change.
 *
 * @module
 */
import { toast } from "./toast.js";

/**
 * Says the warnings, if there are any.
 *
 * @param {{ readonly warnings?: readonly string[] }} response
 */
export function sayWarnings({ warnings = [] }) {
  for (const words of warnings) toast(words, { isError: true });
}
