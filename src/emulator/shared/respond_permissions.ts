/**
 * Permissions of tuned models and corpora.
 *
 * @see {@link https://ai.google.dev/api/tuning/permissions}
 * @module
 */
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { textAt } from "../json.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { randomId } from "../random_id.ts";
import { resourcePage } from "../resource_page.ts";

/**
 * Handles a method of permissions.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondPermissions(call: ServiceCall): Promise<Response> {
  const { route, query, rawBody, stored: { named }, account } = call;
  const project = account.ownerProject;
  const [collection = "", , method = ""] = route.method.split(".");
  const parent = named.find(`${collection}/${route.id}`, project);
  const path = `${parent.name}/permissions`;
  const read = () => parseBody(rawBody, { message: "Permission", flavour: "dev" });
  switch (method) {
    case "create": {
      const body = read();
      const isEveryone = body["granteeType"] === "EVERYONE";
      if (!textAt(body, "role") || !isEveryone && !textAt(body, "emailAddress")) {
        throw invalidArgument("* CreatePermissionRequest.permission: role or grantee is missing\n");
      }
      const make = () => [
        named.add({ name: `${path}/${randomId(12)}`, project, members: body }).toJSON(),
      ];
      return respondScripted(call, { model: "", make });
    }
    case "list": {
      const page = { member: "permissions", project, defaultSize: 10, largestSize: 1000 };
      const make = () => [resourcePage(named.list(path, project), query, page)];
      return respondScripted(call, { model: "", make });
    }
  }
  const permission = named.find(`${path}/${route.child}`, project);
  switch (method) {
    case "get":
      return respondScripted(call, { model: "", make: () => [permission.toJSON()] });
    case "patch": {
      const { role } = read();
      if (query.get("updateMask") !== "role" || role === undefined) {
        throw invalidArgument("* UpdatePermissionRequest.update_mask: only role can be updated\n");
      }
      const make = () => {
        permission.members = { ...permission.members, role };
        return [permission.toJSON()];
      };
      return respondScripted(call, { model: "", make });
    }
    default: {
      if (permission.members["role"] === "OWNER") {
        const message = "The owner's permission cannot be deleted.";
        throw new GoogleError(400, "FAILED_PRECONDITION", { message });
      }
      const make = () => {
        named.delete(permission);
        return [{}];
      };
      return respondScripted(call, { model: "", make });
    }
  }
}
