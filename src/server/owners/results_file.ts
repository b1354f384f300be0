/**
 * Books the usage of a batch whose results are in a file, when a client reads the file.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { ownedName } from "../../gemini/resources/resources.ts";
import { ResultsUsage } from "../../gemini/resources/results_usage.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { book, type UnbookedCalls } from "./book_usage.ts";

/** The status of a response with the whole file. */
const WHOLE = 200;

/** What booking needs. */
export interface ResultsFileOptions {
  readonly call: Pick<ClientCall, "method" | "resource" | "lifecycle" | "watch">;
  readonly ownership: UnbookedCalls & {
    /** Whether the usage of a resource is still to be booked. */
    isUnbooked(name: string): boolean;
  };
  readonly clock: WallClock;
}

/** Returns the response; if it is a file with results whose usage is not booked, it is booked at the file's end. */
export function withResultsBooked(
  response: UpstreamResponse,
  { call: { method, resource, lifecycle, watch }, ownership, clock }: ResultsFileOptions,
): UpstreamResponse {
  const name = ownedName(resource)?.name;
  if (method !== "files.download" || name === undefined || !ownership.isUnbooked(name)) {
    return response;
  }
  if (response.type !== "bytes" || response.status !== WHOLE) return response;
  if (watch.request.method === "HEAD") return response;
  const results = new ResultsUsage();
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(piece, controller) {
          results.add(piece);
          controller.enqueue(piece);
        },
        flush: () => book(results, { name, files: [], lifecycle, ownership, clock }),
      },
      // With no room for a piece on the writable side, nothing would ever be read.
      { highWaterMark: 1 },
      { highWaterMark: 0 },
    ),
  );
  return { ...response, body };
}
