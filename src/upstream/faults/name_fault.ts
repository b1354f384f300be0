/**
 * The fault for a host name that this machine cannot resolve, usually because it has no network.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/** The error messages of Linux, macOS, Windows and resolvers. */
const NO_ADDRESS =
  /lookup address|name resolution|name or service not known|nodename nor servname|no such host|dns error/i;

/** Thrown if a server's name cannot be resolved. */
export class NameFault extends UpstreamFault {
  /** The name that cannot be resolved. */
  readonly host: string;

  constructor(host: string) {
    const message =
      `No name resolution: this machine cannot look up "${host}". Check its network ` +
      "and DNS, and try again in a moment";
    super("transient", new RpcError("UNAVAILABLE", message), {
      owner: "network",
      isUndone: true,
    });
    this.host = host;
  }
}

/** Whether a connection failed for that reason, by Deno's error message. */
export function isNameFailure(words: string): boolean {
  return NO_ADDRESS.test(words);
}
