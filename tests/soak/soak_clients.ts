/**
 * Clients as a gateway meets them in months of use: most behave, some leave, some send what is none.
 *
 * @module
 */
import assert from "node:assert/strict";
import { StreamClient } from "../chaos/stream_client.ts";
import type { Random } from "../support/random.ts";
import { encode, writeAll } from "../support/raw_http.ts";
import { call } from "../support/gemini_call.ts";

/** What a client needs. */
export interface SoakPlace {
  /** The gateway, as `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly random: Random;
  /** Tells calls apart: a client that is given another's text has found a fault. */
  readonly serial: number;
}

/**
 * One client's visit.
 *
 * @returns Whether all it asked for came; faults of the upstream may have kept it from that.
 * @throws {Error} When the gateway did what it never may.
 */
export type SoakClient = (place: SoakPlace) => Promise<boolean>;

/** Longest that a client stays which leaves by itself, in ms. */
const LONGEST_STAY_MS = 500;

/** What clients are told when no account answers: the upstream's own refusals, and those for rests. */
const REFUSALS: readonly number[] = [429, 500, 502, 503, 504, 529];

/** Most bytes of a large request. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** The kinds of client, each with its share of all visits. */
export const SOAK_CLIENTS: Readonly<Record<string, { share: number; visit: SoakClient }>> = {
  whole: { share: 30, visit: visitWhole },
  stream: { share: 25, visit: visitStream },
  "leaves its stream": { share: 15, visit: leaveStream },
  "counts tokens": { share: 5, visit: countTokens },
  "lists models": { share: 5, visit: listModels },
  "large request": { share: 3, visit: sendLarge },
  "leaves at once": { share: 7, visit: leaveAtOnce },
  "sends nonsense": { share: 5, visit: sendMalformedResponse },
  "sends half a request": { share: 3, visit: sendHalf },
  "does not read": { share: 2, visit: readNothing },
};

async function visitWhole({ url, serial }: SoakPlace): Promise<boolean> {
  const text = `whole ${serial}`;
  const response = await call(url, { text });
  const body = await response.text();
  if (response.status !== 200) return refused(response.status, body);
  // What upstream sends to every attempt is the client's, empty or not.
  if (body.trim() === "{}") return false;
  return isAnswered(body, text);
}

async function visitStream({ url, serial }: SoakPlace): Promise<boolean> {
  return await readable(new StreamClient(url, `stream ${serial}`).readToEnd());
}

async function leaveStream({ url, serial, random }: SoakPlace): Promise<boolean> {
  const client = new StreamClient(url, `left stream ${serial}`);
  const isRead = await readable(client.read(random.between(1, 5)));
  client.leave();
  return isRead;
}

async function countTokens({ url }: SoakPlace): Promise<boolean> {
  const response = await call(url, { method: "countTokens" });
  const body = await response.text();
  if (response.status !== 200) return refused(response.status, body);
  // Where every attempt brought an empty response, it goes out as it is.
  return JSON.parse(body).totalTokens > 0;
}

async function listModels({ url }: SoakPlace): Promise<boolean> {
  const response = await fetch(`${url}/v1beta/models`);
  const body = await response.text();
  if (response.status !== 200) return refused(response.status, body);
  assert.ok(JSON.parse(body).models.length > 0, body);
  return true;
}

async function sendLarge({ url, serial, random }: SoakPlace): Promise<boolean> {
  const text = `large ${serial} ${"x".repeat(random.between(1, LARGE_BYTES))}`;
  const response = await call(url, { text });
  const body = await response.text();
  if (response.status !== 200) return refused(response.status, body);
  return isAnswered(body, `large ${serial} `);
}

async function leaveAtOnce({ url, serial, random }: SoakPlace): Promise<boolean> {
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), random.between(0, 20));
  try {
    const response = await call(url, { text: `gone ${serial}`, signal: leaving.signal });
    await response.text();
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return true;
}

async function sendMalformedResponse({ url, random }: SoakPlace): Promise<boolean> {
  const bodies = ["", "{", "[]", "null", '{"contents":1}', "\xff\xfe", "x".repeat(10_000)];
  const body = bodies[random.between(0, bodies.length - 1)] ?? "";
  const response = await call(url, { body });
  const { status } = response;
  await response.text();
  assert.ok(status === 400 || REFUSALS.includes(status), `Nonsense was answered ${status}`);
  return true;
}

async function sendHalf({ url, random }: SoakPlace): Promise<boolean> {
  using connection = await connect(url);
  const request = "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\n" +
    "Host: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{";
  await writeAll(connection, encode(request.slice(0, random.between(1, request.length))));
  await sleep(random.between(0, LONGEST_STAY_MS));
  return true;
}

async function readNothing({ url, serial, random }: SoakPlace): Promise<boolean> {
  using connection = await connect(url);
  const body = JSON.stringify({ contents: [{ parts: [{ text: `unread ${serial}` }] }] });
  await writeAll(
    connection,
    encode(
      "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1\r\n" +
        `Host: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    ),
  );
  await sleep(random.between(0, LONGEST_STAY_MS));
  return true;
}

/** Whether a response is this call's. Where every attempt brought an empty one, it goes out as it is. */
function isAnswered(body: string, text: string): boolean {
  if (!("candidates" in JSON.parse(body))) return false;
  assert.ok(body.includes(text), `A response of another call: ${body.slice(0, 300)}`);
  return true;
}

/** Errors of the upstream that reach a client when no account answers; never one of the gateway's own. */
function refused(status: number, body: string): boolean {
  assert.ok(
    [429, 500, 502, 503, 504, 529].includes(status),
    `${status}: ${body.slice(0, 300)}`,
  );
  return false;
}

/**
 * Whether a stream was read as far as was wanted. One that breaks off, or brings an error, is the
 * upstream's doing; one with the text of another is not.
 */
async function readable(reading: Promise<void>): Promise<boolean> {
  try {
    await reading;
    return true;
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    assert.doesNotMatch(message, /another answer|no answer of its own/);
    return false;
  }
}

async function connect(url: string): Promise<Deno.Conn> {
  return await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
