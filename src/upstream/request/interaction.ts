/**
 * Requests of the Interactions API.
 *
 * @module
 */
import { bareModelId } from "../../gemini/api/model.ts";
import { inNamedScope } from "../faults/named_resource.ts";
import { bodyOf } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";

/** Longest model name that is read, in bytes. */
const LONGEST_NAME = 4096;

/** The codes with which Google refuses a resource that a request names. An unknown model has a code of its own. */
const REFUSALS: readonly unknown[] = ["not_found", "permission_denied"];

/**
 * Sends a call of the Interactions API.
 *
 * @param send Sends the body, in which a model's alias was replaced; all other bytes are the client's.
 * @throws {UpstreamFault} In the scope of a named resource, if the call names some and upstream refuses one.
 */
export async function ofInteraction(
  call: UpstreamCall,
  send: (body: Uint8Array | undefined) => Promise<UpstreamResponse>,
): Promise<UpstreamResponse> {
  try {
    return await send(bodyOf({ ...call, request: withModelId(call) }));
  } catch (error) {
    if (call.request.references.length === 0) throw error;
    throw inNamedScope(
      error,
      ({ rpc, scope }) =>
        REFUSALS.includes(rpc.textCode) && (scope === "model" || scope === "account"),
    );
  }
}

/** The request with the model's id after aliasing; a name keeps its `models/`. */
export function withModelId({ request, model }: UpstreamCall): UpstreamCall["request"] {
  const edits = request.body.members
    .filter((member) => member.name === "model" && member.isString)
    .flatMap((member) => {
      const name = member.text(LONGEST_NAME) ?? "";
      const id = bareModelId(name);
      if (model === "" || id === model) return [];
      const insert = JSON.stringify(name.slice(0, name.length - id.length) + model);
      return [{ at: member.start, remove: member.end - member.start, insert }];
    });
  return request.edited(edits);
}
