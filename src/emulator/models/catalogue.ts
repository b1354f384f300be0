/**
 * The models that the emulator offers, as `models.list` shows them.
 *
 * @see {@link https://ai.google.dev/api/models#Model}
 * @module
 */
import type { Service } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";

/** Properties of an embedding model. */
export interface Embedding {
  /** Default and greatest length of its vectors. */
  readonly dimensions: number;
  /** The method that Vertex AI has for it. */
  readonly vertexMethod: "predict" | "embedContent";
  /** How many texts one `:predict` accepts. */
  readonly mostInstances: number;
  /** Whether it accepts media, and ignores task types: Gemini Embedding 2. */
  readonly multimodal: boolean;
}

/** One model. */
export interface CatalogueModel {
  /** Bare id, as `gemini-2.5-pro`. */
  readonly id: string;
  /** Whether responses can contain images. */
  readonly image: boolean;
  /** Whether it only speaks. */
  readonly speech: boolean;
  /** Whether calls in history must carry a thought signature: Gemini 3 and later. */
  readonly signsThoughts: boolean;
  /** The Model resource of generativelanguage. */
  readonly resource: JsonObject;
  /** Limits of the prompt and the response, in tokens. */
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** Methods that the model has, as `generateContent`. */
  readonly methods: readonly string[];
  /** Undefined for a generating model. */
  readonly embedding?: Embedding;
  /** The only services that have it; undefined if all have it. */
  readonly only?: readonly Service[];
}

const NATIVE: Service = "generativelanguage.googleapis.com";
const VERTEX: Service = "aiplatform.googleapis.com";

const TEXT = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"];
const IMAGE = ["generateContent", "countTokens", "batchGenerateContent"];
const SPEECH = ["countTokens", "generateContent"];
const LIVE = ["bidiGenerateContent", "countTokens"];
const EMBEDDING = ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"];

const TEXT_EMBEDDING: Embedding = {
  dimensions: 768,
  vertexMethod: "predict",
  mostInstances: 250,
  multimodal: false,
};

const MULTIMODAL_EMBEDDING: Embedding = {
  dimensions: 3072,
  vertexMethod: "embedContent",
  mostInstances: 1,
  multimodal: true,
};

/** The catalogue, in the order in which it is listed. */
export const CATALOGUE: readonly CatalogueModel[] = [
  model("gemini-2.5-pro"),
  model("gemini-2.5-flash"),
  model("gemini-2.5-flash-lite"),
  model("gemini-2.5-flash-image", { input: 32_768, output: 32_768, methods: IMAGE }),
  speechModel("gemini-2.5-flash-preview-tts"),
  speechModel("gemini-2.5-pro-preview-tts"),
  model("gemini-3-flash-preview"),
  model("gemini-3-pro-image", { input: 131_072, output: 32_768, methods: IMAGE }),
  model("gemini-3.1-flash-image", { input: 65_536, output: 65_536, methods: IMAGE }),
  speechModel("gemini-3.1-flash-tts-preview"),
  model("gemini-3.1-pro-preview"),
  model("gemini-3.1-flash-lite"),
  model("gemini-3.5-flash-lite"),
  model("gemini-3.6-flash"),
  model("gemini-3.8-flash"),
  liveModel("gemini-2.5-flash-native-audio-latest", [NATIVE]),
  liveModel("gemini-2.5-flash-native-audio-preview-09-2025", [NATIVE]),
  liveModel("gemini-3.1-flash-live-preview", [NATIVE]),
  liveModel("gemini-3.8-live", [NATIVE, VERTEX]),
  liveModel("gemini-live-2.5-flash", [VERTEX]),
  { ...model("aqa", { input: 7168, output: 1024, methods: ["generateAnswer"] }), only: [NATIVE] },
  mediaModel("imagen-4.0-generate-001", "predict"),
  mediaModel("veo-3.1-generate-preview", "predictLongRunning"),
  embeddingModel("gemini-embedding-001", {
    ...TEXT_EMBEDDING,
    dimensions: 3072,
    mostInstances: 1,
  }),
  embeddingModel("gemini-embedding-2", MULTIMODAL_EMBEDDING),
  embeddingModel("gemini-embedding-2-preview", MULTIMODAL_EMBEDDING),
  // Removed from generativelanguage in January 2026.
  { ...embeddingModel("text-embedding-004", TEXT_EMBEDDING), only: [VERTEX] },
  { ...embeddingModel("text-embedding-005", TEXT_EMBEDDING), only: [VERTEX] },
];

const BY_ID: ReadonlyMap<string, CatalogueModel> = new Map(
  CATALOGUE.map((entry) => [entry.id, entry]),
);

/** The models that a service has, in the order in which it lists them. */
export function modelsOf(service: Service): readonly CatalogueModel[] {
  return CATALOGUE.filter((entry) => isOf(entry, service));
}

/** The service's model with that bare id, or undefined. */
export function findModel(id: string, service: Service): CatalogueModel | undefined {
  const found = BY_ID.get(id);
  return found !== undefined && isOf(found, service) ? found : undefined;
}

function isOf({ only }: CatalogueModel, service: Service): boolean {
  return only === undefined || only.includes(service);
}

function model(
  id: string,
  limits: { input: number; output: number; methods: readonly string[] } = {
    input: 1_048_576,
    output: 65_536,
    methods: TEXT,
  },
): CatalogueModel {
  const image = id.endsWith("-image");
  const thinking = limits.methods === TEXT;
  const sampling = { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 };
  return {
    id,
    image,
    speech: limits.methods === SPEECH,
    signsThoughts: thinking && /^gemini-[3-9]/.test(id),
    inputTokenLimit: limits.input,
    outputTokenLimit: limits.output,
    methods: limits.methods,
    resource: {
      name: `models/${id}`,
      version: "001",
      displayName: id,
      description: `An emulated ${id}: its answers are made up`,
      inputTokenLimit: limits.input,
      outputTokenLimit: limits.output,
      supportedGenerationMethods: limits.methods,
      ...(limits.output === 1 ? {} : sampling),
      ...(thinking ? { thinking: true } : {}),
    },
  };
}

/** A model that only speaks. */
function speechModel(id: string): CatalogueModel {
  return model(id, { input: 8192, output: 16_384, methods: SPEECH });
}

/** A model that only Live sessions have. */
function liveModel(id: string, only: readonly Service[]): CatalogueModel {
  return { ...model(id, { input: 131_072, output: 8192, methods: LIVE }), only };
}

/** A model of images or videos, of which each method makes one. */
function mediaModel(id: string, method: "predict" | "predictLongRunning"): CatalogueModel {
  return model(id, { input: 480, output: 8192, methods: [method] });
}

function embeddingModel(id: string, embedding: Embedding): CatalogueModel {
  const input = embedding.multimodal ? 8192 : 2048;
  return { ...model(id, { input, output: 1, methods: EMBEDDING }), embedding };
}
