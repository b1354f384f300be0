/**
 * The images and the sound of the emulated models.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { JsonObject } from "../../base/json.ts";

/** A PNG of one pixel. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Samples a second, as Gemini has them. */
const RATE = 24_000;
/** Samples for each character of a text: there are at least as many. */
const SAMPLES = 48;
/** Most characters of a text that are spoken. */
const SPOKEN = 1000;

/** An image. */
export function imagePart(): JsonObject {
  return { inlineData: { mimeType: "image/png", data: PNG } };
}

/** A tone that stands for a text spoken: 16 bits a sample, little-endian, the longer the text the longer. */
export function soundPart(text: string): JsonObject {
  const samples = Buffer.alloc(2 * SAMPLES * Math.max(1, Math.min(SPOKEN, text.length)));
  for (let at = 0; at < samples.length; at += 2) {
    samples.writeInt16LE(Math.round(8000 * Math.sin(at / 8)), at);
  }
  const data = samples.toString("base64");
  return { inlineData: { mimeType: `audio/L16;codec=pcm;rate=${RATE}`, data } };
}
