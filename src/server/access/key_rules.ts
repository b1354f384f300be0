/**
 * Applies the rules and limits of a client key to a call, once its method and model are known.
 *
 * @module
 */
import type { MethodRow } from "../../gemini/api/methods.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import { namedModels } from "../../gemini/named_models.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { promptSize } from "../../gemini/prompt_size.ts";
import { checkModel, hasModelRules } from "../../keys/model_rules.ts";
import type { CallRecord } from "../call/call_record.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { GatewaySettings } from "../settings.ts";
import type { Caller } from "./caller.ts";

/** What a call is about. */
export interface RuledCall {
  readonly caller: Pick<Caller, "key">;
  readonly row: MethodRow;
  readonly record: CallRecord;
  /** The resource in the path: a tuned model is one. Empty if there is none. */
  readonly resource: string;
}

/**
 * Checks a call before its body is read.
 *
 * @throws {RpcError} PERMISSION_DENIED if the key may not use the model; RESOURCE_EXHAUSTED if a limit is reached.
 */
export function checkPath({ caller: { key }, row, record, resource }: RuledCall): void {
  if (key === undefined) return;
  if (hasModelRules(key)) {
    if (record.model !== "") checkModel(key, record.model);
    if (record.model === "" && resource !== "" && isOfModel(row)) checkModel(key, resource);
  }
  if (usesModel(row)) record.limited?.reserve(record.model, { bytes: 0 });
}

/** What the check of a body needs. */
export interface BodyRules {
  readonly body: NativeRequest;
  readonly modelNames: ModelNames;
  readonly settings: Pick<GatewaySettings, "prices">;
  /** How many calls with about this body the request makes. Default: one. */
  readonly calls?: number;
}

/**
 * Checks a call whose body has arrived.
 *
 * @throws {RpcError} As {@linkcode checkPath}; PERMISSION_DENIED if the key has a budget, the price of the model is not
 * known, and the settings do not allow that.
 */
export function checkBody(
  { caller: { key }, row, record }: RuledCall,
  { body, modelNames, settings, calls = 1 }: BodyRules,
): void {
  if (key === undefined) return;
  if (hasModelRules(key)) {
    for (const name of namedModels(body)) {
      const id = bareModelId(name);
      // The name of a tuned model has a slash.
      checkModel(key, id.includes("/") ? id : modelNames.resolve(id));
    }
  }
  const { limited } = record;
  if (settings.prices.unknown === "refuse" && usesModel(row)) limited?.checkPrice(record.model);
  if (limited?.isReserving && usesModel(row)) {
    limited.reserve(record.model, { bytes: promptSize(body), calls });
  }
}

/** Whether the resource in a method's path is a model. */
function isOfModel({ isTurn, makes }: MethodRow): boolean {
  return isTurn || makes.includes("batches");
}

/** Whether Google counts tokens for a method, at once or for what it makes. */
function usesModel({ usage, isTurn }: MethodRow): boolean {
  return usage !== "none" || isTurn;
}
