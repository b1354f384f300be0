/**
 * What an account must support to serve a call.
 *
 * @module
 */
import type { MethodName } from "../gemini/api/methods.ts";

/** A method and the model that it is called for. */
export interface Capability {
  readonly method: MethodName;
  /** Model id, after aliasing; empty if the method names none. */
  readonly model: string;
}
