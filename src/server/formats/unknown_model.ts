/**
 * Words the error for a model that no account serves.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { isOfNamedResource } from "../../upstream/faults/named_resource.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";

/**
 * The error for a model that no account serves: clients of other APIs often name a model of their own provider, and
 * not all of Google's messages name the model. Any other error is returned unchanged.
 *
 * @param error The error of a call that names no file, cache or the like: those are not found with a 404, too.
 * @param model The model, after aliases.
 */
export function withModelNamed(error: unknown, model: string): unknown {
  const rpc = error instanceof UpstreamFault ? error.rpc : error;
  if (!(rpc instanceof RpcError) || rpc.code !== 404 || isOfNamedResource(rpc)) return error;
  const { status, message, details, textCode } = rpc;
  // The gateway's own messages quote the model, and say what to do.
  if (message.includes(`"${model}"`)) return error;
  const googles = message.includes(model) ? `. Google's message: ${message}` : "";
  return new RpcError(
    status,
    `No account serves the model "${model}". GET /v1/models lists the models of your accounts; ` +
      `"models.aliases" of the gateway's configuration can map the name to one of them${googles}`,
    { code: rpc.code, details, ...(textCode === undefined ? {} : { textCode }), cause: error },
  );
}
