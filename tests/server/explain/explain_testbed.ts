/**
 * A gateway before the emulated Google whose calls are explained.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Explanation } from "../../../src/server/explain/explanation.ts";
import type { Account } from "../../../src/accounts/account.ts";
import { defined } from "../../../src/base/defined.ts";
import {
  emulatedAccount,
  type EmulatedGateway,
  type EmulatedGatewayOptions,
  startEmulatedGateway,
} from "../../support/emulated_gateway.ts";
import type { TestAccount } from "../../support/gateway.ts";
import { keepPrinted } from "../../support/keep_printed.ts";
import { planted } from "../../support/planted.ts";

const ADMIN_KEY = planted("admin-key");

/** A gateway and its explanations. */
export interface ExplainedGateway extends EmulatedGateway {
  /** How many calls wait for a busy account. */
  waitingCalls(): Promise<number>;
  /** Requests the explanation of a call. */
  ask(id: string): Promise<Response>;
  /** Explains the call that got this response, once the response was read. */
  explain(response: Pick<Response, "headers" | "bodyUsed" | "text">): Promise<Explanation>;
}

/** Starts the two, with three accounts unless told otherwise. */
export async function startExplained(
  options: EmulatedGatewayOptions = {},
): Promise<ExplainedGateway> {
  const { accounts = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } } = options;
  const gateway = await startEmulatedGateway({ ...options, accounts, adminKey: ADMIN_KEY });
  function report(path: string): Promise<Response> {
    return fetch(`${gateway.url}/admin/${path}`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
  }
  const ask = (id: string) => report(`explain/${encodeURIComponent(id)}`);
  return {
    ...gateway,
    ask,
    waitingCalls: async () => (await (await report("status")).json()).waitingCalls,
    async explain(response) {
      if (!response.bodyUsed) await response.text();
      const id = response.headers.get("x-request-id") ?? assert.fail("no id");
      await gateway.waitForCall(({ requestId }) => requestId === id);
      const answer = await ask(id);
      const text = await answer.text();
      keepPrinted(text);
      assert.equal(answer.status, 200, text);
      return JSON.parse(text);
    },
  };
}

/** An account of the Gemini API with settings of its own. */
export function accountAt(
  { emulator }: EmulatedGateway,
  name: string,
  settings: Partial<Account> = {},
): TestAccount {
  return { ...emulatedAccount(emulator, name), settings };
}

/** Why an account was passed over before the last attempt, or when the call gave up. */
export function whyOf(explanation: Explanation, account: string): string | undefined {
  const { attempts, passedOver } = explanation;
  const last = passedOver.length > 0 ? passedOver : attempts.at(-1)?.passedOver ?? [];
  return last.find((one) => one.account === account)?.why;
}

/** The facts of an attempt that do not depend on the clock. */
export function told({ attempts }: Explanation) {
  return attempts.map(({ account, by, status, error }) =>
    defined({ account, by, status, error: error?.slice(0, 40) })
  );
}
