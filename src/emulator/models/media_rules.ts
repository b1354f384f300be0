/**
 * Google's rules for responses with images and speech: which model makes them, and what they may be.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/image-generation}
 * @see {@link https://ai.google.dev/gemini-api/docs/speech-generation}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt, textsAt } from "../json.ts";
import type { CatalogueModel } from "./catalogue.ts";

/** The voices of speech that every project has. */
const VOICES: readonly string[] = ("Zephyr Puck Charon Kore Fenrir Leda Orus Aoede Callirrhoe " +
  "Autonoe Enceladus Iapetus Umbriel Algieba Despina Erinome Algenib Rasalgethi Laomedeia " +
  "Achernar Alnilam Schedar Gacrux Pulcherrima Achird Zubenelgenubi Vindemiatrix Sadachbia " +
  "Sadaltager Sulafat").toLowerCase().split(" ");

const RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

/** Google takes no lower-case `k`. */
const SIZES = ["512", "1K", "2K", "4K"];

/** The combinations of modalities that a model can respond with. */
function combinationsOf(model: CatalogueModel): readonly string[] {
  if (model.speech) return ["AUDIO"];
  return model.image ? ["IMAGE", "TEXT", "TEXT, IMAGE", "IMAGE, TEXT"] : ["TEXT"];
}

/**
 * The message of the first rule that a request breaks; undefined if it breaks none.
 *
 * @param request A GenerateContentRequest, in the form that `checkMessage` returns.
 */
export function brokenMedia(
  request: JsonObject,
  { model, message }: { readonly model: CatalogueModel; readonly message: string },
): string | undefined {
  const config = objectAt(request, "generationConfig");
  return brokenModalities(textsAt(config, "responseModalities"), model) ??
    brokenImage(objectAt(config, "imageConfig"), message) ??
    brokenSpeech(request, { config, model });
}

function brokenModalities(wanted: readonly string[], model: CatalogueModel): string | undefined {
  const asked = wanted.length === 0 && model.speech ? "TEXT" : wanted.join(", ");
  const accepted = combinationsOf(model);
  return asked === "" || accepted.includes(asked)
    ? undefined
    : `The requested combination of response modalities (${asked}) is not supported by the model. ` +
      `models/${model.id} accepts the following combination of response modalities:\n` +
      accepted.map((one) => `* ${one}\n`).join("");
}

function brokenImage(config: JsonObject | undefined, message: string): string | undefined {
  const ratio = textAt(config, "aspectRatio");
  const size = textAt(config, "imageSize");
  const place = `* ${message}.generation_config.image_config`;
  if (ratio !== undefined && !RATIOS.includes(ratio)) {
    return `${place}.aspect_ratio: must be one of ${RATIOS.join(", ")}\n`;
  }
  return size === undefined || SIZES.includes(size)
    ? undefined
    : `${place}.image_size: must be one of ${SIZES.join(", ")}\n`;
}

function brokenSpeech(
  request: JsonObject,
  { config, model }: {
    readonly config: JsonObject | undefined;
    readonly model: CatalogueModel;
  },
): string | undefined {
  if (model.speech && objectAt(request, "systemInstruction") !== undefined) {
    return `Developer instruction is not enabled for models/${model.id}`;
  }
  const voice = textAt(
    objectAt(objectAt(objectAt(config, "speechConfig"), "voiceConfig"), "prebuiltVoiceConfig"),
    "voiceName",
  );
  return voice === undefined || VOICES.includes(voice.toLowerCase())
    ? undefined
    : `Voice name ${voice} is not supported. Allowed voice names are: ${VOICES.join(", ")}`;
}
