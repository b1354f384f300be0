/**
 * The methods that make batches, and those of batches themselves.
 *
 * @see {@link https://ai.google.dev/api/batch-api}
 * @module
 */
import { camelCase } from "../camel_case.ts";
import { defined } from "../../base/defined.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { numberAt, objectAt, textAt } from "../json.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { countOf, respondScripted, type ServiceCall } from "../models/model_call.ts";
import { brokenModel } from "../models/named_model.ts";
import type { OkOutcome } from "../script/outcome.ts";
import { resourcePage } from "../resource_page.ts";
import { readBatchInput } from "./batch_input.ts";
import { BATCH_METHODS } from "./batch_methods.ts";
import type { BatchType, StoredBatch } from "./stored_batch.ts";

/** The only fields that can be changed. */
const UPDATABLE: ReadonlySet<string> = new Set(["displayName", "priority"]);

/** The kinds of batches that the updates are for. */
const UPDATES: Readonly<Record<string, BatchType>> = {
  "batches.updateGenerateContentBatch": "GenerateContentBatch",
  "batches.updateEmbedContentBatch": "EmbedContentBatch",
};

/**
 * Handles `batchGenerateContent` and `asyncBatchEmbedContent`.
 *
 * @throws A GoogleError where the call is refused.
 */
export function createBatch(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const { route, account, stored, rawBody } = call;
  const method = BATCH_METHODS[route.method];
  if (method === undefined) throw new Error(`"${route.method}" makes no batch`);
  const body = parseBody(rawBody, { message: method.message, flavour: "dev" });
  const batch = objectAt(body, "batch");
  const name = route.tuned === "" ? `models/${model.id}` : `tunedModels/${route.tuned}`;
  const wrong = brokenModel(batch ?? {}, {
    model: name,
    place: `${method.message}.batch`,
    isRequired: false,
  });
  if (wrong.length > 0) throw invalidArgument(wrong.join(""));
  // The body is not needed again while the batch waits.
  const count = countOf(call, model.id);
  const context = { call: { ...call, rawBody: "" }, model, method, count, name };
  const input = readBatchInput(batch, context);
  const make = () => {
    const made = stored.batches.add({
      project: account.ownerProject,
      type: method.type,
      model: name,
      displayName: textAt(batch, "displayName") ?? "",
      priority: numberAt(batch, "priority"),
      requestCount: input.count,
      run: (at) => input.run(at),
    });
    return [made.toJSON()];
  };
  return respondScripted(call, { model: model.id, make });
}

/**
 * Handles a method of batches.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondBatches(call: ServiceCall): Promise<Response> {
  const { route, query, stored: { batches }, account: { ownerProject: project } } = call;
  if (route.method === "batches.list") {
    if (query.get("filter")) throw invalidArgument("Filters are not supported.");
    const options = { member: "operations", project, defaultSize: 50, largestSize: 1000 };
    const make = ({ events }: OkOutcome) =>
      events ?? [resourcePage(batches.list(project), query, options)];
    return respondScripted(call, { model: "", make });
  }
  const batch = batches.find(route.id, project);
  const type = UPDATES[route.method];
  if (type !== undefined) return updateBatch(call, { batch, type });
  switch (route.method) {
    case "batches.cancel":
      return cancelBatch(call, batch);
    case "batches.delete": {
      parseBody(call.rawBody, { message: "Empty", flavour: "dev" });
      const make = () => {
        batches.delete(batch);
        return [{}];
      };
      return respondScripted(call, { model: "", make });
    }
    default:
      return respondScripted(call, { model: "", make: () => [batch.toJSON()] });
  }
}

function cancelBatch(call: ServiceCall, batch: StoredBatch): Promise<Response> {
  parseBody(call.rawBody, { message: "Empty", flavour: "dev" });
  if (batch.isDone) throw hasEnded(batch);
  const make = () => {
    batch.end("CANCELLED", call.now);
    return [{}];
  };
  return respondScripted(call, { model: "", make });
}

/** Handles an update; its response is the batch itself, not the operation. */
function updateBatch(
  call: ServiceCall,
  { batch, type }: { readonly batch: StoredBatch; readonly type: BatchType },
): Promise<Response> {
  const { rawBody, query, now } = call;
  const body = parseBody(rawBody, { message: type, flavour: "dev" });
  if (batch.type !== type) throw invalidArgument(`${batch.name} is not of type ${type}.`);
  const mask = query.get("updateMask");
  // These must be those of the batch.
  const given = Object.keys(body).filter((field) => field !== "name" && field !== "model");
  const fields = mask === null ? given : mask.split(",").map(camelCase);
  const refused = fields.find((field) => !UPDATABLE.has(field));
  if (refused !== undefined) throw invalidArgument(`Cannot update ${refused} of a batch.`);
  if (fields.length === 0) throw invalidArgument("No field of the batch is to be updated.");
  if (batch.isDone) throw hasEnded(batch);
  const changed = defined({
    displayName: fields.includes("displayName") ? textAt(body, "displayName") : undefined,
    priority: fields.includes("priority") ? numberAt(body, "priority") : undefined,
  });
  const make = () => {
    batch.update(changed, now);
    return [batch.resource];
  };
  return respondScripted(call, { model: "", make });
}

function hasEnded({ name, state }: StoredBatch): GoogleError {
  const message = `The batch ${name} has already ended: BATCH_STATE_${state}.`;
  return new GoogleError(400, "FAILED_PRECONDITION", { message });
}
