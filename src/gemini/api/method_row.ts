/**
 * The columns of the method table.
 *
 * @module
 */
import type { AccountKind } from "./account_kinds.ts";
import type { PathPrefix } from "./native_path.ts";

/** An HTTP verb of the API. */
export type Verb = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** Families of models whose `supportedGenerationMethods` are the same. */
export type ModelFamily = "generation" | "embedding" | "image" | "video" | "answer" | "live";

/** {@linkcode RetryClass}, as values. */
export const RETRY_CLASSES = ["anywhere", "before_sent", "never"] as const;

/**
 * Whether a call may be retried, with another account or the same one:
 * - `anywhere`: after every transient failure, because the call creates nothing.
 * - `before_sent`: only if the failure proves that upstream did nothing.
 * - `never`: the call is not retried.
 */
export type RetryClass = (typeof RETRY_CLASSES)[number];

/** The properties of a method. */
export interface MethodRow {
  readonly verb: Verb;
  /**
   * The segment before the version in the path. Default: none. A method whose response is bytes also accepts
   * `download`.
   */
  readonly prefix?: PathPrefix;
  /**
   * The path after the version. `{model}` stands for a model's name, which may contain slashes; every other
   * name in braces stands for one segment, and a last name with dots before it, as `{...path}`, for any number.
   */
  readonly path: string;
  /** The kinds of account that serve the method, and the translation that each uses. */
  readonly kinds: Readonly<Partial<Record<AccountKind, string>>>;
  readonly body: "none" | "json" | "bytes" | "multipart";
  readonly response: "json" | "stream" | "events" | "bytes" | "upload" | "socket";
  /**
   * Which account receives the call: one that serves the model in the path or, if the path has none, in the
   * body; the owner of the resource in the path; any account; or all accounts, whose responses are merged. In
   * every case but the last, the owner of a resource that the call names comes first.
   */
  readonly routing: "model" | "owner" | "any" | "merged";
  /**
   * For a list that is merged by calls: the member of a page with the items, the default number of items on
   * a page, and the largest number.
   */
  readonly list?: {
    readonly member: string;
    readonly defaultSize: number;
    readonly largestSize: number;
    /** Whether Google writes the parameters and members of pages in snake_case. Default: in camelCase. */
    readonly isSnakeCase?: boolean;
  };
  /**
   * The members of a response that hold addresses of downloads, as `files.downloadUri`: these are rewritten
   * to point to the gateway. Default: none.
   */
  readonly downloads?: readonly string[];
  /** Collections whose resources a request may name. */
  readonly names: readonly string[];
  /** Collections in which a call creates a resource. */
  readonly makes: readonly string[];
  /**
   * The members of a response that name further resources of the account's project, as
   * `metadata.output.responsesFile`, and their collections. Lists on the way are entered; those of a merged list are
   * the members of one item. Default: none.
   */
  readonly shows?: Readonly<Record<string, string>>;
  readonly retry: RetryClass;
  /**
   * How a response reports token usage: in its member `usageMetadata`, as interactions do in `usage`, or as Vertex AI's
   * `:predict` does in the statistics of each prediction. "later": only
   * responses about what the call makes report it, if any do. "none": a call uses no tokens.
   */
  readonly usage: "usageMetadata" | "interaction" | "predictions" | "later" | "none";
  /**
   * Whether a call goes to the account of the caller's recent uploads: one that makes a resource which is later
   * named together with uploaded files. Default: no.
   */
  readonly joinsUploads?: true;
  /**
   * Whether a call is a turn of a conversation: the conversation stays with its account, its thought
   * signatures are restored, and a response without a candidate is retried with another account.
   */
  readonly isTurn: boolean;
  /**
   * Whether a call that is no turn also stays with the account of its conversation, and takes of the quota of the
   * model's turns. Default: no.
   */
  readonly joinsConversation?: true;
  /**
   * The models whose `supportedGenerationMethods` list the method, as Google's lists do; absent if no model
   * lists it.
   */
  readonly listedBy?: ModelFamily;
  /** The name by which they list it. Default: the method's own. */
  readonly listedAs?: string;
  /** For a method that Google's lists omit: a listed method whose models also serve this one. */
  readonly comesWith?: string;
}
