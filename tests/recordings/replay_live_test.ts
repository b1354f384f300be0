/**
 * Every recorded Live session goes through a gateway, and no frame changes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { utf8Bytes, utf8Text } from "../../src/base/text/text.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { startTestGateway } from "../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../support/live_client.ts";
import { type ServedSession, startLiveServer } from "../support/live_server.ts";
import { readRecordedSessions, type RecordedSession } from "./recorded_sessions.ts";
import { PROJECT } from "./recorded_upstream.ts";

/** The kinds that serve Live sessions. */
const KINDS = ["gemini-api", "vertex"] as const satisfies readonly AccountKind[];

/** Frames of all sessions. */
const FRAMES = 485;

const sessions = await readRecordedSessions();

/** A message's JSON, as a client or Google would write it. */
function textOf({ data }: RecordedSession["frames"][number]): string {
  return JSON.stringify(data);
}

/** The only thing that differs between what a client sends and what upstream gets: the model's name. */
function setupFor(kind: AccountKind, text: string): string {
  const named = (model: string) =>
    kind === "vertex"
      ? `projects/${PROJECT}/locations/us-central1/publishers/google/models/${model}`
      : `models/${model}`;
  return text.replace(
    /"model":"(?:publishers\/google\/)?models\/([^"]+)"/,
    (_, model) => `"model":"${named(model)}"`,
  );
}

/** Google in a session: after each frame of the client it sends what it was recorded to send then. */
function recordedGoogle({ frames }: RecordedSession, isBinary: boolean) {
  let at = 0;
  return ({ socket }: ServedSession) => {
    for (let frame = frames[++at]; frame?.direction === "received"; frame = frames[++at]) {
      const text = textOf(frame);
      socket.send(isBinary ? utf8Bytes(text) : text);
    }
  };
}

/** Replays a session; gives the number of frames that were compared. */
async function replay(
  session: RecordedSession,
  { kind, isBinary }: { readonly kind: AccountKind; readonly isBinary: boolean },
): Promise<number> {
  await using emulator = await startEmulator();
  await using server = startLiveServer({ onFrame: recordedGoogle(session, isBinary) });
  // Access tokens come from the emulator.
  const account = { ...emulatedAccount(emulator, "one", kind), baseUrls: [server.url] };
  await using gateway = await startTestGateway({ accounts: [{ ...account, project: PROJECT }] });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  const sent: string[] = [];
  for (const frame of session.frames) {
    const text = textOf(frame);
    if (frame.direction === "sent") {
      // A client that does not have the model's name in Vertex AI's form.
      await client.send(text.replace("publishers/google/models/", "models/"));
      sent.push(sent.length === 0 ? setupFor(kind, text) : text);
      continue;
    }
    const came = await client.nextFrame();
    assert.equal(typeof came === "string", !isBinary);
    assert.equal(typeof came === "string" ? came : utf8Text(new Uint8Array(came)), text);
  }
  const [served] = server.sessions;
  assert.deepEqual(
    served?.frames.map((frame) => typeof frame === "string" ? frame : utf8Text(frame)),
    sent,
  );
  client.close();
  const { usage } = await gateway.waitForCall();
  assert.ok((usage?.total ?? 0) > 0, "No tokens were counted");
  assert.deepEqual(gateway.problems, []);
  return session.frames.length;
}

for (const kind of KINDS) {
  for (const isBinary of [true, false]) {
    const frames = isBinary ? "binary" : "text";
    Deno.test(`Each recorded Live session passes through ${kind} unchanged, in ${frames} frames`, async () => {
      let compared = 0;
      for (const session of sessions) compared += await replay(session, { kind, isBinary });
      assert.equal(compared, FRAMES);
    });
  }
}
