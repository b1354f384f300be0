/**
 * The Live sessions of `live.jsonl`.
 *
 * @module
 */
import * as z from "zod";

const FILE = new URL("./live.jsonl", import.meta.url);

const sessionSchema = z.object({
  source: z.string(),
  frames: z.array(
    z.object({
      kind: z.literal("message"),
      direction: z.enum(["sent", "received"]),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** One session: its frames in order, as the client sent or received them. */
export type RecordedSession = z.infer<typeof sessionSchema>;

/** Reads them all, in the order of the file. */
export async function readRecordedSessions(): Promise<readonly RecordedSession[]> {
  const lines = (await Deno.readTextFile(FILE)).split("\n").filter((line) => line !== "");
  return lines.map((line) => sessionSchema.parse(JSON.parse(line)));
}
