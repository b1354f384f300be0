/**
 * Converts between the model names of Vertex AI and of the Gemini API.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.publishers.models}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { supportedMethods } from "../../gemini/api/methods.ts";
import { pathOfModel } from "../request/model_name.ts";
import type { NamedEntry } from "../model_pages.ts";
import type { Model } from "../../gemini/api/model.ts";

/** The project and location of an account's models. */
export interface ModelPlace {
  readonly project: string;
  readonly location: string;
}

/** The publisher that model names may omit. */
const GOOGLE = "publishers/google/models/";

/** Google's model families that support generateContent; the list has many others. */
const CONVERSES = /^gemini-(?!embedding)/;

/** Google's embedding model families. */
const EMBEDS = /^(?:gemini-embedding|text-embedding|text-multilingual-embedding)/;

/**
 * The path of a model, without a slash at its ends. A bare id is a model of Google's, `meta/x` one of another
 * publisher, `endpoints/x` one that is deployed in the account's own project; full resource names are
 * unchanged.
 *
 * @param model Model id without `models/`.
 * @param place Undefined in express mode.
 */
export function pathOfVertexModel(model: string, place: ModelPlace | undefined): string {
  const path = pathOfModel(model);
  return model.startsWith("projects/") ? path : pathOfPlace(place) + relativeName(path);
}

/** Vertex AI has a stable version and one with all features. */
export function versionOf(native: string): string {
  return native === "v1" ? "v1" : "v1beta1";
}

/** The beginning of the names of what is in a project and location, with a slash at its end; empty in express mode. */
export function pathOfPlace(place: ModelPlace | undefined): string {
  if (place === undefined) return "";
  const { project, location } = place;
  return `projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}/`;
}

function relativeName(path: string): string {
  if (path.startsWith("publishers/") || path.startsWith("endpoints/")) return path;
  const [publisher, model] = path.split(/\/(.*)/s);
  return model === undefined ? GOOGLE + path : `publishers/${publisher}/models/${model}`;
}

/**
 * A publisher's model in the shape of the Gemini API's model list; its own fields are kept.
 *
 * @param entry As `publishers.models.list` returns it.
 * @see {@link https://ai.google.dev/api/models#Model}
 */
export function modelOfPublisher(entry: NamedEntry): Model {
  const id = entry.name.replace(GOOGLE, "");
  return {
    ...entry,
    name: `models/${id}`,
    displayName: typeof entry["displayName"] === "string" ? entry["displayName"] : id,
    ...(typeof entry["versionId"] === "string" ? { version: entry["versionId"] } : {}),
    ...defined({ supportedGenerationMethods: methodsOf(id) }),
  };
}

/** Google's models for Live sessions. */
const LIVE = /^gemini-(?:.*-)?(?:live|native-audio)(?:-|$)/;

/** The methods that a model lists; undefined for a model of another family. */
function methodsOf(id: string): readonly string[] | undefined {
  if (LIVE.test(id)) return supportedMethods("vertex", "live");
  if (CONVERSES.test(id)) return supportedMethods("vertex", "generation");
  // SDKs in Vertex mode embed texts by predictions.
  if (EMBEDS.test(id)) return [...supportedMethods("vertex", "embedding"), "predict"];
  if (id.startsWith("imagen-")) return supportedMethods("vertex", "image");
  return id.startsWith("veo-") ? supportedMethods("vertex", "video") : undefined;
}
