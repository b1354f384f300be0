/**
 * The media in requests for videos, which the Gemini API and Vertex AI name differently. Only names of members change.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/video}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation}
 * @module
 */
import type { JsonEdit } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";

/** The names of a video's members at Vertex AI, by those at the Gemini API. */
export const VERTEX_NAMES: Readonly<Record<string, string>> = {
  uri: "gcsUri",
  encodedVideo: "bytesBase64Encoded",
  encoding: "mimeType",
};

/** The same the other way round. */
export const GEMINI_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(VERTEX_NAMES).map(([gemini, vertex]) => [vertex, gemini]),
);

/** A request for videos in the form of Vertex AI. */
export function vertexVideos(request: NativeRequest): NativeRequest {
  return request.edited(
    instancesOf(request).flatMap((instance) => [
      ...renames(instance.get("video"), VERTEX_NAMES),
      ...imagesOf(instance).flatMap(unwrapped),
    ]),
  );
}

/** A request for videos in the form of the Gemini API. Its images have the form of Vertex AI, which both accept. */
export function geminiVideos(request: NativeRequest): NativeRequest {
  return request.edited(
    instancesOf(request).flatMap((instance) => renames(instance.get("video"), GEMINI_NAMES)),
  );
}

/** The edits that give members of an object other names. */
export function renames(
  object: JsonNode | undefined,
  names: Readonly<Record<string, string>>,
): readonly JsonEdit[] {
  return (object?.members ?? []).flatMap((member) => {
    const name = Object.hasOwn(names, member.name) ? names[member.name] : undefined;
    return name === undefined ? [] : [renamed(member, name)];
  });
}

/** The edit that gives a member another name. */
export function renamed({ nameStart, start }: JsonNode, name: string): JsonEdit {
  return { at: nameStart, remove: start - nameStart, insert: `"${name}":` };
}

function instancesOf({ body }: NativeRequest): readonly JsonNode[] {
  return body.get("instances")?.list ?? [];
}

function imagesOf(instance: JsonNode): readonly JsonNode[] {
  const references = instance.field("referenceImages")?.list ?? [];
  const images = [instance, ...references].map((each) => each.get("image"));
  return [...images, instance.field("lastFrame")].filter((image) => image !== undefined);
}

/** The edits that put an image's bytes where Vertex AI expects them: into the image itself. */
function unwrapped(image: JsonNode): readonly JsonEdit[] {
  const inline = image.field("inlineData");
  if (!inline?.isObject || inline.isEmpty) return [];
  const { nameStart, start, end } = inline;
  return [
    { at: nameStart, remove: start + 1 - nameStart, insert: "" },
    ...renames(inline, { data: "bytesBase64Encoded" }),
    { at: end - 1, remove: 1, insert: "" },
  ];
}
