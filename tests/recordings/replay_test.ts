/**
 * Every recorded call goes through a gateway, by each kind of account, and nothing of it changes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { startTestGateway } from "../support/gateway.ts";
import { startTestUpstream } from "../support/test_upstream.ts";
import {
  countByMethod,
  eventsOf,
  readRecordedCalls,
  type RecordedCall,
  uploadRequestHeaders,
} from "./recorded_calls.ts";
import {
  ADDRESS,
  difference,
  isWrapped,
  jsonDifference,
  PROJECT,
  recordedResponse,
  requestDifference,
} from "./recorded_upstream.ts";

/** Recorded calls that are replayed, by method. The numbers can only grow. */
const REPLAYED = { generateContent: 408, streamGenerateContent: 33, countTokens: 6 };

/** Recorded calls that only the Gemini API takes as they are; other kinds translate them. */
const NATIVE = {
  "batchEmbedContents": 22,
  "embedContent": 1,
  "POST cachedContents": 1,
  "DELETE cachedContents/*": 1,
  "POST fileSearchStores": 4,
  "DELETE fileSearchStores/*": 4,
  uploadToFileSearchStore: 8,
};

/** Recorded calls that only Vertex AI takes. */
const OF_VERTEX = { predict: 1 };

/** Those of them whose response was not recorded. They get that of another call of the same method. */
const WITHOUT_RESPONSE = { streamGenerateContent: 15 };

/** Recorded lists of models. Their responses were not recorded, so that there is little to compare. */
const LISTS = { "GET models": 2 };

/** Differences that a failure tells; the others are likely of the same kind. */
const MOST_TOLD = 10;

const calls = await readRecordedCalls();
const isReplayed = ({ method }: RecordedCall) => method in REPLAYED;
const isNative = ({ method }: RecordedCall) => method in NATIVE;

/** The call with a response: its own, or that of another call of its method. */
function answered(call: RecordedCall): RecordedCall {
  if (call.response !== undefined) return call;
  const { status, contentType, response } = other(call);
  return { ...call, status, contentType, response };
}

function other({ method }: RecordedCall): RecordedCall {
  const found = calls.find((one) =>
    one.method === method && one.status === 200 && one.response !== undefined
  );
  assert.ok(found !== undefined);
  return found;
}

/** What differs between the response that came and the recorded one; undefined where nothing does. */
async function responseDifference(
  answer: Response,
  { call, kind }: { readonly call: RecordedCall; readonly kind: AccountKind },
): Promise<string | undefined> {
  const { method, status, contentType, response = "" } = call;
  const body = await answer.text();
  if (answer.status !== status) return `it was answered ${answer.status}: ${body.slice(0, 300)}`;
  const type = mediaType(answer.headers.get("content-type") ?? "");
  if (type !== mediaType(contentType)) return `it came back as "${type}"`;
  const state = answer.headers.get("x-goog-upload-status") ?? undefined;
  if (state !== call.uploadHeaders["x-goog-upload-status"]) return `its upload is "${state}"`;
  // The framing is the gateway's own, and so are errors; what they hold is not.
  if (method === "streamGenerateContent") {
    return difference(eventsOf(body).join("\n\n"), eventsOf(response).join("\n\n"));
  }
  // What comes out of an envelope comes without the white space around it.
  const expected = isWrapped(call, kind) ? response.trim() : response;
  return status === 200 ? difference(body, expected) : jsonDifference(body, response);
}

function mediaType(contentType: string): string {
  return contentType.split(";")[0] ?? "";
}

/** Replays calls one after another, and tells of each that changed on its way. */
async function replay(kind: AccountKind): Promise<readonly string[]> {
  let current: RecordedCall | undefined;
  await using emulator = await startEmulator();
  await using upstream = startTestUpstream(() =>
    current === undefined
      ? new Response("Nothing is replayed", { status: 500 })
      : recordedResponse(current, { kind, url: upstream.url })
  );
  // Access tokens come from the emulator.
  const account = { ...emulatedAccount(emulator, "one", kind), baseUrls: [upstream.url] };
  await using gateway = await startTestGateway({ accounts: [{ ...account, project: PROJECT }] });
  const differences: string[] = [];
  /** The addresses of uploads at the gateway, by the recorded ones. */
  const addresses = new Map<string, string>();
  const replayed = calls.filter((call) =>
    isReplayed(call) || kind === "gemini-api" && isNative(call) ||
    kind === "vertex" && call.method in OF_VERTEX
  );
  for (const call of replayed.map(answered)) {
    current = call;
    const before = upstream.seen.length;
    const response = await fetch(addresses.get(call.target) ?? gateway.url + call.target, {
      method: call.verb,
      headers: { "content-type": "application/json", ...uploadRequestHeaders(call.target) },
      body: call.request,
    });
    const recorded = URL.parse(call.uploadHeaders[ADDRESS] ?? "");
    const address = response.headers.get(ADDRESS);
    if (recorded !== null && address !== null) {
      addresses.set(recorded.pathname + recorded.search, address);
    }
    const difference = await responseDifference(response, { call, kind });
    const [seen, ...more] = upstream.seen.slice(before);
    const found = [
      seen === undefined ? "upstream got nothing" : requestDifference(seen, { call, kind }),
      more.length === 0 ? undefined : `upstream got ${more.length + 1} requests`,
      difference,
    ];
    for (const what of found) {
      if (what !== undefined) differences.push(`${call.source} (${call.method}): ${what}`);
    }
  }
  assert.deepEqual(gateway.problems, []);
  return differences;
}

Deno.test("Every recorded call is replayed", () => {
  assert.deepEqual(countByMethod(calls), {
    ...REPLAYED,
    ...NATIVE,
    ...OF_VERTEX,
    ...LISTS,
  });
  const silent = calls.filter((call) => isReplayed(call) && call.response === undefined);
  assert.deepEqual(countByMethod(silent), WITHOUT_RESPONSE);
});

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Each recorded call reaches ${kind} as it was made, and comes back as it was answered`, async () => {
    const differences = await replay(kind);
    assert.equal(differences.length, 0, differences.slice(0, MOST_TOLD).join("\n"));
  });
}

Deno.test("The recorded lists of models are asked of the Gemini API", async () => {
  const models = [...new Set(calls.map(({ model }) => model))].filter((model) => model !== "")
    .map((model) => ({ name: `models/${model}`, displayName: model }));
  await using upstream = startTestUpstream(() => Response.json({ models }));
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "k" }],
  });
  const lists = calls.filter(({ method }) => method in LISTS);
  for (const { verb, target } of lists) {
    const response = await fetch(gateway.url + target, { method: verb });
    const page = await response.json();
    assert.deepEqual([response.status, page], [200, { models }]);
  }
  assert.ok(upstream.seen.length > 0);
  for (const seen of upstream.seen) {
    assert.deepEqual([seen.method, seen.target.split("?")[0]], ["GET", "/v1beta/models"]);
  }
});
