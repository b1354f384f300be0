/**
 * The exchanges of `openai.jsonl` and `anthropic.jsonl`: what real clients sent, and what the real APIs returned.
 *
 * @module
 */
import * as z from "zod";

const exchangeSchema = z.object({
  source: z.string(),
  method: z.string(),
  path: z.string(),
  request: z.unknown(),
  status: z.number(),
  responseHeaders: z.record(z.string(), z.string()),
  response: z.unknown(),
});

/** One exchange. Bodies are JSON, or text where they were none, such as server-sent events. */
export type RecordedExchange = Readonly<z.infer<typeof exchangeSchema>>;

/** Reads the exchanges of one API, in the order of the file. */
export async function readExchanges(
  api: "openai" | "anthropic",
): Promise<readonly RecordedExchange[]> {
  const text = await Deno.readTextFile(new URL(`./${api}.jsonl`, import.meta.url));
  return text.split("\n").filter((line) => line !== "")
    .map((line) => exchangeSchema.parse(JSON.parse(line)));
}
