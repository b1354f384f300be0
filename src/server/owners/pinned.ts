/**
 * Where a call has to go, because of what it names.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";

/** What lets other accounts serve a call: copies of all that it names. */
export interface CopiesOfNamed {
  /** The projects that hold what it names, by name. */
  readonly projects: ReadonlyMap<string, string>;
  /** Ids of the accounts to which these copies were uploaded before: they are preferred. */
  readonly ready: readonly string[];
  /** Ids of the accounts that take no uploads. */
  readonly unable: readonly string[];
}

/** Where a call has to go, because of what it names. */
export interface Pinned {
  /** Ids of the accounts that can serve it, the owner first: all of one project. Empty only with copies. */
  readonly accountIds: readonly string[];
  /** Present if other accounts may serve the call when these cannot. */
  readonly copies?: CopiesOfNamed;
  /** Why no account holds what the call names, if that is so. */
  readonly lost?: RpcError;
  /** The names of the owner and of a resource that it holds, for messages. */
  readonly account: string;
  readonly name: string;
  readonly resources: readonly NamedResource[];
}
