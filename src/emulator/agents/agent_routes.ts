/**
 * The paths of agents and their related collections.
 *
 * @module
 */
import type { RouteRow, Verb } from "../route_row.ts";
import { SESSION } from "../uploads/upload_protocol.ts";

type Row = readonly [Verb, path: string, method: string, query?: readonly string[]];

const PAGES = ["pageSize", "pageToken"];
const VOICES = ["accent", "context", "gender", "languageCode", "persona", "pitch", "regionCode"];
const FILES = "environments/{id}/files/{filePath}";
const UPLOAD = [...SESSION, "extract", "overwrite"];

const ROWS: readonly Row[] = [
  ...plain("agents", [...PAGES, "parent"]),
  ...plain("environments", PAGES),
  ["GET", `/{native}/${FILES}`, "environments.files", [...PAGES, "recursive"]],
  ["PUT", `/upload/{native}/${FILES}`, "environments.upload", UPLOAD],
  ["POST", `/upload/{native}/${FILES}`, "environments.upload", UPLOAD],
  ...plain("triggers", [...PAGES, "filter"]),
  ["PATCH", "/{native}/triggers/{id}", "triggers.update"],
  ["POST", "/{native}/triggers/{id}/executions", "triggers.run"],
  ["GET", "/{native}/triggers/{id}/executions", "triggers.executions", PAGES],
  ...plain("webhooks", PAGES),
  ["PATCH", "/{native}/webhooks/{id}", "webhooks.update", ["updateMask"]],
  ["POST", "/{native}/webhooks/{id}:ping", "webhooks.ping"],
  ["POST", "/{native}/webhooks/{id}:rotateSigningSecret", "webhooks.rotateSigningSecret"],
  ...plain("credentials", PAGES),
  ["PATCH", "/{native}/credentials/{id}", "credentials.update", ["updateMask"]],
  ...plain("voices", [...PAGES, ...VOICES, "type", "search"]),
  ["POST", "/{native}/decisions", "decisions.create"],
];

/** The rows. */
export const AGENT_ROUTES: readonly RouteRow[] = ROWS.map(([verb, path, method, query = []]) => ({
  service: "generativelanguage.googleapis.com",
  verb,
  path,
  method,
  query,
  stringCodes: true,
}));

function plain(collection: string, query: readonly string[]): readonly Row[] {
  const path = `/{native}/${collection}`;
  return [
    ["POST", path, `${collection}.create`],
    ["GET", path, `${collection}.list`, query],
    ["GET", `${path}/{id}`, `${collection}.get`],
    ["DELETE", `${path}/{id}`, `${collection}.delete`],
  ];
}
