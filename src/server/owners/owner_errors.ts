/**
 * The errors of calls that name stored resources.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** A resource and the name of the account that holds it. */
export interface OwnedResource {
  readonly name: string;
  readonly account: string;
}

/** Most resources that a message names. */
const MOST_NAMED = 10;

/** The retry delay if accounts could not be asked, in ms. */
const RETRY_MS = 1000;

/** The error for a call that names resources of several projects. */
export function severalOwners(owned: readonly OwnedResource[]): RpcError {
  const where = owned.slice(0, MOST_NAMED).map(({ name, account }) =>
    `"${name}" is with the account "${account}"`
  );
  const more = owned.length > MOST_NAMED ? ", …" : "";
  return new RpcError(
    "FAILED_PRECONDITION",
    `No account can use all that this request names: ${
      where.join(", ")
    }${more}. Make them again with one ` +
      "account; if these accounts belong to one project, say so: " +
      "pollux accounts edit NAME --project-group GROUP",
  );
}

/** The error for a resource whose account is disabled. */
export function ownerDisabled({ name, account }: OwnedResource): RpcError {
  return new RpcError(
    "FAILED_PRECONDITION",
    `The account "${account}", which holds "${name}", is disabled. To enable it: ` +
      `pollux accounts enable ${account}`,
  );
}

/** The error for a call that the account that holds a resource cannot serve. */
export function ownerCannotServe(
  { name, account }: OwnedResource,
  { method, model }: { readonly method: string; readonly model: string },
): RpcError {
  const what = model === "" ? `"${method}"` : `"${method}" with the model "${model}"`;
  return new RpcError(
    "FAILED_PRECONDITION",
    `The account "${account}", which holds "${name}", may not or cannot serve ${what}, and no other account ` +
      `can use "${name}"`,
  );
}

/** The error for a resource whose owner was not found because an account could not be asked. */
export function ownerUnknown(name: string, { message }: RpcError): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    `Cannot find out which account holds "${name}": ${message}`,
    { retryAfterMs: RETRY_MS },
  );
}
