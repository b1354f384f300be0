/**
 * `pollux accounts add vertex`.
 *
 * @module
 */
import type { Account } from "../../../accounts/account.ts";
import { parseAnyCredentialsFile } from "../../../accounts/credentials/credentials_file.ts";
import { importSigningKey } from "../../../accounts/tokens/service_account_tokens.ts";
import { parseLocation } from "../../../accounts/vertex_location.ts";
import type { AccountsOptions } from "../accounts_options.ts";
import { baseUrlsOf } from "./base_urls_of.ts";
import { projectGroupOf, type ProjectGroupOption } from "./checked_project_group.ts";
import { checkedProject } from "./checked_project.ts";
import { UsageError } from "../../terminal/fail.ts";
import { printAdded } from "../print_account.ts";
import { type KeySource, readApiKey } from "./read_api_key.ts";
import { readCredentials } from "./read_credentials.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { withAccountBook } from "../with_account_book.ts";

/** Flags of the command. */
export interface AddVertexOptions extends AccountsOptions, KeySource, ProjectGroupOption {
  readonly credentials?: string;
  readonly project?: string;
  readonly location?: string;
  readonly baseUrl?: string;
}

/** The account's credential, and its project and location. */
type Access = Pick<Account, "credential" | "project" | "location" | "quotaProject">;

/** Adds an account of Vertex AI: in the user's own project, or with an API key of express mode. */
export async function addVertex(
  name: string,
  options: AddVertexOptions,
  terminal: Terminal,
): Promise<void> {
  const kind = "vertex";
  const { credentials } = options;
  const group = projectGroupOf(options);
  const access = credentials === undefined
    ? await expressAccess(options, terminal)
    : await projectAccess(credentials, { options, terminal });
  const { location } = access;
  const given = options.baseUrl === undefined ? [] : [options.baseUrl];
  const baseUrls = baseUrlsOf(given, { kind, location, terminal });
  const account = await withAccountBook(
    (book) => book.add({ name, kind, baseUrls, ...group, ...access }),
    { options, terminal },
  );
  printAdded(account, { options, terminal });
}

async function expressAccess(options: AddVertexOptions, terminal: Terminal): Promise<Access> {
  if (!hasKey(options)) {
    throw new UsageError(
      "Name the credential: --credentials with a file, or, for an express mode API key, " +
        "one of --key-env, --key-file and --key-stdin",
    );
  }
  if (options.project !== undefined || options.location !== undefined) {
    throw new UsageError(
      "An express mode API key belongs to a project; leave out --project and --location",
    );
  }
  return { credential: { type: "api_key", key: await readApiKey(options, terminal) } };
}

async function projectAccess(
  credentials: string,
  { options, terminal }: { readonly options: AddVertexOptions; readonly terminal: Terminal },
): Promise<Access> {
  if (hasKey(options)) {
    throw new UsageError("Give a credentials file or an API key, not both");
  }
  if (options.location === undefined) {
    throw new UsageError(
      'Name the location with --location: a region, such as "us-central1", or "global"',
    );
  }
  const location = parseLocation(options.location);
  const given = options.project === undefined ? undefined : checkedProject(options.project);
  const { credential, ...rest } = await readCredentials(credentials, {
    parse: parseAnyCredentialsFile,
    terminal,
  });
  if (credential.type === "service_account") await importSigningKey(credential.privateKey);
  const project = given ??
    (credential.type === "service_account" ? credential.projectId : undefined);
  if (project === undefined) {
    throw new UsageError(
      "The credentials file names no project; name one with --project",
    );
  }
  return { credential, project, location, ...rest };
}

function hasKey({ keyEnv, keyFile, keyStdin }: KeySource): boolean {
  return keyEnv !== undefined || keyFile !== undefined || keyStdin !== undefined;
}
