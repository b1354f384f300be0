/**
 * A gateway before the emulated Google, with an account there for each of its own.
 *
 * @module
 */
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import {
  startTestGateway,
  type TestAccount,
  type TestGateway,
  type TestGatewayOptions,
} from "./gateway.ts";

/** What differs from one account `one` of the Gemini API. */
export interface EmulatedGatewayOptions extends Omit<TestGatewayOptions, "accounts"> {
  /** Kind by name; the gateway and the emulator know an account by the same name. */
  readonly accounts?: Readonly<Record<string, AccountKind>>;
}

/** The two, running. */
export interface EmulatedGateway extends TestGateway {
  readonly emulator: Emulator;
}

/** Starts an emulator and a gateway before it, on one clock. */
export async function startEmulatedGateway(
  options: EmulatedGatewayOptions = {},
): Promise<EmulatedGateway> {
  const { accounts = { one: "gemini-api" }, clock, ...rest } = options;
  const timed = clock === undefined ? {} : { clock };
  const emulator = await startEmulator(timed);
  const gateway = await startTestGateway({
    ...rest,
    ...timed,
    accounts: Object.entries(accounts).map(([name, kind]) => emulatedAccount(emulator, name, kind)),
  });
  async function close(): Promise<void> {
    // The emulator goes first: calls that hang there would keep the gateway waiting.
    await emulator.close();
    await gateway.close();
  }
  return { ...gateway, emulator, close, [Symbol.asyncDispose]: close };
}

/** Makes an account known to the emulator, and gives what the gateway needs to use it. */
export function emulatedAccount(
  emulator: Emulator,
  name: string,
  kind: AccountKind = "gemini-api",
): TestAccount {
  const common = { name, baseUrls: [emulator.url] };
  switch (kind) {
    case "gemini-api":
      return { ...common, key: emulator.addApiKey(name) };
    case "vertex":
      return { ...common, serviceAccount: emulator.addServiceAccount(name) };
    case "code-assist":
      return { ...common, user: emulator.addUser(name) };
  }
}
