/**
 * A gateway that is killed in the middle of batches, interactions and Live sessions: no owner that is older
 * than a second is lost.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient, SETUP } from "../support/live_client.ts";
import { NAMES } from "../server/owners/owner_testbed.ts";
import { killAgainAndAgain, type KilledPlace, KILLS } from "./kill_loop.ts";

/** What a client got a name of. */
interface Made {
  readonly type: "batch" | "interaction" | "session" | "token";
  readonly name: string;
  /** Whose it is. */
  readonly account: string;
}

/** Counts prompts, so that each is told from the others. */
let prompts = 0;

/** Sends JSON; the response is a good one. */
async function post(url: string, body: unknown): Promise<Response> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (response.status !== 200) assert.fail(`${response.status}: ${await response.text()}`);
  return response;
}

function accountIn(response: Response): string {
  return response.headers.get("x-pollux-account") ?? "";
}

async function makeBatch({ url }: KilledPlace, note: (made: Made) => void): Promise<void> {
  const request = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
  const response = await post(`${url}/v1beta/models/gemini-2.5-flash:batchGenerateContent`, {
    batch: { inputConfig: { requests: { requests: [{ request }] } } },
  });
  const { name } = await response.json();
  note({ type: "batch", name, account: accountIn(response) });
}

/** Makes an interaction, and reads it to its end; its name is in the first event. */
async function makeInteraction({ url }: KilledPlace, note: (made: Made) => void): Promise<void> {
  const response = await post(`${url}/v1beta/interactions`, {
    model: "gemini-3.6-flash",
    input: `Interaction ${prompts++}`,
    stream: prompts % 2 === 0,
  });
  let text = "";
  let isNoted = false;
  for await (const chunk of (response.body ?? assert.fail()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const name = /"id": ?"(v1_[^"]+)"/.exec(text)?.[1];
    if (isNoted || name === undefined) continue;
    isNoted = true;
    note({ type: "interaction", name, account: accountIn(response) });
  }
  assert.ok(isNoted, text);
}

/** Says something in a session, and gets a handle with which it can be resumed. */
async function makeSession({ url, emulator }: KilledPlace, note: (made: Made) => void) {
  const text = `Session ${prompts++}.`;
  await using client = new LiveClient(url + LIVE_PATH);
  await client.setUp({ ...SETUP, sessionResumption: {} });
  await client.say(text);
  const name = (await client.next()).sessionResumptionUpdate.newHandle;
  const account = emulator.requests.find(({ frames }) =>
    frames.some((frame) => frame.text.includes(text))
  )?.account;
  note({ type: "session", name, account: account ?? assert.fail("No account had the session") });
}

async function makeToken({ url }: KilledPlace, note: (made: Made) => void): Promise<void> {
  const response = await post(`${url}/v1alpha/auth_tokens`, { uses: 1 });
  const { name } = await response.json();
  note({ type: "token", name, account: accountIn(response) });
}

/** Uses something as its client would. */
async function use(url: string, { type, name }: Made): Promise<void> {
  if (type === "batch" || type === "interaction") {
    const path = type === "batch" ? name : `interactions/${name}`;
    const response = await fetch(`${url}/v1beta/${path}`);
    assert.equal(response.status, 200, `${path}: ${await response.text()}`);
    return;
  }
  await using client = type === "session"
    ? new LiveClient(url + LIVE_PATH)
    : new LiveClient(`${url}${CONSTRAINED_PATH}?access_token=${name}`);
  const setup = type === "session" ? { ...SETUP, sessionResumption: { handle: name } } : SETUP;
  assert.deepEqual(await client.setUp(setup), { setupComplete: {} });
}

Deno.test(`${KILLS} kills in the middle of batches, interactions and Live lose no owner that is older than a second`, async () => {
  const seen = new Set<Made["type"]>();
  await killAgainAndAgain<Made>({
    // Gateways are killed in the middle of streams, too.
    prepare: (emulator) => {
      for (const name of NAMES) {
        emulator.always(name, { type: "ok", chunkDelayMs: 150 }, { method: "interactions.create" });
      }
    },
    make: [makeBatch, makeInteraction, makeSession, makeToken],
    async check({ url, emulator }, { old, young }) {
      for (const made of old) {
        seen.add(made.type);
        emulator.clear();
        await use(url, made);
        const asked = emulator.requests
          .filter(({ path }) => /\/(?:batches|interactions)\/|^\/ws\//.test(path));
        // Whoever does not know the owner asks for it.
        assert.deepEqual(asked.map(({ account }) => account), [made.account], made.type);
      }
      for (const made of young.filter(({ type }) => type === "batch" || type === "interaction")) {
        await use(url, made);
      }
    },
  });
  assert.deepEqual([...seen].sort(), ["batch", "interaction", "session", "token"]);
});
