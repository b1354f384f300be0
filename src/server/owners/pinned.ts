/**
 * The accounts that can serve a call, given the resources that it names.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";

/** The copies of all files that a call names, with which other accounts can serve the call. */
export interface CopiesOfNamed {
  /** The projects of the files, by the files' names. */
  readonly projects: ReadonlyMap<string, string>;
  /** Ids of the accounts that already have these copies: they are preferred. */
  readonly ready: readonly string[];
  /** Ids of the accounts that do not support uploads. */
  readonly unable: readonly string[];
}

/** The accounts that can serve a call, given the resources that it names. */
export interface Pinned {
  /** Ids of the accounts, the owner first. All belong to one project. Empty only with copies. */
  readonly accountIds: readonly string[];
  /** Present if other accounts may serve the call when these cannot. */
  readonly copies?: CopiesOfNamed;
  /** The error if no account holds what the call names and its copies cannot be used. */
  readonly lost?: RpcError;
  /** The names of the owner and of a resource that it holds, for messages. */
  readonly account: string;
  readonly name: string;
  readonly resources: readonly NamedResource[];
  /** Whether accounts had to be asked who holds them. Default: no, it was recorded. */
  readonly isLookedUp?: boolean;
}
