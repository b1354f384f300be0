/**
 * What describes the route for codes of the page. The mount point serves it, also where there is no admin API.
 *
 * @module
 */
import * as z from "zod";
import { type DescribedRoute, NO_BODY, NO_QUERY } from "./admin_route.ts";

/** The route. */
export const CODE_ROUTE: DescribedRoute = {
  verb: "POST",
  path: "/ui-codes",
  name: "ui-codes",
  summary: "Makes a code that opens the page once, within two minutes: put it behind /ui/#",
  query: NO_QUERY,
  body: NO_BODY,
  response: z.object({ code: z.string(), expiresAt: z.string() }),
};
