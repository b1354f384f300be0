/**
 * Reads the usage of batches and interactions in responses after that of the call that made them.
 *
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { bareModelId } from "../api/model.ts";
import { utf8Text } from "../../base/text/text.ts";
import {
  count,
  sumOfUsage,
  type TokenUsage,
  usageIn,
  usageOf,
  usageOfPrompt,
} from "../api/token_usage.ts";
import { isRunning } from "../interactions/interaction_status.ts";
import { usageOfInteraction } from "../interactions/interaction_usage.ts";
import { jsonMember } from "../json/json_member.ts";
import type { JsonNode } from "../json/json_node.ts";
import { JsonScanner } from "../json/json_scanner.ts";
import { shapeOfMembers } from "./member_shape.ts";
import type { ResourceCollection } from "./resources.ts";

/** Where the operation of a batch has the results of its requests; it has them twice. */
const OUTPUTS = ["response", "metadata.output"];

/** Where a result has its usage; those of a batch of embeddings have a count alone. */
const RESULTS = ["inlinedResponses", "inlinedEmbedContentResponses"];
const USAGES = RESULTS.map((results) => `${results}.inlinedResponses.response.usageMetadata`);
const COUNTS = RESULTS.map((results) => `${results}.inlinedResponses.response.tokenCount`);

/** Each list has the same usage once. */
const PLACES = [USAGES, COUNTS].flatMap((paths) =>
  OUTPUTS.map((output) => paths.map((path) => `${output}.${path}`))
);

const SHAPE = shapeOfMembers(PLACES.flat());

/** Longest name of a model, in bytes. */
const LONGEST_NAME = 4096;

/** Longest count, in bytes. */
const LONGEST_COUNT = 32;

/** Whether responses after the first one report the usage of a collection's resources, if Google reports it at all. */
export function hasLaterUsage(collection: ResourceCollection): boolean {
  return collection === "batches" || collection === "interactions" || collection === "operations";
}

/** The model or the agent of an interaction; empty for others, and if the response does not have it. */
export function modelOf(json: Uint8Array, collection: ResourceCollection): string {
  if (collection !== "interactions") return "";
  try {
    const named = jsonMember(json, "model") ?? jsonMember(json, "agent") ?? new Uint8Array();
    const model = named.length > LONGEST_NAME ? undefined : parsedJson(named);
    return typeof model === "string" ? bareModelId(model) : "";
  } catch {
    return "";
  }
}

/**
 * Reads the usage of a batch, an operation or an interaction.
 *
 * @returns Undefined before its end; without usage if Google reports none.
 */
export function laterUsage(
  json: Uint8Array,
  collection: ResourceCollection,
): { readonly usage: TokenUsage | undefined } | undefined {
  if (!hasLaterUsage(collection)) return undefined;
  try {
    if (collection === "interactions") {
      const usage = usageOfInteraction(json);
      const status = parsedJson(jsonMember(json, "status") ?? new Uint8Array());
      const isOver = typeof status !== "string" || !isRunning(status);
      return usage !== undefined && isOver ? { usage } : undefined;
    }
    const done = jsonMember(json, "done");
    if (done === undefined || utf8Text(done) !== "true") return undefined;
    if (collection === "operations") {
      const response = jsonMember(json, "response");
      return { usage: response && usageOf(response) };
    }
    const scanner = new JsonScanner(json, { shape: SHAPE });
    scanner.scan();
    for (const paths of PLACES) {
      let usage: TokenUsage | undefined;
      for (const { label, node } of scanner.labelled) {
        if (paths.includes(label)) usage = sumOfUsage(usage, usageAt(label, node));
      }
      if (usage !== undefined) return { usage };
    }
    return { usage: undefined };
  } catch {
    // A response that is not JSON reports nothing.
    return undefined;
  }
}

function usageAt(label: string, { bytes }: JsonNode): TokenUsage | undefined {
  if (label.endsWith("usageMetadata")) return usageIn(bytes);
  return bytes.length > LONGEST_COUNT ? undefined : usageOfPrompt(count(parsedJson(bytes)));
}
