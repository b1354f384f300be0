/**
 * Code that Google ran, as the blocks of Anthropic's code execution, in both directions.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/code-execution-tool}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { CodePart, CodeResultPart } from "../../../shared/response/response_parts.ts";
import type { MessageBlocks } from "./message_blocks.ts";

/** Writes the block of a piece of code. */
export function writeCode(
  blocks: MessageBlocks,
  { part, id }: { readonly part: CodePart; readonly id: string },
): void {
  const input = { code: part.code };
  blocks.toolUse({ type: "server_tool_use", id, name: "code_execution", input });
}

/** Writes the block of its outcome. Google does not tell the program's errors from its output. */
export function writeCodeResult(
  blocks: MessageBlocks,
  { part, id }: { readonly part: CodeResultPart; readonly id: string },
): void {
  const isOk = part.outcome === "OUTCOME_OK";
  blocks.whole({
    type: "code_execution_tool_result",
    tool_use_id: id,
    content: {
      type: "code_execution_result",
      stdout: isOk ? part.output : "",
      stderr: isOk ? "" : part.output,
      return_code: isOk ? 0 : 1,
      content: [],
    },
  });
}

/** The native part for code that a client sends back. */
export function codePart(code: string): JsonObject {
  return { executableCode: { language: "PYTHON", code } };
}

/** The native part for an outcome that a client sends back. */
export function codeResultPart({ stdout, stderr, return_code }: JsonObject): JsonObject {
  const texts = [stdout, stderr].filter((text) => typeof text === "string" && text !== "");
  const outcome = return_code === 0 ? "OUTCOME_OK" : "OUTCOME_FAILED";
  return { codeExecutionResult: { outcome, output: texts.join("\n") } };
}
