/**
 * The models that the emulator offers, as `models.list` shows them.
 *
 * @see {@link https://ai.google.dev/api/models#Model}
 * @module
 */
import type { JsonObject } from "./json.ts";

/** One model. */
export interface CatalogueModel {
  /** Bare id, as `gemini-2.5-pro`. */
  readonly id: string;
  /** Whether answers can hold images. */
  readonly image: boolean;
  /** Whether calls in history must carry a thought signature: Gemini 3 and later. */
  readonly signsThoughts: boolean;
  /** The Model resource of generativelanguage. */
  readonly resource: JsonObject;
  /** Largest prompt and answer, in tokens. */
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** Methods that the model has, as `generateContent`. */
  readonly methods: readonly string[];
}

const TEXT = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"];
const IMAGE = ["generateContent", "countTokens", "batchGenerateContent"];

/** The catalogue, in the order in which it is listed. */
export const CATALOGUE: readonly CatalogueModel[] = [
  model("gemini-2.5-pro"),
  model("gemini-2.5-flash"),
  model("gemini-2.5-flash-lite"),
  model("gemini-2.5-flash-image", { input: 32_768, output: 32_768, methods: IMAGE }),
  model("gemini-3-flash-preview"),
  model("gemini-3-pro-image", { input: 131_072, output: 32_768, methods: IMAGE }),
  model("gemini-3.1-pro-preview"),
  model("gemini-3.1-flash-lite"),
  model("gemini-3.5-flash-lite"),
  model("gemini-3.6-flash"),
  model("gemini-3.8-flash"),
  model("gemini-embedding-001", {
    input: 2048,
    output: 1,
    methods: ["embedContent", "countTokens"],
  }),
];

const BY_ID: ReadonlyMap<string, CatalogueModel> = new Map(
  CATALOGUE.map((entry) => [entry.id, entry]),
);

/** The model with that bare id, or undefined. */
export function findModel(id: string): CatalogueModel | undefined {
  return BY_ID.get(id);
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
  return {
    id,
    image,
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
      temperature: 1,
      topP: 0.95,
      topK: 64,
      maxTemperature: 2,
      ...(thinking ? { thinking: true } : {}),
    },
  };
}
