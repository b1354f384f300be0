/**
 * The voices of OpenAI's API, by voices of Gemini of a like character.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/speech-generation#voices}
 * @module
 */

/** Gemini's voice for each of OpenAI's. */
export const GEMINI_VOICES: Readonly<Record<string, string>> = {
  alloy: "Kore",
  ash: "Orus",
  ballad: "Enceladus",
  cedar: "Iapetus",
  coral: "Aoede",
  echo: "Charon",
  fable: "Puck",
  marin: "Despina",
  nova: "Leda",
  onyx: "Algenib",
  sage: "Sulafat",
  shimmer: "Zephyr",
  verse: "Fenrir",
};

/** The voice to ask Gemini for; a name that is not OpenAI's is Google's matter. */
export function geminiVoice(name: string): string {
  const voice = name.toLowerCase();
  return Object.hasOwn(GEMINI_VOICES, voice) ? GEMINI_VOICES[voice] ?? name : name;
}
