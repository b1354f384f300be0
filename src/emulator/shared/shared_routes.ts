/**
 * The paths of tuned models, corpora, their permissions, and generated files.
 *
 * @module
 */
import type { RouteRow, Verb } from "../route_row.ts";

const PAGES = ["pageSize", "pageToken"];
const MASK = ["updateMask"];

type Target = readonly [
  verb: Verb,
  path: string,
  method: string,
  query?: readonly string[],
];

const TARGETS: readonly Target[] = [
  ["POST", "tunedModels", "tunedModels.create", ["tunedModelId"]],
  ["GET", "tunedModels", "tunedModels.list", [...PAGES, "filter"]],
  ["GET", "tunedModels/{id}", "tunedModels.get"],
  ["PATCH", "tunedModels/{id}", "tunedModels.patch", MASK],
  ["DELETE", "tunedModels/{id}", "tunedModels.delete"],
  ["POST", "tunedModels/{id}:transferOwnership", "tunedModels.transferOwnership"],
  ["POST", "tunedModels/{tuned}:generateContent", "generateContent"],
  ["POST", "tunedModels/{tuned}:streamGenerateContent", "streamGenerateContent"],
  ["POST", "tunedModels/{tuned}:batchGenerateContent", "batchGenerateContent"],
  ["POST", "tunedModels/{tuned}:asyncBatchEmbedContent", "asyncBatchEmbedContent"],
  ["POST", "dynamic/{model}:generateContent", "generateContent"],
  ["POST", "dynamic/{model}:streamGenerateContent", "streamGenerateContent"],
  ["POST", "corpora", "corpora.create"],
  ["GET", "corpora", "corpora.list", PAGES],
  ["GET", "corpora/{id}", "corpora.get"],
  ["DELETE", "corpora/{id}", "corpora.delete", ["force"]],
  ["GET", "generatedFiles", "generatedFiles.list", PAGES],
  ...permissions("tunedModels"),
  ...permissions("corpora"),
];

/** The rows. */
export const SHARED_ROUTES: readonly RouteRow[] = TARGETS.map(
  ([verb, path, method, query = []]) => ({
    service: "generativelanguage.googleapis.com",
    verb,
    path: `/{native}/${path}`,
    method,
    query,
  }),
);

function permissions(collection: string): readonly Target[] {
  const path = `${collection}/{id}/permissions`;
  const name = `${collection}.permissions`;
  return [
    ["POST", `${path}`, `${name}.create`],
    ["GET", `${path}`, `${name}.list`, PAGES],
    ["GET", `${path}/{child}`, `${name}.get`],
    ["PATCH", `${path}/{child}`, `${name}.patch`, MASK],
    ["DELETE", `${path}/{child}`, `${name}.delete`],
  ];
}
