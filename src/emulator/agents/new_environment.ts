/**
 * Makes environments: by their own method, and for interactions that need one.
 *
 * @module
 */
import type { AgentResource } from "./agent_resources.ts";
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import { randomId } from "../random_id.ts";
import { secondStamp } from "../timestamps.ts";
import type { ServiceCall } from "../models/model_call.ts";

/** Adds an environment with the settings of `body`. */
export function newEnvironment(
  body: JsonObject,
  { stored, project, now }: Pick<ServiceCall, "stored" | "now"> & { readonly project: string },
): AgentResource {
  const id = `env_${randomId(24)}`;
  const time = secondStamp(now);
  const shown = defined({
    id,
    status: "active",
    created: time,
    updated: time,
    last_accessed: time,
    file_count: "0",
    size_bytes: "0",
    network: body["network"],
    sources: body["sources"],
  });
  return stored.agents.add("environments", { project, id, shown });
}
