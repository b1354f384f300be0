/**
 * The paths of interactions.
 *
 * @module
 */
import type { RouteRow } from "../route_row.ts";

const NATIVE = "generativelanguage.googleapis.com";
const VERTEX = "aiplatform.googleapis.com";

/** The rows of interactions. */
export const INTERACTION_ROUTES: readonly RouteRow[] = [
  ...rowsOf(NATIVE, "/{native}/interactions"),
  ...rowsOf(VERTEX, "/(?<version>v1beta1)/{place}/interactions"),
];

function rowsOf(service: RouteRow["service"], path: string): readonly RouteRow[] {
  const shared = { service, stringCodes: true };
  const one = `${path}/{id}`;
  const query = ["stream", "lastEventId", "includeInput"];
  return [
    { ...shared, verb: "POST", path, method: "interactions.create" },
    { ...shared, verb: "GET", path: one, method: "interactions.get", query },
    { ...shared, verb: "DELETE", path: one, method: "interactions.delete" },
    { ...shared, verb: "POST", path: `${one}/cancel`, method: "interactions.cancel" },
  ];
}
