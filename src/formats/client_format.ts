/**
 * A format: how the clients of one API write requests and read responses. Formats are pure.
 *
 * @module
 */
import type { Model, ModelPage } from "../gemini/api/model.ts";

/** The parts of a request that identify its client. */
export interface FormatRequest {
  /** The API version in the path, as in `v1beta`. */
  readonly version: string;
  /** Whether the path has the form of Vertex AI. */
  readonly isVertex: boolean;
  readonly headers: Headers;
  readonly query: URLSearchParams;
}

/** One format. */
export interface ClientFormat {
  /** The API whose errors its clients read. */
  readonly api: "native" | "openai" | "anthropic";
  /** Whether a request comes from a client of this format. */
  speaks(request: FormatRequest): boolean;
  /** Converts the query of a list in this format to that of the native list. */
  readonly listQuery: (query: URLSearchParams) => URLSearchParams;
  /**
   * A list of models, as JSON.
   *
   * @param query The client's own.
   * @throws {RpcError} INVALID_ARGUMENT for a query that the format does not have.
   */
  list(page: ModelPage, query: URLSearchParams): object;
  /** One model, as JSON. */
  model(model: Model): object;
}

/** The whole list on one page, for formats without pagination. */
export const WHOLE_LIST = new URLSearchParams({ pageSize: "1000" });
