/**
 * A gateway for agents: a model of the emulated Google calls a tool as it is told, then says what the tool told it.
 * What the agent sent and what reached Google are recorded.
 *
 * @module
 */
import type { JsonObject } from "../../../src/base/json.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { type RecordedMessage, Recorder } from "./recorder.ts";

/** The model that agents work with, and the one for titles and the like. */
export const MODEL = "gemini-3.6-flash";
export const SMALL_MODEL = "gemini-2.5-flash-lite";

/** The signature of the scripted call: models of this generation refuse the next request without it. */
export const SIGNATURE = btoa("a scripted signature");

/** The running servers. */
export interface AgentBed extends AsyncDisposable {
  /** The gateway's origin, for the agent. */
  readonly url: string;
  /** What the agent sent. */
  readonly client: readonly RecordedMessage[];
  /** What the gateway sent to Google. */
  readonly native: readonly RecordedMessage[];
}

/** Starts the servers. `turns`: the parts of each response of {@linkcode MODEL}, one event for each part. */
export async function startAgentBed(turns: readonly (readonly JsonObject[])[]): Promise<AgentBed> {
  const emulator = await startEmulator();
  const key = emulator.addApiKey("one");
  emulator.script(
    "one",
    turns.map((parts) => ({ type: "ok" as const, events: parts.map((part) => event(part)) })),
    { model: MODEL, method: "streamGenerateContent" },
  );
  const google = new Recorder(emulator.url);
  const gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [google.url], key }],
  });
  const front = new Recorder(gateway.url);
  return {
    url: front.url,
    client: front.messages,
    native: google.messages,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await gateway.close();
      await google[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
}

/** A part that calls a tool. */
export function callPart(name: string, args: JsonObject): JsonObject {
  return { functionCall: { id: "scripted1", name, args }, thoughtSignature: SIGNATURE };
}

function event(part: JsonObject): JsonObject {
  return {
    candidates: [{ index: 0, content: { role: "model", parts: [part] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion: MODEL,
    responseId: "scripted",
  };
}
