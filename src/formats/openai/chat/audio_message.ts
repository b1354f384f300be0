/**
 * The audio of a whole chat completion.
 *
 * @see {@link https://platform.openai.com/docs/guides/audio}
 * @module
 */
import { Buffer } from "node:buffer";
import type { JsonObject } from "../../../base/json.ts";
import { waveHeader } from "../wave_header.ts";
import type { AudioFormat } from "./audio_config.ts";

/** Samples a second, where Google does not say. */
const USUAL_RATE = 24_000;

/**
 * The sum of a message's audio deltas. Gemini sends samples of 16 bits without a header.
 *
 * @param format The form that the client wants; undefined if it asked for none.
 */
export function audioMessage(
  deltas: readonly JsonObject[],
  format: AudioFormat | undefined,
): JsonObject {
  const samples: Buffer[] = [];
  let members: JsonObject = {};
  let rate = USUAL_RATE;
  for (const { data, mimeType, ...rest } of deltas) {
    members = { ...members, ...rest };
    if (typeof data === "string") samples.push(Buffer.from(data, "base64"));
    if (typeof mimeType === "string") rate = rateOf(mimeType) ?? rate;
  }
  const length = samples.reduce((sum, piece) => sum + piece.length, 0);
  const header = format === "wav" ? [waveHeader(length, rate)] : [];
  const data = Buffer.concat([...header, ...samples]).toString("base64");
  return { ...members, data };
}

function rateOf(mimeType: string): number | undefined {
  const [, rate] = /;\s*rate=(\d{4,6})(?:;|$)/i.exec(mimeType) ?? [];
  return rate === undefined ? undefined : Number(rate);
}
