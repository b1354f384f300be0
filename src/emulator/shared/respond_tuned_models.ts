/**
 * Tuned models: an operation makes one, and then it is called like a model of Google's.
 *
 * @see {@link https://ai.google.dev/api/tuning}
 * @module
 */
import { camelCase } from "../camel_case.ts";
import { GoogleError, invalidArgument, type Service, unknownModel } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { objectAt, textAt } from "../json.ts";
import type { JsonObject } from "../../base/json.ts";
import { findModel } from "../models/catalogue.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { randomId } from "../random_id.ts";
import { resourcePage } from "../resource_page.ts";
import { microsecondStamp } from "../timestamps.ts";

const SERVICE: Service = "generativelanguage.googleapis.com";
const METADATA = "type.googleapis.com/google.ai.generativelanguage.v1beta.CreateTunedModelMetadata";
const MODEL = "type.googleapis.com/google.ai.generativelanguage.v1beta.TunedModel";

/** A name that a client chooses. */
const CHOSEN_ID = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The fields that can be changed. */
const UPDATABLE: ReadonlySet<string> = new Set([
  "displayName",
  "description",
  "temperature",
  "topP",
  "topK",
]);

/**
 * Handles a method of tuned models.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondTunedModels(call: ServiceCall): Promise<Response> {
  const { route, query, rawBody, stored: { named }, account, now } = call;
  const project = account.ownerProject;
  switch (route.method) {
    case "tunedModels.create":
      return createTunedModel(call);
    case "tunedModels.list": {
      const page = { member: "tunedModels", project, defaultSize: 10, largestSize: 1000 };
      const make = () => [resourcePage(named.list("tunedModels", project), query, page)];
      return respondScripted(call, { model: "", make });
    }
  }
  const model = named.find(`tunedModels/${route.id}`, project);
  switch (route.method) {
    case "tunedModels.get":
      return respondScripted(call, { model: "", make: () => [model.toJSON()] });
    case "tunedModels.patch": {
      const body = parseBody(rawBody, { message: "TunedModel", flavour: "dev" });
      const fields = (query.get("updateMask") ?? Object.keys(body).join()).split(",").map(
        camelCase,
      );
      if (fields.some((field) => !UPDATABLE.has(field))) {
        throw invalidArgument("* UpdateTunedModelRequest.update_mask: a field can't be updated\n");
      }
      const make = () => {
        const changed = Object.fromEntries(fields.map((field) => [field, body[field]]));
        model.members = { ...model.members, ...changed, updateTime: microsecondStamp(now) };
        return [model.toJSON()];
      };
      return respondScripted(call, { model: "", make });
    }
    case "tunedModels.transferOwnership": {
      const body = parseBody(rawBody, { message: "TransferOwnershipRequest", flavour: "dev" });
      if (!textAt(body, "emailAddress")) {
        throw invalidArgument(
          "* TransferOwnershipRequest.email_address: email_address is not specified\n",
        );
      }
      return respondScripted(call, { model: "", make: () => [{}] });
    }
    default: {
      parseBody(rawBody, { message: "Empty", flavour: "dev" });
      const make = () => {
        named.delete(model);
        return [{}];
      };
      return respondScripted(call, { model: "", make });
    }
  }
}

/** The call of a tuned model as one of the model that it was tuned from; any other call unchanged. */
export function withBaseModel(call: ServiceCall): ServiceCall {
  const { route, stored, account } = call;
  if (route.tuned === "") return call;
  const tuned = stored.named.find(`tunedModels/${route.tuned}`, account.ownerProject);
  if (tuned.members["state"] !== "ACTIVE") {
    const message = `The tuned model ${tuned.name} is not active.`;
    throw new GoogleError(400, "FAILED_PRECONDITION", { message });
  }
  const model = textAt(tuned.members, "baseModel")?.replace(/^models\//, "") ?? "";
  return { ...call, route: { ...route, model } };
}

function createTunedModel(call: ServiceCall): Promise<Response> {
  const { query, rawBody, stored: { named, operations }, account, now } = call;
  const project = account.ownerProject;
  const body = parseBody(rawBody, { message: "TunedModel", flavour: "dev" });
  const baseModel = baseOf(body, call);
  const examples = objectAt(objectAt(objectAt(body, "tuningTask"), "trainingData"), "examples");
  if (examples === undefined) {
    throw invalidArgument(
      "* CreateTunedModelRequest.tuned_model.tuning_task.training_data: is not specified\n",
    );
  }
  const slug = textAt(body, "displayName")?.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-") ?? "";
  const id = query.get("tunedModelId") ?? (slug === "" ? randomId(12) : `${slug}-${randomId(12)}`);
  if (query.has("tunedModelId") && !CHOSEN_ID.test(id)) {
    throw invalidArgument(`* CreateTunedModelRequest.tuned_model_id: Invalid id: ${id}\n`);
  }
  const make = () => {
    const stamp = microsecondStamp(now);
    const { trainingData: _, ...tuningTask } = objectAt(body, "tuningTask") ?? {};
    const model = named.add({
      name: `tunedModels/${id}`,
      project,
      members: {
        ...body,
        baseModel,
        state: "CREATING",
        createTime: stamp,
        updateTime: stamp,
        tuningTask: { startTime: stamp, ...tuningTask },
      },
    });
    const operation = operations.add({
      name: `${model.name}/operations/${randomId(12)}`,
      project,
      metadata: (isDone) => ({
        "@type": METADATA,
        tunedModel: model.name,
        totalSteps: 1,
        ...(isDone ? { completedSteps: 1, completedPercent: 100 } : {}),
      }),
      finish: () => {
        model.members = { ...model.members, state: "ACTIVE" };
        return { "@type": MODEL, ...model.toJSON() };
      },
    });
    return [operation.toJSON()];
  };
  return respondScripted(call, { model: "", make });
}

/** The name of the model that is tuned. */
function baseOf(body: JsonObject, { stored, account, route }: ServiceCall): string {
  const source = textAt(objectAt(body, "tunedModelSource"), "tunedModel");
  if (source !== undefined) {
    return textAt(stored.named.find(source, account.ownerProject).members, "baseModel") ?? "";
  }
  const name = textAt(body, "baseModel") ?? "";
  const model = name.replace(/^models\//, "");
  if (name.startsWith("models/") && findModel(model, SERVICE) !== undefined) return name;
  throw unknownModel(SERVICE, { ...route, model, method: "createTunedModel" });
}
