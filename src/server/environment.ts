/**
 * What the app knows of a request before its routes see it.
 *
 * @module
 */
import type { NativePath } from "../gemini/api/native_path.ts";
import type { CallLifecycle } from "./call/call_lifecycle.ts";

/** Hono's environment. */
export interface Environment {
  readonly Bindings: {
    /** The path as the client sent it. */
    readonly sent: string;
    readonly target: NativePath;
    readonly lifecycle: CallLifecycle;
    /** Who calls: a key, which may only go into a digest. */
    readonly caller: string;
  };
}
