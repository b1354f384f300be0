/**
 * Someone with clients on this machine: a home with their files, and a data folder of Pollux.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { ClientPlaces } from "../../../src/cli/connect/clients/client.ts";
import { exists } from "../../../src/store/folder/private_file.ts";
import { type FakeUser, type Outcome, runAs } from "../../support/fake_terminal.ts";
import { HANDED_IN } from "../../support/planted.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** Files of clients hold keys in clear, as users hand them over: the home is where tests may have such files. */
export class ClientUser implements Disposable {
  readonly #folder = tempFolder();
  readonly home = join(this.#folder.path, HANDED_IN, "home");
  readonly dataDir = join(this.#folder.path, "data");
  readonly #env: Readonly<Record<string, string>>;

  /** @param env Further variables of the environment. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    Deno.mkdirSync(this.home, { recursive: true });
    this.#env = {
      HOME: this.home,
      USERPROFILE: this.home,
      APPDATA: join(this.home, "AppData"),
      POLLUX_DATA_DIR: this.dataDir,
      ...env,
    };
  }

  /** Runs a command; without a response, nobody is there to ask. */
  run(args: readonly string[], user: FakeUser = {}): Promise<Outcome> {
    return runAs({ ...user, env: { ...this.#env, ...user.env } }, args);
  }

  /** Where this user's clients have their files. */
  get places(): ClientPlaces {
    return { os: Deno.build.os, env: (name) => this.#env[name], exists };
  }

  /** A path in the home. */
  at(path: string): string {
    return join(this.home, path);
  }

  /** Writes a file of the home. */
  write(path: string, content: string | Uint8Array): void {
    Deno.mkdirSync(dirname(this.at(path)), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(this.at(path), bytes);
  }

  /** The text of a file of the home; undefined if there is none. */
  read(path: string): string | undefined {
    try {
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Deno.readFileSync(this.at(path)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** The names in the home, the deeper ones with their folders. */
  names(folder = ""): string[] {
    return [...Deno.readDirSync(this.at(folder))].flatMap(({ name, isDirectory }) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      return isDirectory ? [`${path}/`, ...this.names(path)] : [path];
    }).sort();
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
