/**
 * Gateways on one shared store, and the accounts command beside them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openStore, type Store } from "../../src/store/open_store.ts";
import { tempFolder } from "./temp_folder.ts";
import { handIn } from "./hand_in.ts";
import { type KvServer, startKvServer, TOKEN } from "./kv_server.ts";
import {
  type CommandResult,
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "./pollux_process.ts";

/** A store and what is needed to use it. */
export class SharedStore implements AsyncDisposable {
  readonly #folder = tempFolder();
  readonly #program: string;
  readonly #tokenFile: string;
  #server: KvServer | undefined;
  #serial = 0;

  private constructor(program: string) {
    this.#program = program;
    for (const name of ["key", "other-key"]) {
      const key = crypto.getRandomValues(new Uint8Array(32));
      Deno.writeFileSync(this.file(name), key, { mode: 0o600 });
    }
    this.#tokenFile = handIn(this.#folder.path, { name: "token", text: `${TOKEN}\n` });
  }

  /** @param program The path of `denokv`. */
  static async start(program: string): Promise<SharedStore> {
    const shared = new SharedStore(program);
    await shared.startServer();
    return shared;
  }

  get server(): KvServer {
    assert.ok(this.#server, "There is no server");
    return this.#server;
  }

  /** Starts the server, or starts it again where it was, on what it kept. */
  async startServer(): Promise<void> {
    this.#server = await startKvServer(this.#program, {
      database: this.file("kv.db"),
      port: Number(this.#server === undefined ? 0 : new URL(this.#server.url).port),
    });
  }

  /** The path of a file in the test's folder. */
  file(name: string): string {
    return `${this.#folder.path}/${name}`;
  }

  /** Another machine, as far as Pollux can tell: it has nothing but the key and the token. */
  machine(env: Readonly<Record<string, string>> = {}): PolluxOptions {
    return {
      dataDir: this.file(`machine-${++this.#serial}`),
      env: {
        POLLUX_STORE_URL: this.server.url,
        POLLUX_STORE_TOKEN_FILE: this.#tokenFile,
        POLLUX_MASTER_KEY_FILE: this.file("key"),
        ...env,
      },
    };
  }

  /** Starts a gateway on a machine of its own. */
  async gateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    return await startGateway(this.machine(env));
  }

  /** Runs an accounts command on a machine of its own. */
  async accounts(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    return await runPollux(["accounts", ...words], this.machine(env));
  }

  /** The store as Pollux's own code opens it. */
  open(): Promise<Store> {
    return openStore({
      url: this.server.url,
      accessToken: () => TOKEN,
      masterKeyFile: this.file("key"),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.kill();
    this.#folder[Symbol.dispose]();
  }
}
