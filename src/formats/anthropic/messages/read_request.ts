/**
 * Reads a request for a message, or for a count of its tokens.
 *
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { FieldRule } from "../../field_rule.ts";
import type { OperationContext } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { FunctionNames } from "../../shared/request/function_tools.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { NestedJson } from "../../shared/fields/nested_json.ts";
import { warningOf } from "../../shared/fields/warning.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { conversationOf } from "./request/conversation.ts";
import { generationConfigOf } from "./request/generation_config.ts";
import { toolsOf } from "./request/tools.ts";

/** A request, in Google's form. */
export interface NativeForm {
  /** The model that is called. */
  readonly model: string;
  /** The GenerateContentRequest. */
  readonly body: JsonObject;
  readonly names: FunctionNames;
  readonly showsThinking: boolean;
  readonly showsSearches: boolean;
  /** The client's own id of the conversation. */
  readonly session: string | undefined;
  /** What the client should know of the translation. */
  readonly warning: string | undefined;
}

/** Where the gateway's accounts decide, this is what clients may ask for. */
const ANY_REGION = "global";

/**
 * Reads a request.
 *
 * @param fields The fields that it may have.
 * @throws {RpcError} INVALID_ARGUMENT that names the field.
 */
export function readRequest(
  object: JsonObject,
  { fields, context }: {
    readonly fields: readonly FieldRule[];
    readonly context: OperationContext;
  },
): NativeForm {
  checkFields(object, fields);
  const body = new RequestFields(object);
  const model = context.resolveModel(body.requiredText("model"));
  const region = body.text("inference_geo") ?? ANY_REGION;
  if (region !== ANY_REGION) {
    throw invalidField(
      "inference_geo",
      `"inference_geo" has to be "${ANY_REGION}": the region is that of the account`,
    );
  }
  const names = new FunctionNames();
  const { members, searches, warnings } = toolsOf(body, { names, model });
  const { config, showsThinking } = generationConfigOf(body, model);
  const used = new Set<string>();
  const metadata = body.fields("metadata");
  return {
    model,
    body: {
      ...conversationOf(body, { context, names, model, used, nested: new NestedJson() }),
      ...members,
      ...(Object.keys(config).length > 0 ? { generationConfig: config } : {}),
    },
    names,
    showsThinking,
    showsSearches: searches,
    session: (metadata && metadata.text("user_id")) || undefined,
    warning: warningOf(warnings),
  };
}
