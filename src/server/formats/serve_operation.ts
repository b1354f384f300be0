/**
 * Serves an operation of another API: reads the client's request into native calls, sends them as if the client had
 * made them, and writes the response in the client's format.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { type FormBody, readForm } from "../../formats/form/form_body.ts";
import type { OperationRow } from "../../formats/operations.ts";
import type { Operation, Reading } from "../../formats/operation.ts";
import { METHODS } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Caller } from "../access/caller.ts";
import { checkPath } from "../access/key_rules.ts";
import type { BodyHold, BodyMemory } from "../body/body_memory.ts";
import { readBody } from "../body/request_body.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import type { PrepareParts } from "../native/prepared_call.ts";
import type { SendParts } from "../native/send_call.ts";
import type { GatewaySettings } from "../settings.ts";
import { hasForm, jsonBody } from "./operation_body.ts";
import { type ContextParts, operationContext } from "./operation_context.ts";
import { sendTranslated } from "./send_translated.ts";
import { streamedResponse, wholeResponse } from "./translated_response.ts";

/** The dependencies of operations. */
export interface OperationParts extends PrepareParts, SendParts, ContextParts {
  readonly modelNames: PrepareParts["modelNames"];
  readonly settings: GatewaySettings;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
}

/** A request of an operation. */
export interface OperationRequest {
  readonly request: Request;
  readonly row: OperationRow;
  readonly caller: Caller;
  readonly lifecycle: CallLifecycle;
}

/**
 * Serves a request.
 *
 * @throws {RpcError} If the body cannot be read or translated, or no account responds.
 */
export async function serveOperation(
  asked: OperationRequest,
  parts: OperationParts,
): Promise<Response> {
  const { request, caller, lifecycle } = asked;
  const { record } = lifecycle;
  const operation = operationOf(asked);
  record.operation = operation.name;
  // The model is in the body. Until that has arrived, the limits of a key are checked for the smallest call.
  checkPath({ caller, row: METHODS.generateContent, record, resource: "" });
  const watch = parts.watch.add(request, parts.settings.timeouts);
  watch.record = record;
  // Released when the requests were sent and there will be no retry with another account.
  using hold = parts.bodyMemory.hold();
  try {
    const reading = await operation.read({ watch, hold, lifecycle, parts, caller });
    const responses = await sendTranslated({ reading, watch, hold, lifecycle, caller, parts });
    const { response, warning } = reading;
    return response.type === "stream"
      ? streamedResponse(responses, { response, warning })
      : wholeResponse(responses, { response, warning });
  } catch (error) {
    watch.finish();
    throw error;
  }
}

/** What reading a request needs. */
interface ReadParts {
  readonly watch: WatchedCall;
  readonly hold: BodyHold;
  readonly lifecycle: CallLifecycle;
  readonly parts: OperationParts;
  readonly caller: Caller;
}

/** An operation, with how its body is read. */
interface ReadableOperation {
  readonly name: string;
  readonly read: (from: ReadParts) => Promise<Reading>;
}

/** The operation of a path for the kind of body that a request has. */
function operationOf({ request: { headers }, row }: OperationRequest): ReadableOperation {
  const { json, form } = row;
  if (form !== undefined && (json === undefined || hasForm(headers))) {
    return readable(form, (bytes) => {
      if (hasForm(headers)) return readForm(bytes, headers.get("content-type") ?? "");
      throw new RpcError(
        "INVALID_ARGUMENT",
        `"${row.path}" takes a form: send the body as multipart/form-data`,
        { code: 415 },
      );
    });
  }
  if (json === undefined) throw new TypeError(`The path "${row.path}" has no operation`);
  return readable(json, jsonBody);
}

function readable<Body extends JsonObject | FormBody>(
  operation: Operation<Body>,
  parse: (bytes: Uint8Array) => Body,
): ReadableOperation {
  return {
    name: operation.name,
    async read({ watch, hold, lifecycle, parts, caller }) {
      const { maxBodyBytes: maxBytes, bodyTimeoutMs: timeoutMs } = parts.settings.server;
      const bytes = await readBody(watch, { maxBytes, timeoutMs, hold, record: lifecycle.record });
      lifecycle.body(bytes);
      const body = parse(bytes);
      const references = operation.references?.(body) ?? {};
      function take(more: number): Promise<void> | undefined {
        const memory = hold.take(hold.bytes + more);
        return memory && watch.waitForMemory(memory);
      }
      const context = operationContext(references, { parts, caller, take });
      return operation.read(body, context instanceof Promise ? await context : context);
    },
  };
}
