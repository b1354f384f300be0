/**
 * `pollux demo`: the gateway in front of an emulated Google, with an account of each kind. It needs no
 * configuration, keeps nothing once it stops, and sends no packet beyond this machine.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { AccountBook } from "../../accounts/account_book.ts";
import { Secret } from "../../accounts/secret.ts";
import { loadConfig } from "../../config/load_config.ts";
import { runGateway } from "../../daemon/run_gateway.ts";
import { startEmulator } from "../../emulator/emulator.ts";
import { acquireDataLock } from "../../store/folder/data_lock.ts";
import { GatewayFile } from "../../store/folder/gateway_file.ts";
import { openStore } from "../../store/open_store.ts";
import { readSubjectTokenFile } from "../accounts/add/read_subject_token.ts";
import { configSources } from "../config/config_sources.ts";
import { listenFlags, onThisMachine } from "../serve/serve.ts";
import { trustHint } from "../serve/trust_hint.ts";
import { gatewayTls } from "../../daemon/tls/gateway_tls.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { callLine } from "./call_line.ts";
import { addPool, addSpares } from "./demo_accounts.ts";
import { DemoFolder } from "./demo_folder.ts";
import { demoInstructions } from "./demo_instructions.ts";

/** The flags as parsed. */
export interface DemoOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tlsSelfSigned?: boolean;
  /** Handles signals during the start; disposed of once the gateway listens and handles them itself. */
  readonly starting: Disposable;
}

/** Serves generated responses until the process gets a stop signal. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  // A configuration file or the environment must not keep the demo from working as shown.
  const { config } = await loadConfig({
    env: () => undefined,
    // Each call has a line of its own.
    flags: { server: listenFlags(options), log: { level: "warning", levels: { calls: "error" } } },
  });
  const tls = await gatewayTls(config, { isSelfSigned: options.tlsSelfSigned ?? false });
  using folder = new DemoFolder();
  await using emulator = await startEmulator({ record: false, resets: false });
  using _lock = acquireDataLock(folder.path);
  using store = await openStore({ dataDir: folder.path, isLocked: true });
  const book = new AccountBook(store.accounts, { now: () => Date.now() });
  await addPool(book, emulator);
  const spares = await hasSharedStore(terminal) ? undefined : addSpares(folder, emulator);
  using file = new GatewayFile(folder.path);
  const adminKey = new Secret(randomBytes(32).toString("base64url"));
  await runGateway({
    config,
    store,
    fallback: undefined,
    warn: (lines) => terminal.err(lines),
    readSubjectToken: readSubjectTokenFile,
    adminKey,
    tls,
    observers: [{
      end(record) {
        const line = callLine(record);
        if (line !== undefined) terminal.out(line);
      },
    }],
    onStop: () => file[Symbol.dispose](),
    onLocal: (address) => file.write({ ...onThisMachine(address), adminKey: adminKey.reveal() }),
    onListen([url = ""]) {
      options.starting[Symbol.dispose]();
      const trust = trustHint(tls, { dataDir: folder.path });
      const places = { url, trust, folder: folder.path, google: emulator.url, spares };
      terminal.out(demoInstructions(places));
    },
  });
}

/**
 * Whether the user's settings name a shared store: commands would add the demo's accounts there. False
 * for invalid settings, with which every command fails anyway.
 */
async function hasSharedStore(terminal: Terminal): Promise<boolean> {
  try {
    const { config } = await loadConfig(configSources(undefined, terminal));
    return config.store.url !== undefined;
  } catch {
    return false;
  }
}
