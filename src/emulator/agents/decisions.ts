/**
 * `decisions.create`: a model's answers to questions about an input.
 *
 * @module
 */
import { AGENT_SHAPES } from "./agent_shapes.ts";
import { checkShape } from "../interactions/shape_check.ts";
import { findModel } from "../models/catalogue.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { inputSteps, promptOf } from "../interactions/interaction_prompt.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { objectAt, textAt, textsAt } from "../json.ts";
import { parsedBody, respondFamily } from "../interactions/interaction_call.ts";
import { requestTokens } from "../models/token_count.ts";
import { countOf, type ServiceCall } from "../models/model_call.ts";
import { unknownModel } from "../google_errors.ts";

/** Handles the method. */
export function respondDecision(call: ServiceCall): Promise<Response> {
  const body = parsedBody(call.rawBody);
  checkShape(body, "CreateDecision", AGENT_SHAPES);
  const { service, version } = call.route;
  const id = (textAt(body, "model") ?? "").replace(/^models\//, "");
  const model = findModel(id, service);
  if (model === undefined) {
    throw unknownModel(service, { model: id, version, method: "decisions", resource: id });
  }
  const prompt = promptOf({}, inputSteps(body["input"]));
  checkNamedFiles(prompt, call);
  const tokens = requestTokens(prompt).total;
  const questions = Object.entries(objectAt(body, "questions") ?? {});
  const answers = Object.fromEntries(
    questions.map(([name, question]) => [name, isJsonObject(question) ? answerOf(question) : {}]),
  );
  const usage = { total_tokens: tokens, total_input_tokens: tokens, total_output_tokens: 0 };
  const count = countOf(call, model.id);
  return respondFamily(call, { model: model.id, count, make: () => [{ answers, usage }] });
}

function answerOf(question: JsonObject): JsonObject {
  switch (question["type"]) {
    case "choice": {
      const [choice = ""] = Object.keys(objectAt(question, "criteria") ?? {});
      return { type: "choice", choice, confidence: 1, probabilities: { [choice]: 1 } };
    }
    case "score": {
      const legend = Object.fromEntries(
        textsAt(question, "criteria").map((text, nth) => [String(nth), text]),
      );
      return { type: "score", score: 0, confidence: 1, legend, probabilities: { "0": 1 } };
    }
    default:
      return { type: "noul", noul: 1, confidence: 1 };
  }
}
