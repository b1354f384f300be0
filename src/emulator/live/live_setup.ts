/**
 * Checks the setup of a Live session.
 *
 * @see {@link https://ai.google.dev/api/live#bidigeneratecontentsetup}
 * @module
 */
import { type AuthToken, constrainedSetup } from "./auth_tokens.ts";
import { type CatalogueModel, findModel } from "../models/catalogue.ts";
import { GoogleError, iamDenied, invalidArgument, unknownModel } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../json.ts";
import type { ResumableState } from "./live_sockets.ts";
import type { ServiceCall } from "../models/model_call.ts";

/** A valid setup. */
export interface LiveSetup {
  readonly model: CatalogueModel;
  /** What the client and the token set. */
  readonly message: JsonObject;
  readonly modality: "AUDIO" | "TEXT";
  /** The state that it resumes. */
  readonly resumed: ResumableState | undefined;
}

const NATIVE_NAME = /^models\/(?<model>[^/]+)$/;
const VERTEX_NAME =
  /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/publishers\/google\/models\/(?<model>[^/]+)$/;

/**
 * Checks a setup.
 *
 * @param sent As the client sent it, in the form that `checkMessage` returns.
 * @throws A GoogleError where it is refused.
 */
export function readSetup(
  sent: JsonObject,
  { call, token }: { readonly call: ServiceCall; readonly token: AuthToken | undefined },
): LiveSetup {
  const message = token === undefined ? sent : constrainedSetup(sent, token);
  const model = modelOf(textAt(message, "model") ?? "", call);
  const functions = objectsAt(message, "tools").flatMap((tool) =>
    objectsAt(tool, "functionDeclarations")
  );
  if (functions.some((declaration) => !textAt(declaration, "name"))) {
    throw invalidArgument("Function declaration name cannot be empty.");
  }
  return {
    model,
    message,
    modality: modalityOf(message, model),
    resumed: resumedBy(message, call),
  };
}

function modelOf(name: string, { route, account }: ServiceCall): CatalogueModel {
  const isVertex = route.service === "aiplatform.googleapis.com";
  if (name === "") throw invalidArgument("BidiGenerateContentSetup.model: model is not specified");
  const groups = (isVertex ? VERTEX_NAME : NATIVE_NAME).exec(name)?.groups;
  if (groups === undefined) throw invalidArgument(`Invalid resource name: ${name}`);
  const { model: id = "", project } = groups;
  if (project !== undefined && !isSameProject(account.project ?? project, project)) {
    throw iamDenied("aiplatform.endpoints.predict", name);
  }
  const model = findModel(id, route.service);
  if (model?.methods.includes("bidiGenerateContent")) return model;
  const options = { model: id, version: route.version, method: "bidiGenerateContent" };
  throw unknownModel(route.service, { ...options, resource: name });
}

/** Models that speak natively have no other modality. */
function modalityOf(message: JsonObject, { id }: CatalogueModel): "AUDIO" | "TEXT" {
  const config = objectAt(message, "generationConfig");
  const [modality = "AUDIO", second] = textsAt(config, "responseModalities");
  if (second !== undefined || (modality !== "AUDIO" && modality !== "TEXT")) {
    throw invalidArgument("Request contains an invalid argument.");
  }
  if (modality === "TEXT" && id.includes("native-audio")) {
    throw invalidArgument("Cannot extract voices from a non-audio request.");
  }
  return modality;
}

function resumedBy(message: JsonObject, call: ServiceCall): ResumableState | undefined {
  const handle = textAt(objectAt(message, "sessionResumption"), "handle") ?? "";
  if (handle === "") return undefined;
  const state = call.stored.live.find(handle, call.account.ownerProject);
  const what = "BidiGenerateContent session";
  if (state === undefined) {
    throw new GoogleError(404, "NOT_FOUND", { message: `${what} not found` });
  }
  if (state.expiresAt > call.stored.live.now) return state;
  throw new GoogleError(404, "NOT_FOUND", { message: `${what} expired` });
}
