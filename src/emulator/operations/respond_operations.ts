/**
 * Reads of long-running operations.
 *
 * @see {@link https://google.aip.dev/151}
 * @module
 */
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { textAt } from "../json.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { isSameProject } from "../project_number.ts";
import type { OkOutcome } from "../script/outcome.ts";
import { resourcePage } from "../resource_page.ts";
import type { LongRunning } from "./long_running.ts";

/**
 * Handles `….operations.get` and `….operations.list` of the Gemini API.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondOperations(call: ServiceCall): Promise<Response> {
  const { route, query, stored: { operations }, account } = call;
  const project = account.ownerProject;
  const parent = parentOf(call);
  if (route.method.endsWith(".list")) {
    const page = { member: "operations", project, defaultSize: 10, largestSize: 1000 };
    const make = ({ events }: OkOutcome) =>
      events ?? [resourcePage(operations.list(parent, project), query, page)];
    return respondScripted(call, { model: "", make });
  }
  const name = parent === "" ? route.operation : `${parent}/${route.operation}`;
  const operation = operations.find(name, project);
  return respondScripted(call, { model: "", make: ({ events }) => events ?? [readOf(operation)] });
}

/**
 * Handles Vertex AI's `:fetchPredictOperation`. The operation has to be one of the model in the path.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondFetchOperation(
  model: CatalogueModel,
  call: ServiceCall,
): Promise<Response> {
  const { rawBody, route, stored, account } = call;
  const message = "FetchPredictOperationRequest";
  const name = textAt(parseBody(rawBody, { message, flavour: "vertex" }), "operationName") ?? "";
  const [, project = "", rest = ""] = /^projects\/([^/]+)\/(.+)$/.exec(name) ?? [];
  const parent = route.resource.replace(/^projects\/[^/]+\//, "");
  if (!isSameProject(project, route.project) || !rest.startsWith(`${parent}/operations/`)) {
    throw invalidArgument(`Invalid operation name: ${name}`);
  }
  const operation = stored.operations.find(name, account.project ?? route.project);
  return respondScripted(call, { model: model.id, make: () => [readOf(operation)] });
}

/** What the operations of a call's path belong to; empty if the path names them alone. */
function parentOf({ route: { method, model, id } }: ServiceCall): string {
  const [collection = ""] = method.split(".");
  if (collection === "operations") return "";
  return `${collection}/${collection === "models" ? model : id}`;
}

function readOf(operation: LongRunning) {
  operation.read();
  return operation.toJSON();
}
