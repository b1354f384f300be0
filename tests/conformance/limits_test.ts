/**
 * What official clients do when a limit of their key refuses a call: whether they wait and try again, and what they
 * show.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as z from "zod";
import { defined } from "../../src/base/defined.ts";
import type { KeyLimits } from "../../src/keys/client_key.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { leaveOut } from "../support/left_out.ts";
import { limitedKeys, withKey } from "../support/limited_keys.ts";
import { GeminiCliClient } from "./gemini_cli_client.ts";
import { CLIENTS, prepareClients } from "./prepare.ts";
import { bareEnvironment, runTool } from "./run_tool.ts";

/** What a driver does. */
interface LimitedCase {
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  /** How often the client may try; undefined for its default. */
  readonly attempts?: number;
}

/** What a driver found: the text, or its client's error. */
const resultSchema = z.object({
  text: z.string().optional(),
  status: z.number().optional(),
  message: z.string().optional(),
});

const MODEL = "gemini-2.5-flash";
const [KEY = ""] = Object.values(withKey("anna"));

/**
 * A gateway whose limit is used up, and which a client can use again after a while.
 *
 * @param options `agoMs`: how long ago the call was that used it up; `refusals`: after so many, that while is over.
 */
async function startUsedUp(
  limits: KeyLimits,
  { agoMs, refusals }: { readonly agoMs: number; readonly refusals: number },
) {
  const clock = new FakeClock();
  let refused = 0;
  const gateway = await startEmulatedGateway({
    clock,
    clientKeys: limitedKeys({ anna: { limits } }),
    observers: [{
      end({ status }) {
        if (status === 429 && ++refused === refusals) clock.advance(60_000 - agoMs);
      },
    }],
  });
  const path = `/v1beta/models/${MODEL}:generateContent`;
  const response = await fetch(gateway.url + path, {
    method: "POST",
    headers: withKey("anna"),
    body: JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] }),
  });
  await response.body?.cancel();
  assert.equal(response.status, 200);
  clock.advance(agoMs);
  return {
    gateway,
    /** The statuses that the client got. */
    statuses: () => gateway.calls.slice(1).map(({ status }) => status),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** An SDK, and the command that runs its driver. */
interface LimitedClient {
  readonly name: string;
  readonly command: readonly [tool: string, ...args: string[]];
}

async function clients(): Promise<readonly LimitedClient[]> {
  const { javascript, python, missing } = await prepareClients();
  for (const { name, reason } of missing) leaveOut(`limits with the ${name}`, { reason });
  const script = `${javascript?.folder}/limits.mjs`;
  return [
    ...(javascript === undefined ? [] : ["genai2", "genai3"].map((alias) => ({
      name: alias,
      command: [javascript.node, script, alias] as const,
    }))),
    ...(python === undefined ? [] : [
      { name: "google-genai", command: [python.current, `${CLIENTS}limits.py`] as const },
      { name: "google-genai 1", command: [python.genai1, `${CLIENTS}limits.py`] as const },
    ]),
  ];
}

/** Runs a driver. */
async function run(
  [tool, ...args]: LimitedClient["command"],
  { url, attempts }: { readonly url: string; readonly attempts?: number | undefined },
) {
  const limited: LimitedCase = { baseUrl: url, key: KEY, model: MODEL, ...defined({ attempts }) };
  const input = JSON.stringify(limited);
  const { stdout, stderr } = await runTool(tool, { args, env: bareEnvironment(), input });
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  assert.ok(line.startsWith("{"), stderr.slice(-2000));
  return resultSchema.parse(JSON.parse(line));
}

Deno.test("An SDK that may try again gets through when the limit allows it, and else raises the refusal", async (t) => {
  for (const { name, command } of await clients()) {
    await t.step(`${name}, with three attempts`, async () => {
      await using used = await startUsedUp({ requestsPerMinute: 1 }, { agoMs: 0, refusals: 2 });
      const { text } = await run(command, { url: used.gateway.url, attempts: 3 });
      assert.ok(text);
      assert.deepEqual(used.statuses(), [429, 429, 200]);
    });
    await t.step(`${name}, as it is by default`, async () => {
      await using used = await startUsedUp({ requestsPerDay: 1 }, { agoMs: 0, refusals: Infinity });
      const { status, message = "" } = await run(command, { url: used.gateway.url });
      assert.equal(status, 429);
      assert.match(message, /RESOURCE_EXHAUSTED/);
      assert.match(message, /The key .{0,2}anna.{0,2} has reached its limit of 1 requests per day/);
      assert.deepEqual(used.statuses(), [429]);
    });
  }
});

Deno.test("gemini-cli waits for a limit of a minute, and gives up at once at a limit of a day", async (t) => {
  const { javascript } = await prepareClients();
  if (javascript === undefined) {
    leaveOut("gemini-cli and limits", { reason: "no JavaScript clients" });
    return;
  }
  const client = new GeminiCliClient(javascript);
  const call = { op: "generate", apiKey: KEY, model: MODEL, pageSize: 1, prompt: "Hi" } as const;
  const ask = (baseUrl: string) => client.ask({ ...call, baseUrl, stream: true });
  await t.step("per minute", async () => {
    await using used = await startUsedUp({ requestsPerMinute: 1 }, { agoMs: 59_000, refusals: 1 });
    const { text, error } = await ask(used.gateway.url);
    assert.deepEqual([error, text !== ""], [undefined, true]);
    assert.deepEqual(used.statuses(), [429, 200]);
  });
  await t.step("per day", async () => {
    await using used = await startUsedUp({ requestsPerDay: 1 }, { agoMs: 0, refusals: Infinity });
    const { error } = await ask(used.gateway.url);
    assert.match(error?.message ?? "", /quota|limit/i);
    assert.deepEqual(used.statuses(), [429]);
  });
});
