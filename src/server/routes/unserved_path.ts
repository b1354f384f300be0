/**
 * What a client is told whose path Pollux does not serve: which API the path belongs to, and what there
 * is in its place.
 *
 * @module
 */
import { MODEL_METHODS } from "../../gemini/api/native_path.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Paths of other APIs, and of other parts of Gemini's; a version in front does not count. */
const APIS: readonly { readonly path: RegExp; readonly says: string }[] = [
  {
    path:
      /^\/(?:(?:openai|api)\/(?:v1\/)?)?(?:chat\/completions|completions|responses|embeddings|images|audio|moderations|assistants|threads|realtime)(?:\/|$)|^\/openai(?:\/|$)/,
    says: "It belongs to OpenAI's API, which Pollux does not serve yet",
  },
  {
    path: /^\/(?:anthropic\/(?:v1\/)?)?(?:messages|complete)(?:\/|$)/,
    says: "It belongs to Anthropic's API, which Pollux does not serve yet",
  },
  {
    path: /^\/(?:v1beta1\/)?(?:projects|publishers)\//,
    says: "It is a path of Vertex AI, which Pollux does not serve yet: its accounts of Vertex AI " +
      "answer at the paths of the Gemini API. In an SDK, leave the Vertex mode off",
  },
  {
    path:
      /^\/(?:(?:upload|download|ws)\/.*|(?:files|cachedContents|batches|operations|tunedModels|corpora|fileSearchStores|interactions|agents|environments|triggers|webhooks|credentials|voices|auth_tokens|generatedFiles|dynamic)(?:[/:].*)?)$/,
    says: "The base URL is right, but Pollux does not serve this part of the Gemini API yet",
  },
];

const SERVED =
  "Pollux serves GET /v1beta/models and POST /v1beta/models/<model>:<method> with the " +
  `methods ${MODEL_METHODS.join(", ")}, also under /v1 and /v1alpha`;

/** What of a request the message is made of. */
export interface UnservedRequest {
  readonly method: string;
  /** The path as the client sent it. */
  readonly sent: string;
  /** The path behind the version, mended. */
  readonly path: string;
}

/** The error for a path that no route is for. */
export function unservedPath({ method, sent, path }: UnservedRequest): RpcError {
  const says = APIS.find((api) => api.path.test(path))?.says ??
    "If it was meant for the Gemini API, the base URL of the client is wrong: it is the " +
      "gateway's address without a path";
  return new RpcError("NOT_FOUND", `"${method} ${sent}" is not served. ${says}. ${SERVED}`);
}
