/**
 * Checks the credentials that an environment names.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import type { ServiceCall } from "../models/model_call.ts";

/** @throws A GoogleError if the project does not have one of them. */
export function checkCredentials(
  environment: JsonObject,
  { stored, project }: Pick<ServiceCall, "stored"> & { readonly project: string },
): void {
  const allowed = objectsAt(objectAt(environment, "network") ?? {}, "allowlist");
  const variables = Object.values(objectAt(environment, "env") ?? {}).filter(isJsonObject);
  for (const entry of [...allowed, ...variables]) {
    const id = textAt(entry, "credential")?.replace(/^credentials\//, "");
    if (id !== undefined) stored.agents.find("credentials", { id, project });
  }
}
