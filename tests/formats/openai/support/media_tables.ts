/**
 * The tables of docs/openai-media.md, from the code that they describe.
 *
 * @module
 */
import {
  SPEECH_FIELDS,
  TRANSCRIPTION_FIELDS,
} from "../../../../src/formats/openai/audio/audio_fields.ts";
import { GEMINI_VOICES } from "../../../../src/formats/openai/audio/voices.ts";
import { EMBEDDING_FIELDS } from "../../../../src/formats/openai/embeddings/embedding_fields.ts";
import {
  EDIT_FIELDS,
  GENERATION_FIELDS,
} from "../../../../src/formats/openai/images/image_fields.ts";
import { shapeOfSize, SIZE_OF_QUALITY } from "../../../../src/formats/openai/images/image_size.ts";
import { ASPECT_RATIOS } from "../../../../src/formats/openai/images/image_words.ts";
import { SIZE_SUFFIXES } from "../../../../src/formats/openai/images/model_suffixes.ts";
import type { FieldRule } from "../../../../src/formats/field_rule.ts";
import { markdownTable } from "../../../support/markdown_table.ts";

/** The sizes that OpenAI's clients send, and larger ones. */
const SIZES = [
  "auto",
  "1024x1024",
  "1536x1024",
  "1024x1536",
  "1792x1024",
  "1024x1792",
  "2048x2048",
  "2560x1440",
  "4096x4096",
  "1000x500",
];

/** The tables, in the order of the document. */
export function mediaTables(): readonly string[] {
  return [
    sizes(),
    suffixes(),
    fields(GENERATION_FIELDS),
    fields(EDIT_FIELDS.filter((rule) => !GENERATION_FIELDS.includes(rule))),
    fields(EMBEDDING_FIELDS),
    fields(TRANSCRIPTION_FIELDS),
    fields(SPEECH_FIELDS),
    markdownTable(
      ["OpenAI", "Gemini"],
      Object.entries(GEMINI_VOICES).map(([name, voice]) => [code(name), code(voice)]),
    ),
  ];
}

function fields(rules: readonly FieldRule[]): string {
  return markdownTable(
    ["field", "treatment", "what it does, or why not"],
    rules.map(({ name, treatment, note }) => [code(name), treatment, note]),
  );
}

function sizes(): string {
  const bySize = SIZES.map((size) => {
    const { aspectRatio = "", imageSize } = shapeOfSize(size);
    return [`\`size: ${size}\``, code(aspectRatio), shown(imageSize)];
  });
  const byRatio = [`\`size: ${ASPECT_RATIOS[1]}\`, or another of the ratios`, "itself", ""];
  const byQuality = Object.entries(SIZE_OF_QUALITY).map(([quality, size]) => [
    `\`quality: ${quality}\``,
    "",
    shown(size),
  ]);
  return markdownTable(["request", "`aspectRatio`", "`imageSize`"], [
    ...bySize,
    byRatio,
    ...byQuality,
  ]);
}

function suffixes(): string {
  return markdownTable(["suffix of the model", "`aspectRatio`", "`imageSize`"], [
    ["`-16x9` or `-16-9`, and so on", code("16:9"), ""],
    ...Object.entries(SIZE_SUFFIXES).map(([suffix, size]) => [code(suffix), "", code(size)]),
  ]);
}

function shown(size: string | undefined): string {
  return size === undefined ? "the model's" : code(size);
}

function code(text: string): string {
  return `\`${text}\``;
}
