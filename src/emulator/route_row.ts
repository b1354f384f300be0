/**
 * The columns of the table of paths.
 *
 * @module
 */
import type { Service } from "./google_errors.ts";

/** HTTP methods of the services. */
export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One row of the table. */
export interface RouteRow {
  readonly service: Service;
  readonly verb: Verb;
  /** Segments in braces are variables: see `VARIABLES`. */
  readonly path: string;
  /** As `generateContent` or `files.get`: what scripts name, too. */
  readonly method: string;
  /** Query parameters that only this method has. */
  readonly query?: readonly string[];
  /** Service and name of the RPC, if it is not one of the service that has the models. */
  readonly rpc?: string;
  /** Whether its errors have a code in words, as those of interactions. */
  readonly stringCodes?: boolean;
}
