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
import { defined } from "../../base/defined.ts";
import { isLabel, LABEL_WORDS, modelPattern } from "../../base/labels.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { checkedProject } from "./add/checked_project.ts";
import { checkedProjectGroup } from "./add/checked_project_group.ts";
import { type KeySource, readApiKey } from "./add/read_api_key.ts";
import { UsageError } from "../terminal/fail.ts";
import { readSecretText } from "../terminal/read_secret_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Flags of the command; false comes from `--no-…` and removes the value. */
export interface EditOptions extends AccountsOptions, KeySource {
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
  readonly projectGroup?: string | false;
  readonly project?: string | false;
  readonly location?: string;
  readonly baseUrl?: readonly string[] | false;
}

/**
 * Returns the change that the flags ask for, except for the base URLs, whose default depends on the
 * account's kind.
 *
 * @throws {UsageError} for an invalid value.
 * @throws {AccountError} for an invalid proxy or location.
 */
export async function changeOf(options: EditOptions, terminal: Terminal): Promise<AccountChange> {
  const { name, priority, weight, maxConcurrent, label } = options;
  const { quotaProject, projectGroup, project, location } = options;
  if (options.keyStdin && options.proxyStdin) {
    throw new UsageError("Standard input can hold one secret: the key or the proxy");
  }
  const proxy = await proxyOf(options, terminal);
  const { keyEnv, keyFile, keyStdin } = options;
  const hasKey = [keyEnv, keyFile, keyStdin].some((one) => one !== undefined);
  return defined({
    name,
    key: hasKey ? await readApiKey(options, terminal) : undefined,
    priority: valueOf(priority),
    weight: valueOf(weight),
    maxConcurrent: valueOf(maxConcurrent),
    allow: checkedValueOf(options.allow, checkedPatterns),
    deny: checkedValueOf(options.deny, checkedPatterns),
    labels: checkedValueOf(label, checkedLabels),
    proxy,
    quotaProject: checkedValueOf(quotaProject, checkedQuotaProject),
    projectGroup: checkedValueOf(projectGroup, checkedProjectGroup),
    project: checkedValueOf(project, checkedProject),
    location: location === undefined ? undefined : parseLocation(location),
  });
}

/** Reads the proxy: from a secret source if it has a password; one without may be an argument. */
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
    "A proxy with a user name or password is a secret, and secrets must not be arguments: " +
      "use --proxy-env, --proxy-file or --proxy-stdin",
  );
}

/** The value that a flag sets: null for its `--no-` form, undefined if neither was given. */
function valueOf<Value>(flag: Value | false | undefined): Value | null | undefined {
  return flag === false ? null : flag;
}

/** As {@linkcode valueOf}, for a flag whose value must be checked. */
function checkedValueOf<Flag, Value>(
  flag: Flag | false | undefined,
  check: (flag: Flag) => Value,
): Value | null | undefined {
  if (flag === undefined) return undefined;
  return flag === false ? null : check(flag);
}

function checkedPatterns(patterns: readonly string[]): readonly string[] {
  return patterns.map(checkedPattern);
}

function checkedLabels(labels: readonly string[]): readonly string[] {
  return labels.map(checkedLabel);
}

function checkedPattern(pattern: string): string {
  const id = modelPattern(pattern);
  if (id !== undefined) return id;
  throw new UsageError(
    `A model pattern consists of characters of a model's id, and of "*" for any text, ` +
      `such as "gemini-*-flash"`,
  );
}

/** Labels have the same rules as names, since both are displayed. */
function checkedLabel(label: string): string {
  if (isLabel(label)) return label;
  throw new UsageError(`A label must ${LABEL_WORDS}`);
}

/** Google accepts a project's id or its number here. */
function checkedQuotaProject(project: string): string {
  if (isProject(project)) return project;
  throw new UsageError(`"${project}" is neither the id nor the number of a project`);
}
