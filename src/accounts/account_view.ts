/**
 * An account as anybody may see it.
 *
 * @module
 */
import type { Account } from "./account.ts";
import { maskedProxy } from "./proxy_url.ts";

/** The public view of an account: no secret, no client id, no e-mail address. */
export interface AccountView extends Omit<Account, "credential" | "proxy" | "restsEnded"> {
  /** Its URL, with `***` for user name and password. */
  readonly proxy?: string;
  /** How it proves itself: the type only. */
  readonly credential: Account["credential"]["type"];
}

/** Takes from an account what may be shown. */
export function viewOf({ proxy, restsEnded: _restsEnded, ...account }: Account): AccountView {
  return {
    ...account,
    ...(proxy === undefined ? {} : { proxy: maskedProxy(proxy) }),
    credential: account.credential.type,
  };
}
