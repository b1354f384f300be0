/**
 * The flags of `pollux accounts edit`, and what they change.
 *
 * @module
 */
import type { AccountChange } from "../../accounts/account_change.ts";
import { isProject } from "../../accounts/project_id.ts";
import { holdsLogin, parseProxyUrl } from "../../accounts/network/proxy_url.ts";
import type { Secret } from "../../accounts/secret.ts";
import { parseLocation } from "../../accounts/vertex_location.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { checkedProject } from "./add/checked_project.ts";
import { UsageError } from "../terminal/fail.ts";
import { readSecretText } from "../terminal/read_secret_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Flags of the command; false takes a value away, since it comes from `--no-…`. */
export interface EditOptions extends AccountsOptions {
  readonly name?: string;
  readonly priority?: number | false;
  readonly weight?: number | false;
  readonly maxConcurrent?: number | false;
  readonly allow?: readonly string[] | false;
  readonly deny?: readonly string[] | false;
  readonly label?: readonly string[] | false;
  readonly proxy?: string | false;
  readonly proxyEnv?: string;
  readonly proxyFile?: string;
  readonly proxyStdin?: boolean;
  readonly quotaProject?: string | false;
  readonly project?: string | false;
  readonly location?: string;
  readonly baseUrl?: readonly string[] | false;
}

/**
 * The change that the flags ask for, but for the base URLs, whose default depends on the account's kind.
 *
 * @throws {UsageError} for a value that cannot be.
 * @throws {AccountError} for a proxy or a location that cannot be.
 */
export async function changeOf(options: EditOptions, terminal: Terminal): Promise<AccountChange> {
  const { name, priority, weight, maxConcurrent, label } = options;
  const { quotaProject, project, location } = options;
  const proxy = await proxyOf(options, terminal);
  return {
    ...(name === undefined ? {} : { name }),
    ...(priority === undefined ? {} : { priority: orNull(priority) }),
    ...(weight === undefined ? {} : { weight: orNull(weight) }),
    ...(maxConcurrent === undefined ? {} : { maxConcurrent: orNull(maxConcurrent) }),
    ...(options.allow === undefined ? {} : { allow: patternsOf(options.allow) }),
    ...(options.deny === undefined ? {} : { deny: patternsOf(options.deny) }),
    ...(label === undefined ? {} : { labels: label === false ? null : label.map(checkedLabel) }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(quotaProject === undefined
      ? {}
      : { quotaProject: quotaProject === false ? null : checkedQuotaProject(quotaProject) }),
    ...(project === undefined
      ? {}
      : { project: project === false ? null : checkedProject(project) }),
    ...(location === undefined ? {} : { location: parseLocation(location) }),
  };
}

/** A proxy with a password comes from where secrets come from; one without may be an argument. */
async function proxyOf(
  { proxy, proxyEnv: env, proxyFile: file, proxyStdin: stdin }: EditOptions,
  terminal: Terminal,
): Promise<Secret | null | undefined> {
  const isElsewhere = [env, file, stdin].some((one) => one !== undefined);
  if (proxy !== undefined && isElsewhere) {
    throw new UsageError("Give one proxy, or --no-proxy");
  }
  if (proxy === false) return null;
  if (isElsewhere) {
    const { text } = await readSecretText({ env, file, stdin }, { what: "proxy", terminal });
    return parseProxyUrl(text);
  }
  if (proxy === undefined) return undefined;
  const given = parseProxyUrl(proxy);
  if (!holdsLogin(given)) return given;
  throw new UsageError(
    "A proxy with a user name or password is a secret, and no secret is an argument: " +
      "use --proxy-env, --proxy-file or --proxy-stdin",
  );
}

function orNull(value: number | false): number | null {
  return value === false ? null : value;
}

function patternsOf(patterns: readonly string[] | false): readonly string[] | null {
  return patterns === false ? null : patterns.map(checkedPattern);
}

function checkedPattern(pattern: string): string {
  const id = pattern.replace(/^models\//, "");
  if (/^[\w.:/*-]+$/.test(id)) return id;
  throw new UsageError(
    `A pattern of models is made of what a model's id has, and "*" for any run of characters, ` +
      `such as "gemini-*-flash"`,
  );
}

/** Labels are shown like names. */
function checkedLabel(label: string): string {
  if (/^[\p{L}\p{N}._:/=-]{1,64}$/u.test(label)) return label;
  throw new UsageError(
    `A label is made of letters, digits and any of . _ - : / =, at most 64 of them`,
  );
}

/** Google takes a project's id or its number here. */
function checkedQuotaProject(project: string): string {
  if (isProject(project)) return project;
  throw new UsageError(`"${project}" is neither the id nor the number of a project`);
}
