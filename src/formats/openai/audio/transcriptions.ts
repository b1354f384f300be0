/**
 * OpenAI's `POST audio/transcriptions` and `audio/translations`, forms, by `generateContent` of models that hear.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/audio/createTranscription}
 * @see {@link https://ai.google.dev/gemini-api/docs/audio}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { soundTypeOf } from "../../form/file_type.ts";
import type { FormBody } from "../../form/form_body.ts";
import { formFields } from "../../form/form_fields.ts";
import type { FieldRule } from "../../field_rule.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { invalidField, quoted } from "../../shared/fields/invalid_field.ts";
import { LooseFields } from "../loose_fields.ts";
import { TRANSCRIPTION_FIELDS, TRANSLATION_FIELDS } from "./audio_fields.ts";
import { transcriptBody, type TranscriptFormat } from "./transcript.ts";
import { TranscriptEvents } from "./transcript_events.ts";

/** What a model is told; a user's prompt stays beside the sound, as it is. */
const TRANSCRIBE =
  "Transcribe the speech of the audio word for word, in the language in which it is spoken.";
const TRANSLATE = "Translate the speech of the audio into English.";
const ONLY =
  "Respond with the text of the speech only: no introduction, no comments, no formatting. " +
  "A text beside the audio is context, such as names and spellings: leave it out.";

/** A language, as OpenAI's clients write it: `de`, `pt-BR`, or its name. */
const LANGUAGE = /^[\p{L}][\p{L} -]{0,34}$/u;

const FORMATS: readonly TranscriptFormat[] = ["json", "text"];

/** A transcript of speech, in its own language. */
export const TRANSCRIPTIONS: Operation<FormBody> = {
  name: "openai.transcriptions",
  fields: TRANSCRIPTION_FIELDS,
  read: (form, context) => {
    const body = fieldsOf(form, TRANSCRIPTION_FIELDS);
    const instruction = [TRANSCRIBE, ...languageOf(body), ONLY].join(" ");
    return reading({ form, body, instruction }, context);
  },
};

/** A transcript of speech, in English. */
export const TRANSLATIONS: Operation<FormBody> = {
  name: "openai.translations",
  fields: TRANSLATION_FIELDS,
  read: (form, context) => {
    const body = fieldsOf(form, TRANSLATION_FIELDS);
    return reading({ form, body, instruction: `${TRANSLATE} ${ONLY}` }, context);
  },
};

function fieldsOf(form: FormBody, rules: readonly FieldRule[]): LooseFields {
  const body = formFields(form);
  checkFields(body, rules);
  return new LooseFields(body);
}

function reading(
  { form, body, instruction }: {
    readonly form: FormBody;
    readonly body: LooseFields;
    readonly instruction: string;
  },
  context: OperationContext,
): Reading {
  const model = context.resolveModel(body.requiredText("model"));
  const format = formatOf(body);
  const isStream = body.flag("stream") === true;
  const prompt = body.text("prompt") ?? "";
  const temperature = body.numberWithin("temperature", { least: 0, most: 2 });
  const native = {
    systemInstruction: { parts: [{ text: instruction }] },
    contents: [{
      role: "user",
      parts: [...(prompt === "" ? [] : [{ text: prompt }]), soundPart(form)],
    }],
    ...(temperature === undefined ? {} : { generationConfig: { temperature } }),
  };
  return {
    calls: [{
      method: isStream ? "streamGenerateContent" : "generateContent",
      model,
      body: native,
    }],
    response: isStream
      ? { type: "stream", translator: () => new TranscriptEvents() }
      : { type: "whole", translate: (responses) => transcriptBody(responses, format) },
  };
}

function soundPart({ files }: FormBody): JsonObject {
  const [file, more] = files;
  if (file === undefined) throw invalidField("file", '"file" is missing: send the sound as a file');
  if (file.field !== "file") {
    throw invalidField(file.field, `The form has a file in "${file.field}": send it as "file"`);
  }
  if (more !== undefined) throw invalidField(more.field, "The form has two files: send one");
  if (file.bytes.length === 0) throw invalidField("file", 'The file in "file" is empty');
  const mimeType = soundTypeOf(file);
  if (mimeType !== undefined) return { inlineData: { mimeType, data: file.bytes.toBase64() } };
  throw invalidField(
    "file",
    'The file in "file" is not sound of a known kind: send MP3, WAV, M4A, Ogg, FLAC, AIFF or WebM',
  );
}

function languageOf(body: LooseFields): string[] {
  const language = body.text("language") ?? "";
  if (language === "") return [];
  if (LANGUAGE.test(language)) return [`The language is ${JSON.stringify(language)}.`];
  throw invalidField(
    "language",
    `"language" cannot be ${quoted(language)}: write its code, such as "de"`,
  );
}

function formatOf(body: LooseFields): TranscriptFormat {
  const asked = body.text("response_format");
  const format = FORMATS.find((one) => one === (asked ?? "json"));
  if (format !== undefined) return format;
  throw invalidField(
    "response_format",
    `"response_format" cannot be ${quoted(asked ?? "")}: Gemini measures no times and tells no ` +
      'speakers apart; use "json" or "text"',
  );
}
