/**
 * The official client of OpenAI's Responses, before the emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import OpenAI from "openai";
import type { AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { Store } from "../../../src/store/open_store.ts";
import { emulatedAccount } from "../../support/emulated_gateway.ts";
import { startTestGateway, type TestAccount } from "../../support/gateway.ts";

/** A model that signs, and gives ids to its calls. */
export const MODEL = "gemini-3.8-flash";

/** The emulated signatures of calls of one function are alike, so each turn calls another one. */
export const TOOLS = ["one", "two", "three", "four"].map((name): OpenAI.Responses.FunctionTool => ({
  type: "function",
  name,
  strict: true,
  description: "The weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
}));

/** Makes the model call the tool of a turn. */
export function callOf(turn: number): OpenAI.Responses.ToolChoiceFunction {
  return { type: "function", name: TOOLS[turn]?.name ?? "" };
}

/** An emulated Google whose accounts outlive gateways. */
export async function startGoogle(kind: AccountKind = "gemini-api") {
  const emulator = await startEmulator();
  const account = emulatedAccount(emulator, "one", kind);
  return { emulator, account, [Symbol.asyncDispose]: () => emulator.close() };
}

/** Runs `work` with a client of a gateway that has what is in the store. */
export async function withClient(
  { account, store }: { account: TestAccount; emulator: Emulator; store: Store },
  work: (client: OpenAI) => Promise<void>,
): Promise<void> {
  const keeper = store.keeper({ clock: Date, onProblem: (what) => assert.fail(what) });
  try {
    await using gateway = await startTestGateway({ accounts: [account], keeper });
    await work(
      new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "planted-none", maxRetries: 0 }),
    );
  } finally {
    await keeper.close();
  }
}

/** The first call of a response. */
export function callIn(
  response: OpenAI.Responses.Response,
): OpenAI.Responses.ResponseFunctionToolCall {
  const call = response.output.find((item) => item.type === "function_call");
  assert.ok(call?.type === "function_call");
  return call;
}

/** The result of a call. */
export function resultOf({ call_id }: OpenAI.Responses.ResponseFunctionToolCall) {
  return { type: "function_call_output", call_id, output: '{"sky":"clear"}' } as const;
}
