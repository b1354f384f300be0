/**
 * The error for a path of Google's APIs, or of none, that Pollux does not serve: states which API the path belongs to,
 * and which paths are served. {@linkcode unservedOperation} is that of other APIs.
 *
 * @module
 */
import { matchMethod, type MethodMatch } from "../../gemini/api/method_match.ts";
import {
  isModelMethod,
  METHOD_NAMES,
  type MethodRow,
  METHODS,
  MODEL_METHODS,
} from "../../gemini/api/methods.ts";
import type { NativePath } from "../../gemini/api/native_path.ts";
import { isOfEndpoint } from "../formats/passthrough.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Paths of Vertex AI, and of other parts of the Gemini API, without the version. */
const APIS: readonly { readonly path: RegExp; readonly says: string }[] = [
  {
    path: /^\/(?:projects\/.*\/)?batchPredictionJobs(?:[/:]|$)/,
    says:
      "It is a path of Vertex AI, whose batches read and write buckets; Pollux serves the Gemini API's: " +
      "POST …/models/<model>:batchGenerateContent",
  },
  {
    path: /^\/(?:projects|publishers)(?:\/|$)/,
    says:
      "It is a path of Vertex AI; of these, Pollux serves …/publishers/google/models, with or without " +
      "projects/<project>/locations/<location>",
  },
  {
    path:
      /^\/(?:(?:upload|download|ws)\/.*|(?:files|cachedContents|batches|operations|tunedModels|corpora|fileSearchStores|interactions|agents|environments|triggers|webhooks|credentials|voices|auth_tokens|generatedFiles|dynamic)(?:[/:].*)?)$/,
    says: "The base URL is right, but Pollux does not serve this part of the Gemini API yet",
  },
];

const WRONG_BASE_URL =
  "If it was meant for the Gemini API, the base URL of the client is wrong: it is the " +
  "gateway's address without a path";

const NAMES: readonly string[] = MODEL_METHODS;

/** What to call in place of methods that only Vertex AI has, and of those of PaLM. */
const INSTEAD: Readonly<Partial<Record<string, string>>> = {
  computeTokens: "countTokens",
  generateText: "generateContent",
  generateMessage: "generateContent",
  countTextTokens: "countTokens",
  countMessageTokens: "countTokens",
  embedText: "embedContent",
  batchEmbedText: "batchEmbedContents",
};

/** The paths of the collections, such as "/v1beta/files". */
const COLLECTIONS = new Set(
  METHOD_NAMES.filter((name) => !isModelMethod(name) && !isOfEndpoint(name)).map((name) => {
    const { path, prefix }: MethodRow = METHODS[name];
    const [collection = ""] = path.split(/[/:]/);
    return `${prefix === undefined ? "" : `/${prefix}`}/v1beta/${collection}`;
  }),
);

const SERVED =
  `Pollux serves POST /v1beta/models/<model>:<method> with the methods ${NAMES.join(", ")}, and ` +
  `methods of ${listed([...COLLECTIONS])}, also under /v1 and /v1alpha`;

/** The parts of a request that the message is created from. */
export interface UnservedRequest {
  readonly verb: string;
  /** The path as the client sent it. */
  readonly sent: string;
  readonly target: NativePath;
}

/** The error for a request without a route. */
export function unservedPath({ verb, sent, target }: UnservedRequest): RpcError {
  const match = matchMethod(verb, target);
  // A browser, or curl without a body, sends a GET to the URL of a method.
  if (match.type === "verb") return wrongVerb(verb, match);
  const isOfModels = target.prefix === undefined && target.segments[0] === "models";
  if (match.type === "none" && verb === "POST" && isOfModels) {
    return noSuchMethod(match.action);
  }
  const says = APIS.find((api) => api.path.test(target.path))?.says ?? WRONG_BASE_URL;
  // An encoded query may contain a key, and this message is logged.
  const [path = ""] = sent.split(/%3f/i);
  return new RpcError("NOT_FOUND", `"${verb} ${path}" is not served. ${says}. ${SERVED}`);
}

function wrongVerb(
  sent: string,
  { method, verb }: MethodMatch & { readonly type: "verb" },
): RpcError {
  return new RpcError(
    "NOT_FOUND",
    `The method "${method}" is called with ${verb}, and this request is a ${sent}`,
  );
}

function noSuchMethod(action: string): RpcError {
  const other = Object.hasOwn(INSTEAD, action) ? INSTEAD[action] : undefined;
  const instead = other === undefined ? "" : `. Use ${other}`;
  return new RpcError(
    "NOT_FOUND",
    action === ""
      ? `This path names no method. Pollux serves …/models/<id>:${listed(NAMES.map(withColon))}`
      : `The method "${action}" is not served. Pollux serves ${listed(NAMES)}${instead}`,
  );
}

function withColon(name: string, nth: number): string {
  return nth === 0 ? name : `:${name}`;
}

/** Joins words with commas, and with "and" before the last. */
function listed(words: readonly string[]): string {
  return words.join(", ").replace(/, (?=[^,]*$)/, " and ");
}
