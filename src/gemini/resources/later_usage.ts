/**
 * Reads the usage of batches and interactions in responses after that of the call that made them.
 *
 * @module
 */
import { utf8Text } from "../../base/text.ts";
import { sumOfUsage, type TokenUsage, usageIn } from "../api/token_usage.ts";
import { usageOfInteraction } from "../interactions/interaction_usage.ts";
import { jsonMember } from "../json/json_member.ts";
import { JsonScanner } from "../json/json_scanner.ts";
import { shapeOfMembers } from "./member_shape.ts";
import type { ResourceCollection } from "./resources.ts";

/** Where the operation of a batch has the results of its requests; it has them twice. */
const RESULTS = ["response", "metadata.output"].map((output) =>
  ["inlinedResponses", "inlinedEmbedContentResponses"].map((responses) =>
    `${output}.${responses}.inlinedResponses.response.usageMetadata`
  )
);

const SHAPE = shapeOfMembers(RESULTS.flat());

/** Whether responses after the first one report the usage of a collection's resources. */
export function hasLaterUsage(collection: ResourceCollection): boolean {
  return collection === "batches" || collection === "interactions";
}

/**
 * Reads the usage of a batch or an interaction.
 *
 * @returns Undefined before its end; without usage if Google reports none.
 */
export function laterUsage(
  json: Uint8Array,
  collection: ResourceCollection,
): { readonly usage: TokenUsage | undefined } | undefined {
  try {
    if (collection === "interactions") {
      const usage = usageOfInteraction(json);
      const status = utf8Text(jsonMember(json, "status") ?? new Uint8Array());
      return usage === undefined || status === '"in_progress"' ? undefined : { usage };
    }
    const done = jsonMember(json, "done");
    if (done === undefined || utf8Text(done) !== "true") return undefined;
    const scanner = new JsonScanner(json, { shape: SHAPE });
    scanner.scan();
    for (const paths of RESULTS) {
      let usage: TokenUsage | undefined;
      for (const { label, node } of scanner.labelled) {
        if (paths.includes(label)) usage = sumOfUsage(usage, usageIn(node.bytes));
      }
      if (usage !== undefined) return { usage };
    }
    return { usage: undefined };
  } catch {
    // A response that is not JSON reports nothing.
    return undefined;
  }
}
