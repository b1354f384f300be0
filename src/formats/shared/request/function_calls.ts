/**
 * Function calls and their results in a client's conversation, as native parts.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/function-calling}
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { PLACEHOLDER } from "../../../gemini/api/placeholder_signature.ts";
import type { OperationContext } from "../../operation.ts";
import type { FunctionNames } from "./function_tools.ts";
import { invalidField } from "../fields/invalid_field.ts";
import { hasCallIds, isGemini3 } from "./model_generation.ts";
import type { NestedJson } from "../fields/nested_json.ts";

/** A call as the client repeats it. */
export interface RepeatedCall {
  /** The call's id; undefined where the API has none. */
  readonly id?: string | undefined;
  /** The client's name of the function. */
  readonly name: string;
  /** As JSON text or as an object; nothing and `""` are no arguments. */
  readonly args?: string | JsonObject | null | undefined;
  /** The signature that the client sends along. What is kept under the id has precedence. */
  readonly signature?: string | undefined;
  /** The field that holds the arguments, for errors. */
  readonly field: string;
}

/** What all calls of a request have in common. */
export interface CallScope {
  readonly context: Pick<OperationContext, "keptCall">;
  readonly names: FunctionNames;
  /** The model that is called. */
  readonly model: string;
  /** The signatures that the request already has: each may be in it only once. One set for each request. */
  readonly used: Set<string>;
  /** Reads the arguments and results that are texts. One for each request. */
  readonly nested: NestedJson;
}

/**
 * The parts for the calls of one message of the assistant. Where the model requires signatures and that of the first
 * call is not known, the call has Google's placeholder.
 *
 * @throws {RpcError} INVALID_ARGUMENT if arguments are not a JSON object.
 */
export function callParts(calls: readonly RepeatedCall[], scope: CallScope): JsonObject[] {
  return calls.map((call, index) => {
    const { id, name, field } = call;
    const known = signatureOf(call, scope);
    const isMissing = known === undefined && index === 0 && isGemini3(scope.model);
    return {
      functionCall: {
        ...defined({ id: nativeCallId(id, scope) }),
        name: scope.names.toNative(name),
        args: argumentsOf(call.args, { field, nested: scope.nested }),
      },
      ...defined({ thoughtSignature: isMissing ? PLACEHOLDER : known }),
    };
  });
}

/** The id that Gemini gave a call, if the model that is called takes one; undefined otherwise. */
export function nativeCallId(
  id: string | undefined,
  { context, model }: Pick<CallScope, "context" | "model">,
): string | undefined {
  return id === undefined || !hasCallIds(model) ? undefined : context.keptCall(id)?.id;
}

/**
 * A signature, if the request does not have it yet: from now on it has it.
 *
 * @returns Undefined if the request has it, and for none.
 */
export function unusedSignature(
  signature: string | undefined,
  { used }: Pick<CallScope, "used">,
): string | undefined {
  if (!signature || used.has(signature)) return undefined;
  used.add(signature);
  return signature;
}

/** The result of a call. */
export interface CallResult {
  /** The native name of the function. */
  readonly name: string;
  /** From {@linkcode nativeCallId}. */
  readonly id?: string | undefined;
  /**
   * A JSON object, or a text that holds one, is the result as it is; other values become its `result`. So do texts
   * that hold a `$ref`.
   */
  readonly value: unknown;
  /** Whether the call failed: the value becomes the result's `error`. */
  readonly isError?: boolean | undefined;
  /** Parts with media, from `mediaPart()`. */
  readonly media?: readonly JsonObject[] | undefined;
}

/** The part for a result, with its media inside, which models before Gemini 3 refuse. */
export function resultPart(
  { name, id, value, isError = false, media = [] }: CallResult,
  { nested }: Pick<CallScope, "nested">,
): JsonObject {
  return {
    functionResponse: {
      ...defined({ id }),
      name,
      response: isError ? { error: value } : responseOf(value, nested),
      ...(media.length > 0 ? { parts: media } : {}),
    },
  };
}

/** The parts for a result: its media are in it if the model takes them there, and beside it otherwise. */
export function resultParts(
  { media = [], ...result }: CallResult,
  scope: Pick<CallScope, "model" | "nested">,
): JsonObject[] {
  return isGemini3(scope.model)
    ? [resultPart({ ...result, media }, scope)]
    : [resultPart(result, scope), ...media];
}

function signatureOf({ id, signature }: RepeatedCall, scope: CallScope): string | undefined {
  const kept = id === undefined ? undefined : scope.context.keptCall(id);
  // A known call without a signature had none: what the client sends belongs elsewhere.
  const known = kept === undefined ? signature : kept.signature;
  return unusedSignature(known, scope);
}

function argumentsOf(
  args: RepeatedCall["args"],
  { field, nested }: { readonly field: string; readonly nested: NestedJson },
): JsonObject {
  if (isJsonObject(args)) return args;
  if (args === undefined || args === null || args.trim() === "") return {};
  const value = nested.value(args);
  if (isJsonObject(value)) return value;
  // Some models' calls without arguments are repeated as `null`.
  if (value === null) return {};
  throw invalidField(
    field,
    `"${field}" is not a JSON object, or the arguments and results of this request hold too many values: write {} ` +
      "for a call without arguments",
  );
}

/**
 * The name of a member that only refers to the media of a result. Google refuses any other value of it, as schemas and
 * API descriptions have, so these go to it as texts.
 */
const REFERENCE = /"(?:\$|\\u0024)ref"/;

function responseOf(value: unknown, nested: NestedJson): JsonObject {
  if (typeof value === "string") {
    const object = REFERENCE.test(value) ? undefined : nested.object(value);
    return object ?? { result: value };
  }
  if (typeof value !== "object" || value === null) return { result: value ?? null };
  const text = JSON.stringify(value);
  if (REFERENCE.test(text)) return { result: text };
  return isJsonObject(value) ? value : { result: value };
}
