/**
 * The demo's data folder: a temporary one, which only its owner may enter. It lets `pollux status` find the
 * demo, and is removed when the process ends, unless it is killed.
 *
 * @module
 */
import { join } from "node:path";
import { utf8Bytes } from "../../base/text/text.ts";
import { writePrivateFile } from "../../store/folder/private_file.ts";

/** A temporary folder; dispose of it once everything in it is closed. */
export class DemoFolder implements Disposable {
  /** Its absolute path. */
  readonly path: string;

  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "pollux-demo-" });
    // A second Ctrl+C ends the process without disposing of anything.
    addEventListener("unload", this.#remove);
  }

  /** Writes a file that only its owner may read, and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writePrivateFile(path, utf8Bytes(text));
    return path;
  }

  [Symbol.dispose](): void {
    removeEventListener("unload", this.#remove);
    this.#remove();
  }

  readonly #remove = (): void => {
    try {
      Deno.removeSync(this.path, { recursive: true });
    } catch {
      // Another program removed it, or still has a file open on Windows. Neither is worth an error.
    }
  };
}
