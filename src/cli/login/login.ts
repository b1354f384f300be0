/**
 * `pollux login`.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { AccountError } from "../../accounts/account_error.ts";
import { checkName } from "../../accounts/account_name.ts";
import { defaultBaseUrl } from "../../accounts/base_url.ts";
import {
  googleClient,
  type OAuthClient,
  parseOAuthClient,
} from "../../accounts/credentials/oauth_client.ts";
import { Secret } from "../../accounts/secret.ts";
import { defined } from "../../base/defined.ts";
import { dataDir } from "../../config/paths.ts";
import { outboundOf } from "../../upstream/outbound.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { baseUrlsOf } from "../accounts/add/base_urls_of.ts";
import { UsageError } from "../terminal/fail.ts";
import { LOGIN_KINDS, type LoginFinding, type LoginKind } from "./login_kinds.ts";
import type { LoginOptions } from "./login_options.ts";
import { printAdded, printRenewed } from "../accounts/print_account.ts";
import { readUserFile } from "../terminal/read_user_file.ts";
import { signInAtTerminal } from "./sign_in_at_terminal.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withAccountBook } from "../accounts/with_account_book.ts";

/** The account to sign in to. */
export interface LoginTarget {
  readonly kind: keyof typeof LOGIN_KINDS;
  readonly name: string;
}

/**
 * Signs the user in, and adds the account or renews the one of that name. Nothing is stored before the
 * sign-in is complete, so a cancelled command leaves nothing behind.
 */
export async function login(
  { kind, name }: LoginTarget,
  options: LoginOptions,
  terminal: Terminal,
): Promise<void> {
  const row: LoginKind = LOGIN_KINDS[kind];
  const context = { options, terminal };
  row.check(options, terminal);
  const given = options.baseUrl.length === 0
    ? undefined
    : baseUrlsOf(options.baseUrl, { kind, terminal });
  const client = await clientOf(options);
  const known = await knownAccount(name, context);
  if (known !== undefined && known.kind !== kind) {
    throw new AccountError(
      `"${name}" is an account of the kind ${known.kind}, not ${kind}; choose another name`,
    );
  }
  if (known === undefined) row.warn?.(options, terminal);
  else terminal.err(`"${name}" already exists; this sign-in replaces its credential`);
  const baseUrls = given ?? known?.baseUrls ??
    [defaultBaseUrl({ kind, location: options.location })];
  const outbound = outboundOf(known ?? {});
  let finding: LoginFinding;
  try {
    const credential = await signInAtTerminal(client, {
      terminal,
      pasted: !options.browser,
      print: options.json ? terminal.err : terminal.out,
      connections: outbound.proxy,
    });
    finding = await row.complete({ credential, baseUrls, known, outbound }, context);
  } finally {
    outbound.close();
  }
  const account = await withAccountBook((book) => {
    if (known !== undefined) {
      return book.renew(known, { ...defined({ baseUrls: given }), ...finding });
    }
    const signedInAt = new Date().toISOString();
    return book.add({ name, kind, baseUrls, signedInAt, ...finding });
  }, context);
  if (known === undefined) printAdded(account, context);
  else printRenewed(account, context);
}

/** Returns the account of that name; does not make a missing data folder. */
async function knownAccount(
  name: string,
  context: { readonly options: AccountsOptions; readonly terminal: Terminal },
): Promise<Account | undefined> {
  checkName(name);
  const { options, terminal } = context;
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  try {
    await Deno.stat(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  return await withAccountBook((book) => book.find(name), context);
}

async function clientOf(options: LoginOptions): Promise<OAuthClient> {
  const { clientFile, clientId, clientSecretFile } = options;
  const isPair = clientId !== undefined && clientSecretFile !== undefined;
  const isMixed = clientId !== undefined || clientSecretFile !== undefined;
  if (clientFile !== undefined && !isMixed) {
    return parseOAuthClient(await readUserFile(clientFile, "client file"));
  }
  if (clientFile === undefined && isPair) {
    const secret = (await readUserFile(clientSecretFile, "client secret file")).trim();
    if (!/^\S+$/.test(secret)) {
      throw new Error("The client secret file must hold only the secret");
    }
    return googleClient(clientId, new Secret(secret));
  }
  throw new UsageError(
    "A sign-in needs your own OAuth client: either --client-file, or --client-id with " +
      "--client-secret-file",
  );
}
