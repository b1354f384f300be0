/**
 * The route that deletes what is kept of a response: `DELETE …/responses/<id>`.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/delete}
 * @module
 */
import { Hono } from "hono";
import { BASES } from "../../formats/operations.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Environment } from "../environment.ts";
import { ownJson } from "../response/own_json.ts";
import type { KeptExchanges } from "./kept_parts.ts";

/** The dependencies of the route. */
export interface KeptResponseParts {
  readonly exchanges: Pick<KeptExchanges, "delete">;
}

const ID = /^\/responses\/(resp_[A-Za-z0-9]{1,100})\/?$/;

/** Creates the route. */
export function keptResponseRoutes({ exchanges }: KeptResponseParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.delete("/*", async (c, next) => {
    const { sent, caller, lifecycle: { record } } = c.env;
    const id = responseIdIn(sent);
    if (id === undefined) return await next();
    record.method = "openai.responses.delete";
    if (await exchanges.delete(id, caller)) {
      return ownJson({ id, object: "response", deleted: true }, { record, headers: {} });
    }
    throw new RpcError(
      "NOT_FOUND",
      `Response with id '${id}' not found: it was not kept, is deleted already, or another key made it`,
    );
  });
  return routes;
}

/** The id of the response that a path names; undefined for other paths. */
function responseIdIn(path: string): string | undefined {
  for (const base of BASES.openai) {
    if (!path.startsWith(`${base}/responses/`)) continue;
    return ID.exec(path.slice(base.length))?.[1];
  }
  return undefined;
}
