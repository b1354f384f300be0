/**
 * The files that a request to a model names: its project must own them, and they must be ACTIVE.
 *
 * @module
 */
import { fileNotActive, unsupportedUri } from "./file_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { invalidArgument } from "../google_errors.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import type { ServiceCall } from "../models/model_call.ts";

const FILE_HOST = "https://generativelanguage.googleapis.com/";
const FILE_PATH = /^(?:v1|v1beta|v1alpha)\/files\/([a-z0-9-]+)$/;

/**
 * Checks all files that a request names.
 *
 * @param request In the form that `checkMessage` returns.
 * @throws A GoogleError for the first one that cannot be used.
 */
export function checkNamedFiles(request: JsonObject, call: ServiceCall): void {
  for (const uri of fileUrisIn(request)) {
    if (call.route.service === "generativelanguage.googleapis.com") checkFile(uri, call);
    // Vertex AI does not support files of the Gemini API, and would fetch the URI as a public one.
    else if (uri.startsWith(FILE_HOST)) throw cannotFetch();
  }
}

/** The URIs in `contents`, `systemInstruction`, embedded contents, and requests within a request. */
export function fileUrisIn(request: JsonObject): string[] {
  const inner = objectAt(request, "generateContentRequest");
  const requests = [...objectsAt(request, "requests"), ...(inner === undefined ? [] : [inner])];
  const contents = [
    ...objectsAt(request, "contents"),
    ...["content", "systemInstruction"].map((key) => objectAt(request, key)),
  ];
  const parts = contents.flatMap((content) => objectsAt(content, "parts"));
  const answers = parts.flatMap((part) => objectsAt(objectAt(part, "functionResponse"), "parts"));
  return [
    ...[...parts, ...answers].flatMap((part) =>
      textAt(objectAt(part, "fileData"), "fileUri") ?? []
    ),
    ...requests.flatMap(fileUrisIn),
  ];
}

function checkFile(uri: string, { stored, account }: ServiceCall): void {
  if (!uri.startsWith(FILE_HOST)) {
    // Google's files are not on other hosts: such a URI was meant for a proxy.
    if (/^http:|^(?:https?:\/\/[^/]+\/)?(?:v1\w*\/)?files\/[a-z0-9-]+$/.test(uri)) {
      throw unsupportedUri(uri);
    }
    return;
  }
  const id = FILE_PATH.exec(uri.slice(FILE_HOST.length))?.[1];
  if (id === undefined) throw unsupportedUri(uri);
  const file = stored.files.find(id, account.ownerProject);
  if (file.state !== "ACTIVE") throw fileNotActive(id);
}

function cannotFetch(): Error {
  return invalidArgument(
    "Cannot fetch content from the provided URL. Please ensure the URL is valid and accessible by " +
      "Vertex AI. Vertex AI respects robots.txt rules, so confirm the URL is allowed to be crawled. " +
      "Status: URL_ERROR-ERROR_NOT_FOUND",
  );
}
