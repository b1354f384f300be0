/**
 * The doors beside the native API: the page, the admin API, the reports and the metrics.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/**
 * `root`: `/`. `page`: `/ui/…`, and `/favicon.ico`, which browsers ask for by themselves. `admin`: `/admin/v1/…`. `reports`: the other paths below `/admin/`. `metrics`:
 * `/metrics`.
 */
export type Door = "root" | "page" | "admin" | "reports" | "metrics";

/** How a request of the admin API came: with the admin key, or with a session of the page. */
export type AdminDoor = "admin-api" | "page";

const DOOR = /^\/(?:$|(favicon\.ico(?!\/)|ui|admin\/v1|admin|metrics)(?:\/|$))/;

const DOORS: Readonly<Record<string, Door>> = {
  ui: "page",
  "favicon.ico": "page",
  "admin/v1": "admin",
  admin: "reports",
  metrics: "metrics",
};

/**
 * Which door a path leads to.
 *
 * @param path In the form that the routes expect.
 * @param sent As the client sent it. A door has one spelling, so that a proxy can close it by its path.
 * @returns Undefined for the native API.
 * @throws {RpcError} NOT_FOUND for another spelling.
 */
export function doorOf(path: string, sent: string): Door | undefined {
  const door = doorIn(path);
  if (door === undefined || doorIn(sent) === door) return door;
  // A version alone, as in "/v1beta", is not a spelling of "/".
  if (door === "root") return undefined;
  const [, name = ""] = DOOR.exec(path) ?? [];
  throw new RpcError("NOT_FOUND", `Nothing is served here. Call /${name}, spelled like this`);
}

function doorIn(path: string): Door | undefined {
  const match = DOOR.exec(path);
  return match === null ? undefined : DOORS[match[1] ?? ""] ?? "root";
}
