/**
 * The declaration of a route of the admin API. The same schemas check its requests and describe it in the OpenAPI
 * document.
 *
 * @module
 */
import * as z from "zod";
import type { AdminDoor } from "../access/door.ts";
import { checked } from "./checked.ts";

/** What a route's handler gets. */
export interface Asked<Query, Body> {
  /** The name in the path; empty if the route has none. */
  readonly name: string;
  readonly query: Query;
  readonly body: Body;
  /** By which door the request came. */
  readonly door: AdminDoor;
  readonly request: Request;
}

/** What describes a route. */
export interface RouteFacts {
  readonly verb: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/admin/v1`, with `{name}` for a part that varies, as in `/accounts/{name}`. */
  readonly path: string;
  /** As in `accounts.add`: names the call in the log, and the operation in the OpenAPI document. */
  readonly name: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  /** Default: 200, or 204 without a response schema. */
  readonly status?: 200 | 201;
  /** The JSON of the response; undefined if it has none. */
  readonly response: z.ZodType | undefined;
  /** The content type of a response that is not JSON. */
  readonly type?: string;
  /** The statuses of errors that other routes of the same form do not have, as 409 where a name may be taken. */
  readonly errors?: readonly (404 | 409 | 429)[];
}

/** What the OpenAPI document says of a route. */
export interface DescribedRoute extends RouteFacts {
  /** The parameters of its query. */
  readonly query: z.ZodObject;
  /** The JSON of its request. */
  readonly body: z.ZodType;
}

/** A declared route. */
export interface AdminRoute extends DescribedRoute {
  /**
   * Checks the parameters and the body, and handles the request.
   *
   * @param sent As parsed, not checked yet.
   * @returns The value of the JSON response, or a response.
   * @throws {RpcError} INVALID_ARGUMENT that names what is wrong; and the errors of the handler.
   */
  handle(sent: Asked<unknown, unknown>): Promise<unknown>;
}

/** Of a route that takes no parameters. */
export const NO_QUERY = z.strictObject({});

/** Of a route that takes no body; an empty object is accepted, since many clients send one. */
export const NO_BODY = z.strictObject({}).optional();

/** A route as it is written down. */
export interface RouteDeclaration<Query extends z.ZodObject, Body extends z.ZodType>
  extends RouteFacts {
  /** The parameters of its query. */
  readonly query: Query;
  /** The JSON of its request. */
  readonly body: Body;
  readonly handle: (asked: Asked<z.output<Query>, z.output<Body>>) => unknown;
}

/** Declares a route. */
export function adminRoute<Query extends z.ZodObject, Body extends z.ZodType>(
  { query, body, handle, ...facts }: RouteDeclaration<Query, Body>,
): AdminRoute {
  return {
    ...facts,
    query,
    body,
    async handle(sent) {
      return await handle({
        ...sent,
        query: checked(query, sent.query, "query"),
        body: checked(body, sent.body, "body"),
      });
    },
  };
}
