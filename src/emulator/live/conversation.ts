/**
 * The conversation of a client with a model in a Live session.
 *
 * @module
 */
import { findBrokenContents } from "../models/request_rules.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import {
  calledFrames,
  callFrames,
  interruptedFrames,
  type TurnForm,
  turnFrames,
} from "./turn_frames.ts";
import { invalidArgument } from "../google_errors.ts";
import { defined } from "../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { LiveKind } from "./live_frame.ts";
import type { LiveSetup } from "./live_setup.ts";
import { makeResponse } from "../models/model_responses.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import { randomDigits } from "../random_id.ts";
import { requestTokens } from "../models/token_count.ts";
import { VoiceActivity } from "./voice_activity.ts";

/** Most contents that the model remembers. */
const MOST_CONTENTS = 200;

/** The effect of a client's frame. */
export interface Heard {
  /** Frames to send at once. */
  readonly frames: readonly JsonObject[];
  /** Whether it is the model's turn. */
  readonly isComplete: boolean;
}

/** One conversation. */
export class Conversation {
  readonly #setup: LiveSetup;
  readonly #flavour: Flavour;
  readonly #voice: VoiceActivity;
  /** Whether the client reports when the user starts and stops speaking. */
  readonly #isManual: boolean;
  /** Whether the client still sends the history. */
  #isInitial: boolean;
  /** The settings of the setup that the client has changed. */
  #changed: JsonObject = {};
  #history: JsonObject[];
  #turns: number;
  #parts: readonly JsonObject[] = [];
  /** Texts of a turn that is not complete. */
  #said: string[] = [];
  /** Ids of calls, and whether they wait for a response. */
  readonly #calls = new Map<string, boolean>();

  constructor(setup: LiveSetup, flavour: Flavour) {
    this.#setup = setup;
    this.#flavour = flavour;
    const input = objectAt(setup.message, "realtimeInputConfig");
    const detection = objectAt(input, "automaticActivityDetection");
    this.#voice = new VoiceActivity(detection);
    this.#isManual = detection?.["disabled"] === true;
    const history = objectAt(setup.message, "historyConfig");
    this.#isInitial = history?.["initialHistoryInClientContent"] === true;
    this.#history = [...setup.resumed?.history ?? []];
    this.#turns = setup.resumed?.turns ?? 0;
  }

