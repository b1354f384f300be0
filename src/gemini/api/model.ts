/**
 * A model as the Gemini API describes it.
 *
 * @see {@link https://ai.google.dev/api/models#Model}
 * @module
 */

/** A model as `GET /v1beta/models` lists it; unknown fields are kept. */
export interface Model {
  /** `models/<id>`. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A page of a list of models, as `GET /v1beta/models` gives it. */
export interface ModelPage {
  readonly models: readonly Model[];
  /** Absent on the last page. */
  readonly nextPageToken?: string;
}

/**
 * A model's id without the prefixes that users and SDKs add: `models/x`, `publishers/google/models/x`,
 * `projects/p/locations/l/publishers/google/models/x`. Only ids of other publishers on Vertex AI contain
 * `models/`.
 */
export function bareModelId(name: string): string {
  if (!name.includes("models/") || /^publishers\/(?!google\/)/.test(name)) return name;
  const at = `/${name}`.lastIndexOf("/models/");
  return at < 0 ? name : name.slice(at + "models/".length);
}

/** A segment that leads out of the collection of models when the id becomes part of a path, and what paths cannot hold. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const NO_PATH = /(?:^|\/)\.{1,2}(?:\/|$)|[\\\x00-\x1f\x7f]/;

/**
 * Whether an id can be part of a path. `gemini-2.5-flash/../gemini-2.5-pro` cannot: it is another model than its name
 * says, to the rules of keys and to prices.
 */
export function isPathSafe(id: string): boolean {
  return id.isWellFormed() && !NO_PATH.test(id);
}

/** The id of a model: its name without `models/`. */
export function idOf({ name }: Pick<Model, "name">): string {
  return name.replace(/^models\//, "");
}
