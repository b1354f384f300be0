/**
 * `generateAnswer`: an answer that is grounded in passages of the request, or in a corpus.
 *
 * @see {@link https://ai.google.dev/api/semantic-retrieval/question-answering}
 * @module
 */
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { respondBody, type ServiceCall } from "../models/model_call.ts";

/** Handles `generateAnswer`. */
export function respondAnswer(model: CatalogueModel, call: ServiceCall): Promise<Response> {
  const request = parseBody(call.rawBody, { message: "GenerateAnswerRequest", flavour: "dev" });
  const isSpecified = (name: string) => name in request;
  if (!isSpecified("answerStyle")) throw missing("answer_style");
  if (objectsAt(request, "contents").length === 0) throw missing("contents");
  if (!isSpecified("inlinePassages") && !isSpecified("semanticRetriever")) {
    throw missing("grounding_source");
  }
  const source = textAt(objectAt(request, "semanticRetriever"), "source");
  if (source !== undefined) {
    const [corpus = ""] = /^corpora\/[^/]+/.exec(source) ?? [];
    call.stored.named.find(corpus, call.account.ownerProject);
  }
  const passages = objectsAt(objectAt(request, "inlinePassages"), "passages");
  const body = {
    answer: {
      content: { parts: [{ text: `An answer from ${source ?? "the passages"}` }], role: "model" },
      finishReason: "STOP",
      groundingAttributions: passages.map((passage) => ({
        sourceId: { groundingPassage: { passageId: textAt(passage, "id") ?? "", partIndex: 0 } },
        content: passage["content"],
      })),
    },
    answerableProbability: 0.9,
  };
  return respondBody(call, { model, body });
}

function missing(field: string) {
  return invalidArgument(`* GenerateAnswerRequest.${field}: ${field} is not specified\n`);
}
