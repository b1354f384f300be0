/**
 * The public view of an account.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { Account } from "./account.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import { accountSecrets } from "./account_secrets.ts";
import { maskedProxy } from "./network/proxy_url.ts";

/** The public view of an account: no secret, no client id, no e-mail address. */
export interface AccountView extends Omit<Account, "credential" | "proxy" | "restsEnded"> {
  /** Its URL, with `***` for user name and password. */
  readonly proxy?: string;
  /** How it authenticates: the type only. */
  readonly credential: Account["credential"]["type"];
}

/** Returns the parts of an account that may be shown. */
export function viewOf(whole: Account): AccountView {
  const { proxy, disabledReason, restsEnded: _restsEnded, ...account } = whole;
  // It may have been stored by an earlier version, which redacted less.
  const reason = disabledReason && new Redaction(accountSecrets(whole)).text(disabledReason);
  return {
    ...account,
    ...defined({ disabledReason: reason }),
    ...(proxy === undefined ? {} : { proxy: maskedProxy(proxy) }),
    credential: account.credential.type,
  };
}
