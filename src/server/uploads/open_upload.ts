/**
 * Opens the upload that a request goes on with: its address holds a token, which stands in for a key.
 *
 * @module
 */
import type { NativePath } from "../../gemini/api/native_path.ts";
import { type Auth, presentedKey } from "../access/auth.ts";
import type { Caller } from "../access/caller.ts";
import { unknownUpload, type UploadSession, type UploadSessions } from "./upload_sessions.ts";

/** An upload that has begun, and who goes on with it. */
export interface OpenUpload {
  readonly upload: UploadSession;
  readonly caller: Caller;
}

/** The token in a request's query; undefined if the request goes on with no upload. */
export function tokenIn(request: Request, { prefix }: NativePath): string | undefined {
  if (prefix !== "upload") return undefined;
  return new URL(request.url).searchParams.get("upload_id") ?? undefined;
}

/**
 * Opens an upload. It belongs to the caller that began it, and dies with that caller's key; one that was begun
 * without a key, as soon as the request needs one. A key that is sent must be right, and the same.
 *
 * @throws {RpcError} NOT_FOUND if it is not this caller's, or there is none; UNAUTHENTICATED if the request needs
 * a key.
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
