/**
 * Notices when a file changes. It looks every now and then, which works on every file system, with every
 * editor's way to save, and where the file is a link that is put elsewhere.
 *
 * @module
 */

/** How often to look, in ms: a change is seen at the next look, and told at the one after it. */
export const LOOK_MS = 500;

/** Watches a file, which need not be there. To be disposed of. */
export class FileWatch implements AsyncDisposable {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** How the file looked the last time, and when its last change was told. */
  #seen: string | undefined;
  #told: string | undefined;
  #looking: Promise<void> | undefined;

  /**
   * @param path The file.
   * @param onChange The file has changed, or has come or gone, and rests again: whoever writes it needs
   * more than a moment. Called once at the beginning, since nobody knows how long ago it was read.
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

/** What changes with a file; undefined for what can be read only once, such as a pipe. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { isFile, mtime, ctime, size, ino } = await Deno.stat(path);
    return isFile ? [mtime?.getTime(), ctime?.getTime(), size, ino].join() : undefined;
  } catch {
    return "none";
  }
}
