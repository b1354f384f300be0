/**
 * Opens the upload session that a request continues. The session's address contains a token, which replaces a key.
 *
 * @module
 */
import type { NativePath } from "../../gemini/api/native_path.ts";
import { type Auth, presentedKey } from "../access/auth.ts";
import type { Caller } from "../access/caller.ts";
import { unknownUpload, type UploadSession, type UploadSessions } from "./upload_sessions.ts";

/** An upload session, and the caller that continues it. */
export interface OpenUpload {
  readonly upload: UploadSession;
  readonly caller: Caller;
}

/** The token in a request's query; undefined if the request continues no upload. */
export function tokenIn(request: Request, { prefix }: NativePath): string | undefined {
  if (prefix !== "upload") return undefined;
  return new URL(request.url).searchParams.get("upload_id") ?? undefined;
}

/**
 * Opens an upload session. It belongs to the caller that started it, and is valid as long as that caller's key. A
 * session that was started without a key is valid until the gateway requires one. If the request has a key, it must be
 * valid and belong to the same caller.
 *
 * @throws {RpcError} NOT_FOUND if the session does not exist or is another caller's; UNAUTHENTICATED if the request
 * needs a key.
 */
export async function openUpload(
  request: Request,
  token: string,
  { path, auth, uploads }: {
    /** The request's path, after the version. */
    readonly path: string;
    readonly auth: Auth;
    readonly uploads: UploadSessions;
  },
): Promise<OpenUpload> {
  const upload = await uploads.open(token);
  const holder = upload && auth.callerWithKey(upload.callerId, upload.keyDigest);
  const caller = holder === undefined || presentedKey(request) !== ""
    ? auth.check(request, path)
    : holder;
  const isTheirs = upload?.callerId === caller.id && upload.path === path &&
    (holder !== undefined || upload.keyDigest === "");
  if (upload === undefined || !isTheirs) throw unknownUpload();
  return { upload, caller };
}
