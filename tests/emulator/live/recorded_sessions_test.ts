/** The emulator's Live sessions, held against those that clients had with real Google. @module */
import assert from "node:assert/strict";
import { checkMessage } from "../../../src/emulator/schema/proto_check.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { Flavour } from "../../../src/emulator/schema/proto_schema.ts";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { readRecordedSessions, type RecordedSession } from "../../recordings/recorded_sessions.ts";
import { serviceAccountToken } from "../vertex_calls.ts";

const VERTEX_PATH = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";

/** What a model adds by itself, and what not every model tells. */
const OPTIONAL = new Set(["thought", "sessionResumptionUpdate"]);

/** What ends a turn of the model. */
const ENDS = /"turnComplete":true|"toolCall":/;

const sessions = await readRecordedSessions();

/** One exchange: what the client sent, and what came before it sent more. */
interface Exchange {
  readonly sent: readonly JsonObject[];
  readonly received: readonly JsonObject[];
}

function exchangesOf({ frames }: RecordedSession): readonly Exchange[] {
  const exchanges: { sent: JsonObject[]; received: JsonObject[] }[] = [];
  for (const { direction, data } of frames) {
    const last = exchanges.at(-1);
    if (direction === "received") last?.received.push(data);
    else if (last?.received.length === 0) last.sent.push(data);
    else exchanges.push({ sent: [data], received: [] });
  }
  return exchanges;
}

/** The recordings of Vertex AI went through a gateway that added project and location. */
function flavourOf(session: RecordedSession): Flavour {
  return JSON.stringify(session.frames[0]).includes("publishers/google/") ? "vertex" : "dev";
}

async function connect(emulator: Emulator, flavour: Flavour): Promise<[LiveClient, string]> {
  if (flavour === "dev") {
    const key = emulator.addApiKey("a");
    return [new LiveClient(emulator.url + LIVE_PATH, { "x-goog-api-key": key }), ""];
  }
  const account = emulator.addServiceAccount("a");
  const authorization = `Bearer ${await serviceAccountToken(account)}`;
  const place = `projects/${account.project_id}/locations/us-central1/`;
  return [new LiveClient(emulator.url + VERTEX_PATH, { authorization }), place];
}

/** What a frame says, by the names of what it holds. */
// deno-lint-ignore no-explicit-any -- read as deep as a test needs
function kindOf(frame: any): readonly string[] {
  const { serverContent } = frame;
  const [part] = serverContent?.modelTurn?.parts ?? [];
  if (part?.thought === true) return ["thought"];
  return Object.keys(serverContent ?? frame);
}

/** The kinds of frames in the order in which each first came. */
function kindsOf(frames: readonly JsonObject[]): readonly string[] {
  return [...new Set(frames.flatMap(kindOf))].filter((kind) => !OPTIONAL.has(kind));
}

/** Whether a turn was recorded without its audio. */
function isSilent(frames: readonly JsonObject[]): boolean {
  const text = JSON.stringify(frames);
  return text.includes('"turnComplete"') && !text.includes('"inlineData"');
}

/** Paths and types of all values of a frame, lists as their first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (!isJsonObject(value)) return typeof value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, shapeOf(value[name])]));
}

/** The shapes of all frames that Google sent, without the arguments of functions. */
function shapesOf(flavour: Flavour): ReadonlySet<string> {
  const frames = sessions.filter((session) => flavourOf(session) === flavour)
    .flatMap((session) => session.frames).filter(({ direction }) => direction === "received");
  return new Set(frames.map(({ data }) => shapeText(data)));
}

function shapeText(frame: JsonObject): string {
  const text = JSON.stringify(shapeOf(frame));
  return text.replace(/"args":\{[^}]*\}/, '"args":{}');
}

/** Sends what was recorded with the ids of this session's calls. */
function withIds(frame: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  const text = [...ids].reduce(
    (changed, [from, to]) => changed.replaceAll(from, to),
    JSON.stringify(frame),
  );
  return JSON.parse(text);
}

function callIds(frames: readonly JsonObject[]): readonly string[] {
  return [...JSON.stringify(frames).matchAll(/"functionCalls?":\[?\{[^[]*?"id":"([^"]+)"/g)]
    .map(([, id = ""]) => id);
}

Deno.test("the emulator has every recorded session, in Google's frames and order", async (t) => {
  for (const session of sessions) {
    const { source } = session;
    await t.step(source.split("/").slice(-2).join("/"), async () => {
      await using emulator = await startEmulator();
      const flavour = flavourOf(session);
      const shapes = shapesOf(flavour);
      const [client, place] = await connect(emulator, flavour);
      await using _ = client;
      const ids = new Map<string, string>();
      for (const { sent, received } of exchangesOf(session)) {
        for (const frame of sent) {
          // A function is called only where the text says so.
          const text = JSON.stringify(withIds(frame, ids)).replace("publishers/", `${place}$&`)
            .replace(/"text":"(Begin|Please record)/, '"text":"call it. $1');
          await client.send(text);
        }
        const ends = received.filter((frame) => ENDS.test(JSON.stringify(frame))).length;
        const frames = ends === 0 ? [await client.next()] : [];
        for (let end = 0; end < ends; end++) frames.push(...await client.turn());
        callIds(received).forEach((id, nth) => ids.set(id, callIds(frames)[nth] ?? ""));
        const kinds = kindsOf(frames).filter((kind) => kind !== "modelTurn" || !isSilent(received));
        const expected = kindsOf(received);
        assert.deepEqual([...kinds].sort(), [...expected].sort());
        assert.equal(kinds.at(-1), expected.at(-1));
        for (const frame of frames) {
          const message = "LiveServerMessage";
          assert.deepEqual(checkMessage(frame, { message, flavour }).violations, []);
          assert.ok(shapes.has(shapeText(frame)), `Google sent nothing like ${shapeText(frame)}`);
        }
      }
    });
  }
});
