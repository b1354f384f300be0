/**
 * The models that clients are told to use.
 *
 * @module
 */

/** What the user said, and what the gateway has. */
export interface ModelChoice {
  readonly model?: string | undefined;
  readonly smallModel?: string | undefined;
  /** Ids of the models that the gateway lists; empty if that is not known. */
  readonly listed: readonly string[];
}

/** The models. */
export interface ChosenModels {
  readonly model: string;
  /** For small tasks, such as titles. */
  readonly smallModel: string;
}

/** Used if the gateway cannot be asked. */
const USUAL: ChosenModels = { model: "gemini-2.5-pro", smallModel: "gemini-2.5-flash" };

const FAMILY = /^gemini-(\d{1,3}(?:\.\d{1,3})?)-(pro|flash)(-preview)?$/;

/** The chosen models, else the newest Pro and the newest Flash. A chosen model does the small tasks, too. */
export function chosenModels({ model, smallModel, listed }: ModelChoice): ChosenModels {
  const pro = newest(listed, "pro");
  const flash = newest(listed, "flash");
  const main = model ?? pro ?? flash ?? USUAL.model;
  const small = smallModel ?? model ?? flash ?? pro ?? USUAL.smallModel;
  return { model: main, smallModel: small };
}

/** The model of a family with the highest version; of the same version, one that is no preview. */
function newest(ids: readonly string[], family: "pro" | "flash"): string | undefined {
  let best: { readonly id: string; readonly rank: number } | undefined;
  for (const id of ids) {
    const [, version, found, preview] = FAMILY.exec(id) ?? [];
    if (found !== family) continue;
    const rank = Number(version) + (preview === undefined ? 0.0001 : 0);
    if (best === undefined || rank > best.rank) best = { id, rank };
  }
  return best?.id;
}
