/**
 * The routes of the operations of other APIs.
 *
 * @module
 */
import { Hono } from "hono";
import { ANTHROPIC_REQUEST_ID } from "../../formats/client_error.ts";
import type { OperationTable } from "../../formats/operations.ts";
import type { Environment } from "../environment.ts";
import { isPassedThrough, type PassthroughParts } from "./passthrough.ts";
import { type OperationParts, serveOperation } from "./serve_operation.ts";

/** The dependencies of the routes. */
export interface OperationRouteParts extends OperationParts, PassthroughParts {
  readonly settings: OperationParts["settings"];
  readonly operations: OperationTable;
}

/** Creates a route for all operations. */
export function operationRoutes(parts: OperationRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.post("/*", async (c, next) => {
    const { sent, lifecycle, caller } = c.env;
    const row = parts.operations.find(sent);
    if (row === undefined || isPassedThrough(c.env, parts)) return await next();
    const asked = { request: c.req.raw, row, caller, lifecycle };
    const response = await serveOperation(asked, parts);
    if (row.api === "anthropic") {
      response.headers.set(ANTHROPIC_REQUEST_ID, lifecycle.record.requestId);
    }
    return response;
  });
  return routes;
}
