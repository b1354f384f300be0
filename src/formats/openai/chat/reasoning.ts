/**
 * How much the model thinks: OpenAI's field, and those that other gateways have for it.
 *
 * @see {@link https://platform.openai.com/docs/guides/reasoning}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../shared/fields/request_fields.ts";
import { type Effort, isEffort, thinkingConfig } from "../../shared/request/thinking.ts";

/**
 * The native `thinkingConfig`; undefined if the client asks for nothing. The first of `reasoning_effort`, `reasoning`
 * and `thinking` counts.
 *
 * @throws {RpcError} INVALID_ARGUMENT for an unknown effort.
 */
export function readThinking(body: RequestFields, model: string): JsonObject | undefined {
  const effort = effortIn(body, "reasoning_effort");
  if (effort !== undefined) return thinkingConfig({ effort, model, includeThoughts: true });
  const reasoning = body.fields("reasoning");
  if (reasoning !== undefined) return ofReasoning(reasoning, model);
  const thinking = body.fields("thinking");
  if (thinking === undefined) return undefined;
  if (thinking.text("type") === "disabled") return thinkingConfig({ effort: "none", model });
  const budget = thinking.integer("budget_tokens");
  return thinkingConfig({ budget, model, includeThoughts: true });
}

function ofReasoning(reasoning: RequestFields, model: string): JsonObject | undefined {
  if (reasoning.flag("enabled") === false) return thinkingConfig({ effort: "none", model });
  return thinkingConfig({
    effort: effortIn(reasoning, "effort"),
    budget: reasoning.integer("max_tokens"),
    model,
    includeThoughts: reasoning.flag("exclude") !== true,
  });
}

function effortIn(fields: RequestFields, name: string): Effort | undefined {
  const effort = fields.text(name);
  if (effort === undefined || isEffort(effort)) return effort;
  const field = fields.path(name);
  throw invalidField(
    field,
    `"${field}" has to be one of "none", "minimal", "low", "medium", "high", "xhigh", "auto"`,
  );
}
