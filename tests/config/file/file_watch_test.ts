/** Changes of a file are noticed, however they are made. @module */
import assert from "node:assert/strict";
import { FileWatch } from "../../../src/config/file/file_watch.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { within } from "../../support/deadline.ts";

/** Far more than a change takes to be noticed, on a busy machine too. */
const LIMIT_MS = 20_000;

/** A watched file. */
class Watched implements AsyncDisposable {
  readonly path: string;
  readonly #folder = tempFolder();
  readonly #watch: FileWatch;
  #told = 0;
  #next = Promise.withResolvers<void>();

  constructor(text?: string) {
    this.path = `${this.#folder.path}/config.yaml`;
    if (text !== undefined) Deno.writeTextFileSync(this.path, text);
    this.#watch = new FileWatch(this.path, () => {
      this.#told++;
      this.#next.resolve();
    });
  }

  get told(): number {
    return this.#told;
  }

  /** Resolves when the next change was told. */
  async change(): Promise<void> {
    await within(LIMIT_MS, this.#next.promise, { what: "The change" });
    this.#next = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

Deno.test("FileWatch tells once of the file as it is, since it may have changed since it was read", async () => {
  await using file = new Watched("a: 1");
  await file.change();
  assert.equal(file.told, 1);
});

Deno.test("FileWatch notices every way to save a file", async (t) => {
  await using file = new Watched("a: 1");
  await file.change();
  const other = `${file.path}.new`;
  const ways: Readonly<Record<string, () => void>> = {
    "written over, as long as before": () => Deno.writeTextFileSync(file.path, "a: 2"),
    "appended to": () => Deno.writeTextFileSync(file.path, "\nb: 1", { append: true }),
    "replaced by another": () => {
      Deno.writeTextFileSync(other, "a: 3");
      Deno.renameSync(other, file.path);
    },
    "replaced, with the old time": () => {
      Deno.writeTextFileSync(other, "a: 4");
      Deno.utimeSync(other, 1, 1);
      Deno.renameSync(other, file.path);
    },
    "taken away": () => Deno.removeSync(file.path),
    "put back": () => Deno.writeTextFileSync(file.path, "a: 5"),
    "replaced by a link": () => {
      Deno.writeTextFileSync(other, "a: 6");
      Deno.removeSync(file.path);
      Deno.symlinkSync(other, file.path);
    },
    "the link's target written": () => Deno.writeTextFileSync(other, "a: 7, longer"),
  };
  for (const [way, save] of Object.entries(ways)) {
    await t.step(way, async () => {
      save();
      await file.change();
    });
  }
});

Deno.test("FileWatch waits until a file that is being written rests", async () => {
  await using file = new Watched();
  await file.change();
  // Each piece comes before the next look, and changes what that sees.
  let pieces = 0;
  const writing = setInterval(() => {
    Deno.writeTextFileSync(file.path, "x".repeat(++pieces));
    if (pieces === 15) clearInterval(writing);
  }, 100);
  await file.change();
  assert.equal(pieces, 15);
  assert.equal(file.told, 2);
});

Deno.test("FileWatch leaves alone what is no file", async () => {
  using folder = tempFolder();
  let told = 0;
  const watch = new FileWatch(folder.path, () => told++);
  await using file = new Watched("a: 1");
  await file.change();
  await watch[Symbol.asyncDispose]();
  assert.equal(told, 0);
});