  /** The history, oldest first. */
  get history(): readonly JsonObject[] {
    return [...this.#history];
  }

  /** Turns that the model has completed, those before a resumption included. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether the client begins to speak. */
  hears(input: JsonObject): boolean {
    return "activityStart" in input || "text" in input ||
      ("audio" in input && !this.#isManual && this.#voice.isSpeech(objectAt(input, "audio") ?? {}));
  }

  /**
   * Reads a frame after the setup.
   *
   * @throws A GoogleError where it is refused.
   */
  read(kind: LiveKind, message: JsonObject): Heard {
    switch (kind) {
      case "realtimeInput":
        return this.#readInput(message);
      case "contextUpdate":
        return this.#readUpdate(message);
      case "toolResponse":
        return this.#readToolResponse(message);
      default:
        return this.#readContent(message);
    }
  }

  /**
   * Makes the model's turn.
   *
   * @param text Its text; undefined for a generated one.
   * @returns Its frames. It is not complete if the model calls functions.
   */
  turn(text: string | undefined): Heard {
    const { model, message } = this.#setup;
    const request = { ...message, ...this.#changed, contents: this.#history };
    const flavour = this.#flavour;
    const { parts } = text === undefined ? makeResponse(request, { model, flavour }) : {
      parts: [{ text }],
    };
    const calls = parts.map((part) => objectAt(part, "functionCall"))
      .filter((call) => call !== undefined);
    if (calls.length === 0) {
      this.#parts = parts;
      return { frames: turnFrames(parts, this.#form), isComplete: true };
    }
    const functionCalls = calls.map((call) => ({ ...call, id: this.#callId() }));
    this.#remember({
      role: "model",
      parts: functionCalls.map((functionCall) => ({ functionCall })),
    });
    return { frames: callFrames(functionCalls, this.#form), isComplete: false };
  }

  /** Ends the model's turn. */
  completeTurn(): void {
    this.#turns += 1;
    this.#remember({ role: "model", parts: this.#parts });
  }

  /** Returns the frames that report what the client interrupted. */
  interrupt(wasPlaying: boolean): JsonObject[] {
    const ids = this.#waiting();
    for (const id of ids) this.#calls.set(id, false);
    return [
      ...(ids.length > 0 ? [{ toolCallCancellation: { ids } }] : []),
      ...(wasPlaying ? interruptedFrames(this.#form) : []),
    ];
  }

  #readUpdate({ systemInstruction, tools }: JsonObject): Heard {
    const list = isJsonObject(tools) ? { tools: objectsAt(tools, "tools") } : {};
    this.#changed = { ...this.#changed, ...defined({ systemInstruction }), ...list };
    return { frames: [], isComplete: false };
  }

  #readContent(message: JsonObject): Heard {
    const turns = objectsAt(message, "turns");
    if (turns.length > 0) {
      const broken = findBrokenContents({ contents: turns }, {
        model: this.#setup.model,
        flavour: this.#flavour,
        message: "BidiGenerateContentClientContent",
      });
      if (broken !== undefined) throw broken;
    }
    for (const content of turns) this.#remember(content);
    const isComplete = message["turnComplete"] === true;
    const isHistory = this.#isInitial;
    if (isComplete) this.#isInitial = false;
    if (isComplete && this.#history.length === 0) {
      throw invalidArgument("Request contains an invalid argument.");
    }
    return { frames: [], isComplete: isComplete && !isHistory };
  }

  #readToolResponse(message: JsonObject): Heard {
    const responses = objectsAt(message, "functionResponses");
    const ids = responses.map((response) => textAt(response, "id") ?? "");
    if (ids.length === 0 || ids.some((id) => !this.#calls.has(id))) {
      throw invalidArgument("Request contains an invalid argument.");
    }
    const awaited = responses.filter((_, index) => this.#calls.get(ids[index] ?? ""));
    if (awaited.length === 0) return { frames: [], isComplete: false };
    for (const id of ids) this.#calls.set(id, false);
    this.#remember({
      role: "user",
      parts: awaited.map((functionResponse) => ({ functionResponse })),
    });
    const isComplete = this.#waiting().length === 0;
    return { frames: isComplete ? calledFrames(this.#form) : [], isComplete };
  }

  #readInput(input: JsonObject): Heard {
    this.#checkInput(input);
    const text = textAt(input, "text");
    if (text !== undefined) this.#said.push(text);
    const blobs = [...objectsAt(input, "mediaChunks"), objectAt(input, "audio") ?? {}];
    let hasEnded = false;
    for (const blob of blobs) {
      if (textAt(blob, "mimeType")?.startsWith("audio/")) hasEnded ||= this.#voice.add(blob);
    }
    const isComplete = this.#isManual ? "activityEnd" in input : text !== undefined || hasEnded ||
      (input["audioStreamEnd"] === true && this.#voice.spoken);
    return isComplete ? this.#completeInput() : { frames: [], isComplete };
  }

  #checkInput(input: JsonObject): void {
    if (
      Object.keys(input).length === 0 || !hasType(input, "audio") ||
      !hasType(input, "video", "image")
    ) {
      throw invalidArgument("Request contains an invalid argument.");
    }
    if ("mediaChunks" in input && this.#setup.model.id.startsWith("gemini-3")) {
      throw invalidArgument(
        "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.",
      );
    }
    if (!this.#isManual && ("activityStart" in input || "activityEnd" in input)) {
      throw invalidArgument(
        "Explicit activity control is not supported when automatic activity detection is enabled.",
      );
    }
  }

  /** Ends the client's turn. No speech is recognized: the transcript states the length of the audio. */
  #completeInput(): Heard {
    const texts = this.#said;
    const bytes = this.#voice.endTurn();
    this.#said = [];
    if (bytes > 0) texts.push(`${bytes} bytes of audio`);
    if (texts.length === 0) return { frames: [], isComplete: false };
    this.#remember({ role: "user", parts: [{ text: texts.join(" ") }] });
    const isTranscribed = bytes > 0 && "inputAudioTranscription" in this.#setup.message;
    const transcript = { serverContent: { inputTranscription: { text: texts.at(-1) } } };
    return { frames: isTranscribed ? [transcript] : [], isComplete: true };
  }

  get #form(): TurnForm {
    const { message, modality, model } = this.#setup;
    return {
      flavour: this.#flavour,
      joined: this.#flavour === "dev" && model.id.startsWith("gemini-3"),
      modality,
      transcribed: "outputAudioTranscription" in message,
      prompt: requestTokens({ ...message, ...this.#changed, contents: this.#history }),
    };
  }

  #remember(content: JsonObject): void {
    this.#history.push(content);
    this.#history.splice(0, this.#history.length - MOST_CONTENTS);
  }

  #waiting(): string[] {
    return [...this.#calls].filter(([, waits]) => waits).map(([id]) => id);
  }

  #callId(): string {
    const id = this.#flavour === "vertex"
      ? crypto.randomUUID()
      : `function-call-${randomDigits(19)}`;
    this.#calls.set(id, true);
    return id;
  }
}

/** Whether the blob at `key`, if there is one, has that media type. */
function hasType(input: JsonObject, key: string, type = key): boolean {
  const blob = objectAt(input, key);
  return blob === undefined || (textAt(blob, "mimeType") ?? "").startsWith(`${type}/`);
}
