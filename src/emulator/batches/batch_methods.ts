/**
 * The two kinds of batches: their messages, and how each makes the response to one request.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { withNamedCache } from "../caches/named_cache.ts";
import { backgroundEmbedding } from "../embeddings/native_embeddings.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { backgroundResponse, type ServiceCall } from "../models/model_call.ts";
import { findBrokenRule } from "../models/request_rules.ts";
import { checkNamedStores } from "../stores/named_stores.ts";
import type { BatchType } from "./stored_batch.ts";

/** The call that made a batch, and the values that its responses need. */
export interface BatchContext {
  readonly call: ServiceCall;
  readonly model: CatalogueModel;
  /** Now, in ms. */
  readonly now: number;
  readonly responseId: string;
}

/** A method that makes batches. */
export interface BatchMethod {
  readonly type: BatchType;
  /** Message of the call. */
  readonly message: string;
  /** Message of one request, and of a line of an input file. */
  readonly request: string;
  readonly line: string;
  /**
   * Makes the response to one request.
   *
   * @param request In the form that `checkMessage` returns.
   * @throws A GoogleError where the request is refused.
   */
  readonly respond: (request: JsonObject, context: BatchContext) => JsonObject;
}

/** The methods, by name. */
export const BATCH_METHODS: Readonly<Record<string, BatchMethod>> = {
  batchGenerateContent: {
    type: "GenerateContentBatch",
    message: "BatchGenerateContentRequest",
    request: "GenerateContentRequest",
    line: "GenerateContentLine",
    respond(request, { call, model, now, responseId }) {
      const question = { model, request, flavour: "dev" } as const;
      const broken = findBrokenRule(request, { ...question, message: "GenerateContentRequest" });
      if (broken !== undefined) throw broken;
      checkNamedFiles(request, call);
      checkNamedStores(request, call);
      return backgroundResponse(withNamedCache(question, call), { now, responseId });
    },
  },
  asyncBatchEmbedContent: {
    type: "EmbedContentBatch",
    message: "AsyncBatchEmbedContentRequest",
    request: "EmbedContentRequest",
    line: "EmbedContentLine",
    respond(request, { call, model }) {
      checkNamedFiles(request, call);
      return backgroundEmbedding(model, request);
    },
  },
};
