/**
 * The pages of a list of resources, newest first.
 *
 * @see {@link https://google.aip.dev/158}
 * @module
 */
import { invalidArgument } from "./google_errors.ts";
import type { JsonObject } from "../base/json.ts";

/** A resource of a list. */
export interface Listed {
  /** Rises with each resource that is made. */
  readonly serial: number;
  toJSON(): JsonObject;
}

/** How a list is paged. */
export interface PageOptions {
  /** The member of a page with the resources. */
  readonly member: string;
  /** The project whose resources are listed: a page token is valid only there. */
  readonly project: string;
  readonly defaultSize: number;
  /** A larger `pageSize` counts as this. */
  readonly largestSize: number;
}

/**
 * Returns the requested page. A page token names the last resource that was shown, so it stays valid
 * while resources are made and deleted.
 *
 * @param resources The whole list, in any order.
 * @throws A GoogleError for an invalid query.
 */
export function resourcePage(
  resources: readonly Listed[],
  query: URLSearchParams,
  options: PageOptions,
): JsonObject {
  const { member, project, defaultSize, largestSize } = options;
  const size = Number(query.get("pageSize") ?? 0);
  if (!Number.isInteger(size) || size < 0) throw invalidArgument("Invalid page size.");
  const before = readToken(query.get("pageToken") ?? "", project);
  const left = resources.filter(({ serial }) => serial < before)
    .sort((one, other) => other.serial - one.serial);
  const page = left.slice(0, Math.min(size === 0 ? defaultSize : size, largestSize));
  const last = page.at(-1);
  if (last === undefined) return {};
  return {
    [member]: page.map((resource) => resource.toJSON()),
    ...(page.length < left.length
      ? { nextPageToken: btoa(`${last.serial}/${project}`).replace(/=+$/, "") }
      : {}),
  };
}

function readToken(token: string, project: string): number {
  if (token === "") return Infinity;
  const [, serial, owner] = /^(\d+)\/(.*)$/.exec(decoded(token)) ?? [];
  if (serial === undefined || owner !== project) throw invalidArgument("Invalid page token.");
  return Number(serial);
}

function decoded(token: string): string {
  try {
    return atob(token);
  } catch {
    return "";
  }
}
