/**
 * What the app knows of a request before its routes see it.
 *
 * @module
 */
import type { NativePath } from "../gemini/api/native_path.ts";
import type { CallRecord } from "./call/call_record.ts";

/** Hono's environment. */
export interface Environment {
  readonly Bindings: {
    /** The path as the client sent it. */
    readonly sent: string;
    readonly target: NativePath;
    readonly record: CallRecord;
    /** Who calls: a key, which may only go into a digest. */
    readonly caller: string;
  };
}
