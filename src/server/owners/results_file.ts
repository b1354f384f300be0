/**
 * Books the usage of a batch whose results are in a file, when a client reads the file.
 *
 * @module
 */
import { ownedName } from "../../gemini/resources/resources.ts";
import { ResultsUsage } from "../../gemini/resources/results_usage.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import type { Bookings } from "./bookings.ts";

/** The status of a response with the whole file. */
const WHOLE = 200;

/** What booking needs. */
export interface ResultsFileOptions {
  readonly call: Pick<ClientCall, "method" | "resource" | "lifecycle" | "watch">;
  readonly bookings: Pick<Bookings, "due" | "book">;
}

/** Returns the response; if it is a file with results whose usage is not booked, it is booked at the file's end. */
export function withResultsBooked(
  response: UpstreamResponse,
  { call: { method, resource, lifecycle, watch }, bookings }: ResultsFileOptions,
): UpstreamResponse {
  const name = ownedName(resource)?.name;
  const due = method === "files.download" && name !== undefined ? bookings.due(name) : undefined;
  if (due === undefined || name === undefined) return response;
  if (response.type !== "bytes" || response.status !== WHOLE) return response;
  if (watch.request.method === "HEAD") return response;
  const results = new ResultsUsage({ isOfEmbeddings: /embed/i.test(due.method) });
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(piece, controller) {
          results.add(piece);
          controller.enqueue(piece);
        },
        flush: () => bookings.book({ name, files: [], usage: results.usage }, lifecycle),
      },
      // With no room for a piece on the writable side, nothing would ever be read.
      { highWaterMark: 1 },
      { highWaterMark: 0 },
    ),
  );
  return { ...response, body };
}
