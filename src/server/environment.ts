/**
 * What the app passes to a request's route.
 *
 * @module
 */
import type { NativePath } from "../gemini/api/native_path.ts";
import type { AdminDoor } from "./access/door.ts";
import type { Caller } from "./access/caller.ts";
import type { UploadSession } from "./uploads/upload_sessions.ts";
import type { CallLifecycle } from "./call/call_lifecycle.ts";

/** What the listener knows of a request. */
export interface ReceivedBy {
  /** Whether the client uses TLS. Default: no. */
  readonly isSecure?: boolean;
  /** The connection's other end. Deno looks it up only when it is read. Default: unknown. */
  readonly info?: Pick<Deno.ServeHandlerInfo, "remoteAddr">;
  /** Whether it is the address of the page and the admin API alone. Default: no. */
  readonly isAdminAddress?: boolean;
}

/** Hono's environment. */
export interface Environment {
  readonly Bindings: {
    /** The path as the client sent it. */
    readonly sent: string;
    readonly target: NativePath;
    readonly lifecycle: CallLifecycle;
    readonly by: ReceivedBy | undefined;
    readonly caller: Caller;
    /** The upload session that the request continues, if any. */
    readonly upload?: UploadSession;
    /** The ephemeral token that the request presents in place of a key, if any. */
    readonly token?: string;
    /** By which door a request of the admin API came; set once its access is checked. */
    admin?: { readonly door: AdminDoor };
  };
}

/** Returns the path that the guard has checked, for Hono, since the URL is not trustworthy. */
export function givenPath(
  _request: Request,
  options?: { readonly env?: Environment["Bindings"] },
): string {
  return options?.env?.target.path ?? "";
}
