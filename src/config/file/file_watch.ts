/**
 * Watches a file for changes by polling, which works on every file system, with every editor's way to
 * save, and when the file is a link whose target is replaced.
 *
 * @module
 */

/** Polling interval, in ms: a change is seen at the next poll, and reported at the one after it. */
export const LOOK_MS = 500;

/** Watches a file, which may be missing, until it is disposed of. */
export class FileWatch implements AsyncDisposable {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** The file's state at the last poll, and the state that was last reported. */
  #seen: string | undefined;
  #told: string | undefined;
  #looking: Promise<void> | undefined;

  /**
   * @param path The file.
   * @param onChange Called when the file was changed, created or removed and has stayed the same for one
   * poll, since writing it takes a moment. Called once at the start too, since the file may have changed
   * after it was read.
   */
  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => this.#looking = undefined);
    }, LOOK_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const stamp = await stampOf(this.#path);
    const rests = stamp === this.#seen;
    this.#seen = stamp;
    if (!rests || stamp === undefined || stamp === this.#told) return;
    this.#told = stamp;
    this.#onChange();
  }
}

/** Returns a text that changes with the file; undefined for a file that can be read only once, as a pipe. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { isFile, mtime, ctime, size, ino } = await Deno.stat(path);
    return isFile ? [mtime?.getTime(), ctime?.getTime(), size, ino].join() : undefined;
  } catch {
    return "none";
  }
}
