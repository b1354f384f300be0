/**
 * Accounts with a user's sign-in or a service account: determines their kind, project and location.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { TokenCredential } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { defaultBaseUrl } from "../base_url.ts";
import { KIND_RULES } from "../kind_rules.ts";
import { isLocation } from "../vertex_location.ts";
import type { ImportContext, ImportedAccount } from "./import_format.ts";

/** The other inputs for the account. */
export interface CloudPlace {
  /** As the source says. */
  readonly project?: string | undefined;
  /** As the source says. */
  readonly location?: string | undefined;
  /** Defaults for what the source does not contain. */
  readonly context: ImportContext;
}

/**
 * Creates an account from a credential: Code Assist for a user's own sign-in unless the user chose Vertex AI,
 * else Vertex AI.
 *
 * @throws {AccountError} when project or location are missing or wrong, or a service account is to be used with
 * Code Assist.
 */
export function cloudAccount(
  credential: TokenCredential,
  place: CloudPlace,
): ImportedAccount {
  const { context } = place;
  const isUser = credential.type === "authorized_user";
  const kind = context.kind ?? (isUser ? "code-assist" : "vertex");
  const own = credential.type === "service_account" ? credential.projectId : undefined;
  const project = place.project ?? own ?? context.project;
  const { credentials, needs } = KIND_RULES[kind];
  if (!credentials.includes(credential.type)) {
    throw new AccountError(
      `Only Vertex AI takes a credential of type "${credential.type}"; leave out --kind`,
    );
  }
  if (project === undefined && needs.includes("project")) {
    throw new AccountError(
      "It names no project for Vertex AI; name one with --project",
    );
  }
  const location = needs.includes("location")
    ? checkedLocation(place.location ?? context.location)
    : undefined;
  return {
    kind,
    baseUrls: [defaultBaseUrl({ kind, location })],
    ...defined({ project, location }),
    credential,
  };
}

/** Rejects a location without quoting it: it may come from the source. */
function checkedLocation(location: string | undefined): string {
  if (location === undefined) {
    throw new AccountError(
      "It names no location for Vertex AI; name one with --location: " +
        `a region, such as "us-central1", or "global"`,
    );
  }
  if (isLocation(location)) return location;
  throw new AccountError(
    'Its "location" is not a location of Vertex AI, such as "us-central1" or "global"',
  );
}
