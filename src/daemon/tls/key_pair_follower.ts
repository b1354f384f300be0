/**
 * Follows the files of a certificate and its key while the gateway runs.
 *
 * @module
 */
import { FileWatch } from "../../config/file/file_watch.ts";
import { factsOf, type KeyPair, type KeyPairFiles, readKeyPair } from "./key_pair.ts";

/** The log for the results of changes. */
export interface KeyPairLogger {
  info(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}

/** Options of the follower. */
export interface KeyPairFollowerOptions {
  readonly files: KeyPairFiles;
  /** The pair that the gateway was started with. */
  readonly started: KeyPair;
  /** Uses another pair. Rejects with the reason if it cannot. */
  readonly apply: (pair: KeyPair) => Promise<void>;
  readonly logger: KeyPairLogger;
}

/** Follows the files until it is disposed of. A pair that cannot be used is logged, and the former one stays. */
export class KeyPairFollower implements AsyncDisposable {
  readonly #options: KeyPairFollowerOptions;
  readonly #watches: readonly FileWatch[];
  #current: KeyPair;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: KeyPairFollowerOptions) {
    this.#options = options;
    this.#current = options.started;
    const { cert, key } = options.files;
    this.#watches = [cert, key].map((path) => new FileWatch(path, () => this.#reload()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch[Symbol.asyncDispose]()));
    await this.#reloading;
  }

  /** Reloads run one after the other. */
  #reload(): void {
    this.#reloading = this.#reloading.then(() => this.#reloadNow());
  }

  async #reloadNow(): Promise<void> {
    const { files, apply, logger } = this.#options;
    try {
      const pair = await readKeyPair(files);
      if (pair.cert === this.#current.cert && pair.key === this.#current.key) return;
      await apply(pair);
      this.#current = pair;
      logger.info("The certificate has changed; new connections use it. It is valid until {end}", {
        end: new Date(factsOf(pair).validToMs).toISOString(),
      });
    } catch (error) {
      logger.error("The new certificate was refused, the former one stays in use: {why}", {
        why: error instanceof Error ? error.message : "unknown",
      });
    }
  }
}
