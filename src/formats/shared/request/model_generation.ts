/**
 * What the name of a model tells of its abilities.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/models}
 * @module
 */

/**
 * The generation in a model's id: 2.5 for `gemini-2.5-flash`. Names that follow the newest model, such as
 * `gemini-flash-latest`, count as the newest generation.
 *
 * @returns Undefined for models other than Gemini.
 */
export function generationOf(model: string): number | undefined {
  // Every call of a long conversation asks for the same model.
  if (model !== latest.model) latest = { model, generation: readGeneration(model) };
  return latest.generation;
}

let latest: { readonly model: string; readonly generation: number | undefined } = {
  model: "",
  generation: undefined,
};

function readGeneration(model: string): number | undefined {
  const [, version] = /^gemini-(\d{1,3}(?:\.\d{1,3})?)(?![\d.])/.exec(model) ?? [];
  if (version !== undefined) return Number(version);
  return model.startsWith("gemini-") ? Infinity : undefined;
}

/** Whether a model is of the third generation or a later one: it signs its calls, and thinks at levels. */
export function isGemini3(model: string): boolean {
  return (generationOf(model) ?? 0) >= 3;
}

/** Whether a model gives its function calls ids, and takes them; the models before 3.5 refuse them. */
export function hasCallIds(model: string): boolean {
  return (generationOf(model) ?? 0) >= 3.5;
}
