/**
 * Detects the end of speech in a client's audio: by the audio's own time, so that it does not depend on
 * when the frames arrive.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/live-guide#voice-activity-detection-vad}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { numberAt, textAt } from "../json.ts";

/** Amplitude of 16-bit samples from which audio counts as speech. */
const SPEECH = 500;
/** Silence that ends a turn if the setup gives none, in ms. */
const DEFAULT_SILENCE_MS = 800;
/** Rate of audio whose type gives none, in samples/s. */
const DEFAULT_RATE = 16_000;

/** The audio since the last turn. */
export class VoiceActivity {
  readonly #silenceMs: number;
  #quietMs = 0;
  #bytes = 0;
  #spoken = false;

  /** @param config The setup's `automaticActivityDetection`. */
  constructor(config: JsonObject | undefined) {
    this.#silenceMs = numberAt(config, "silenceDurationMs") || DEFAULT_SILENCE_MS;
  }

  /** Whether there was speech since the last turn. */
  get spoken(): boolean {
    return this.#spoken;
  }

  /** Whether there is speech in a piece of audio. */
  isSpeech(blob: JsonObject): boolean {
    return samplesOf(textAt(blob, "data") ?? "").some(isLoud);
  }

  /**
   * Takes a piece of audio.
   *
   * @param blob 16-bit PCM, little-endian.
   * @returns Whether speech has ended with it.
   */
  add(blob: JsonObject): boolean {
    const samples = samplesOf(textAt(blob, "data") ?? "");
    const rate = Number(/rate=(\d+)/.exec(textAt(blob, "mimeType") ?? "")?.[1] ?? DEFAULT_RATE);
    this.#bytes += samples.byteLength;
    const loud = samples.findLastIndex(isLoud);
    if (loud >= 0) {
      this.#spoken = true;
      this.#quietMs = 0;
    }
    this.#quietMs += (samples.length - loud - 1) * 1000 / rate;
    return this.#spoken && this.#quietMs >= this.#silenceMs;
  }

  /** Begins the next turn; returns the bytes of the last one. */
  endTurn(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#quietMs = 0;
    this.#spoken = false;
    return bytes;
  }
}

function isLoud(sample: number): boolean {
  return Math.abs(sample) >= SPEECH;
}

/** The samples in Base64, standard or URL-safe. */
function samplesOf(data: string): Int16Array {
  const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  const samples = new Int16Array(binary.length >> 1);
  for (let at = 0; at < samples.length; at++) {
    samples[at] = binary.charCodeAt(2 * at) | (binary.charCodeAt(2 * at + 1) << 8);
  }
  return samples;
}
