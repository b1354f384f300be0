/**
 * Whether an upstream rejects a resource that the request names, rather than the account.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { reasonsOf } from "./error_reasons.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/**
 * The beginnings of Google's messages for a file, a cache or the like that does not exist or belongs to another
 * project; Google does not distinguish the two. Only the beginning is compared: the rest may quote the request.
 *
 * - Gemini API: "You do not have permission to access the File X or it may not exist.", of every kind of
 *   resource (googleapis/python-genai#1218); "CachedContent not found (or permission denied)"
 * - Vertex AI: "Permission denied while accessing input file." (googleapis/js-genai#666); "Not found:
 *   cached content metadata for 1."; "Permission 'storage.objects.get' denied on resource (or it may
 *   not exist)."
 *
 * An IAM permission on the model's own endpoint (`aiplatform.endpoints.predict`) is a permission of the
 * account, whatever model the resource ends with.
 */
const BEGINNINGS: readonly RegExp[] = [
  /^You do not have permission to access (?:the )?\S+ \S{1,300} or it may not exist\b/i,
  /^(?:Not found: ?)?(?:the )?cached ?contents?\b(?! (?:API|service)\b)/i,
  /^(?:Failed|Unable) to (?:access|find|fetch|get|load|read) (?:the )?(?:cached ?content|file)\b/i,
  /^Permission denied while accessing (?:the )?(?:input )?file\b/i,
  /^(?:\S{1,300} does not have \S{1,100} access to the Google Cloud Storage (?:object|bucket)\b)/i,
  /^Permission '(?:storage\.|aiplatform\.cachedContents\.)[^']{1,100}' denied on resource\b/i,
  /^(?:The )?(?:files?|cachedContents|corpora|fileSearchStores?|documents?|gs:\/)\/\S{1,300} (?:is |was |does |could )?not\b/i,
  /^(?:The )?(?:requested )?(?:file|document|object|bucket)\b.{0,300}\b(?:not (?:be )?found|not exist)\b/i,
];

/** Whether an error of status 403 or 404 is about a resource, other than the model, that the request names. */
export function isOfNamedResource({ message }: RpcError): boolean {
  return BEGINNINGS.some((beginning) => beginning.test(message));
}

/**
 * Changes the scope of a fault that concerns a resource which the call names: the account is still usable. Any other
 * error is returned unchanged.
 */
export function inNamedScope(
  error: unknown,
  isOfNamed: (fault: UpstreamFault) => boolean,
): unknown {
  return error instanceof UpstreamFault && isOfNamed(error)
    ? new UpstreamFault("named", error.rpc, { isUndone: true })
    : error;
}

/** Models named by resource names, which may belong to any project. */
const RESOURCE = /^(?:projects|endpoints)\//;

/**
 * The fault of a call whose model is a resource name: an account without access to this resource or its project
 * is still usable for other calls. Any other error is returned unchanged.
 *
 * @param model The name in the client's request.
 */
export function faultOfNamedModel(error: unknown, model: string): unknown {
  return inNamedScope(
    error,
    ({ scope, rpc }) => scope === "account" && rpc.code === 403 && RESOURCE.test(model),
  );
}

/**
 * The fault of a call whose path names a resource: a 403 or 404 without a reason is about this resource, whatever
 * its message says, and the account is still usable. Any other error is returned unchanged.
 *
 * @param resource The name in the path; empty if there is none.
 */
export function withNamedScope(error: unknown, resource: string): unknown {
  if (resource === "") return error;
  return inNamedScope(
    error,
    ({ scope, rpc, owner }) =>
      scope === "model" ||
      (scope === "account" && rpc.code === 403 && owner !== "credential" &&
        reasonsOf(rpc).length === 0),
  );
}
