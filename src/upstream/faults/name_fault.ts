/**
 * The fault of a name that this machine cannot look up, most often because it has no network.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/** What Linux, macOS, Windows and resolvers say. */
const NO_ADDRESS =
  /lookup address|name resolution|name or service not known|nodename nor servname|no such host|dns error/i;

/** Thrown where a server's name leads to no address. */
export class NameFault extends UpstreamFault {
  /** The name that has no address here. */
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

/** Whether a connection failed for that reason, by the words of Deno's error. */
export function isNameFailure(words: string): boolean {
  return NO_ADDRESS.test(words);
}
