/**
 * What the admin API is made of.
 *
 * @module
 */
import type { KeyPolicy } from "../access/key_policy.ts";
import type { Explanation } from "../explain/explanation.ts";
import type { AdminRouteParts } from "../routes/admin_routes.ts";
import type { AdminServices } from "./admin_services.ts";
import type { AdminState } from "./admin_state.ts";

/** The dependencies of the admin API. */
export interface AdminApiParts extends Pick<AdminRouteParts, "status" | "models"> {
  readonly services: AdminServices;
  readonly state: AdminState;
  readonly explain: (id: string) => Explanation;
  readonly keyPolicy: () => KeyPolicy;
}
