/**
 * The routes of the operations of other APIs.
 *
 * @module
 */
import { Hono } from "hono";
import type { FindOperation } from "../../formats/operations.ts";
import type { Environment } from "../environment.ts";
import { type OperationParts, serveOperation } from "./serve_operation.ts";

/** The dependencies of the routes. */
export interface OperationRouteParts extends OperationParts {
  readonly findOperation: FindOperation;
}

/** Creates a route for all operations. */
export function operationRoutes(parts: OperationRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.post("/*", async (c, next) => {
    const { sent, lifecycle, caller } = c.env;
    const row = parts.findOperation(sent);
    if (row === undefined) return await next();
    return await serveOperation({ request: c.req.raw, row, caller, lifecycle }, parts);
  });
  return routes;
}
