/**
 * The flags that add to the source of an import.
 *
 * @module
 */
import { API_KEYS } from "../../../accounts/import/api_keys.ts";
import type { ImportContext, ImportFormat } from "../../../accounts/import/import_format.ts";
import { parseOAuthClient } from "../../../accounts/credentials/oauth_client.ts";
import { parseLocation } from "../../../accounts/vertex_location.ts";
import { checkedProject } from "../add/checked_project.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../../gemini/api/account_kinds.ts";
import { KIND_RULES } from "../../../accounts/kind_rules.ts";
import { UsageError } from "../../terminal/fail.ts";
import { readUserFile } from "../../terminal/read_user_file.ts";

/** The kinds of account that sign-ins and service accounts can be imported as. */
const TOKEN_KINDS = ACCOUNT_KINDS
  .filter((kind) => KIND_RULES[kind].credentials.some((type) => type !== "api_key"))
  .toSorted();

/** Flags for values that a source lacks. */
export interface ImportContextOptions {
  readonly clientFile?: string;
  readonly kind?: string;
  readonly project?: string;
  readonly location?: string;
}

/**
 * Reads the flags.
 *
 * @throws {UsageError} for an invalid value, or a flag that the format does not use.
 * @throws {AccountError} for an invalid location or client.
 */
export async function importContext(
  options: ImportContextOptions,
  format: ImportFormat,
): Promise<ImportContext> {
  const { clientFile, kind, project, location } = options;
  if (format === API_KEYS) {
    refuseContext(options, "a list of keys makes accounts of the Gemini API");
  }
  return {
    kind: kind === undefined ? undefined : checkedKind(kind),
    project: project === undefined ? undefined : checkedProject(project),
    location: location === undefined ? undefined : parseLocation(location),
    client: clientFile === undefined
      ? undefined
      : parseOAuthClient(await readUserFile(clientFile, "client file")),
  };
}

/**
 * Refuses the flags where they would have no effect.
 *
 * @param why Describes the source, for the message.
 * @throws {UsageError}
 */
export function refuseContext(options: ImportContextOptions, why: string): void {
  const { clientFile, kind, project, location } = options;
  if ([clientFile, kind, project, location].every((flag) => flag === undefined)) return;
  throw new UsageError(
    "--client-file, --kind, --project and --location are for accounts made of sign-ins and service " +
      `accounts; ${why}`,
  );
}

function checkedKind(given: string): AccountKind {
  const kind = TOKEN_KINDS.find((kind) => kind === given);
  if (kind !== undefined) return kind;
  throw new UsageError(`--kind takes ${TOKEN_KINDS.join(" and ")}`);
}
