/** Copies of files in a folder: disks that are slow or fail, and what is written and read. @module */
import assert from "node:assert/strict";
import type { CopyLimits, CopyWriter } from "../../../src/base/stored/copies.ts";
import type { PartFile } from "../../../src/store/copies/copy_part.ts";
import { FolderCopies } from "../../../src/store/copies/folder_copies.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { testSealer } from "../../support/test_sealer.ts";

const MIB = 1024 * 1024;
const LIMITS: CopyLimits = { mostFileBytes: 64 * MIB, mostBytes: 128 * MIB };

/** Sizes around the limits of chunks. */
const SIZES = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000];

function facts(name: string) {
  return { name, mimeType: "a/b", displayName: "é", callerId: "open", untilMs: Date.now() + 1e6 };
}

/** The copies of a new folder; `create` opens files in place of the disk. */
async function open(path: string, create?: (path: string) => Promise<PartFile>) {
  const problems: string[] = [];
  const copies = new FolderCopies({
    path: `${path}/copies`,
    sealer: await testSealer(),
    clock: Date,
    onProblem: (what, error) => problems.push(`${what}: ${error}`),
    ...(create === undefined ? {} : { create }),
  });
  copies.limit(LIMITS);
  await copies.settled();
  return {
    copies,
    problems,
    begin: (): CopyWriter => copies.begin() ?? assert.fail("No copy was begun"),
    names: () => [...Deno.readDirSync(`${path}/copies`)].map(({ name }) => name),
    [Symbol.asyncDispose]: () => copies.close(),
  };
}

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

Deno.test("A copy gives back what was written, at every size and after cuts", async () => {
  using folder = tempFolder();
  await using bed = await open(folder.path);
  for (const size of SIZES) {
    const bytes = bytesOf(size);
    for (const cutAt of [undefined, 0, 65_536].filter((at) => (at ?? 0) <= size)) {
      const writer = bed.begin();
      const name = `files/${size}-${cutAt}`;
      if (cutAt !== undefined) {
        writer.write(bytes.subarray(0, cutAt));
        writer.write(new Uint8Array(70_000));
        writer.cut(cutAt);
      }
      writer.write(bytes.subarray(cutAt));
      writer.commit(facts(name));
      const copy = await bed.copies.open(name) ?? assert.fail(`There is no copy of ${name}`);
      assert.deepEqual([copy.bytes, copy.displayName, copy.callerId], [size, "é", "open"]);
      assert.deepEqual(await new Response(copy.content).bytes(), bytes);
    }
  }
  assert.deepEqual(bed.problems, []);
});

Deno.test("A cut within a chunk, or beyond the end, gives the copy up", async () => {
  using folder = tempFolder();
  await using bed = await open(folder.path);
  for (const at of [1, 300_000]) {
    const writer = bed.begin();
    writer.write(bytesOf(200_000));
    writer.cut(at);
    assert.equal(writer.isGivenUp, true);
    writer.commit(facts("files/a"));
    assert.equal(bed.copies.idOf("files/a"), undefined);
  }
  await bed.copies.settled();
  assert.deepEqual(bed.names(), []);
});

Deno.test("A file of the same name replaces the copy, and has another id", async () => {
  using folder = tempFolder();
  await using bed = await open(folder.path);
  const ids = new Set<string | undefined>();
  for (const length of [10, 20]) {
    const writer = bed.begin();
    writer.write(bytesOf(length));
    bed.copies.delete("files/a");
    writer.commit(facts("files/a"));
    ids.add(bed.copies.idOf("files/a"));
  }
  const copy = await bed.copies.open("files/a");
  assert.equal(copy?.bytes, 20);
  await copy?.content.cancel();
  assert.deepEqual([ids.size, ids.has(undefined)], [2, false]);
  await bed.copies.settled();
  assert.equal(bed.names().length, 1);
});

Deno.test("A copy on a disk that falls behind is given up, and holds no memory", async () => {
  using folder = tempFolder();
  const stuck = Promise.withResolvers<void>();
  await using bed = await open(folder.path, async (path) => {
    const file = await Deno.open(path, { write: true, createNew: true });
    return {
      async write(bytes) {
        await stuck.promise;
        return await file.write(bytes);
      },
      truncate: (length) => file.truncate(length),
      seek: (offset, whence) => file.seek(offset, whence),
      close: () => file.close(),
    };
  });
  const writer = bed.begin();
  const piece = new Uint8Array(64 * 1024);
  let written = 0;
  for (; !writer.isGivenUp && written < 64 * MIB; written += piece.length) writer.write(piece);
  assert.ok(written <= 17 * MIB, `${written} bytes were taken`);
  writer.write(piece);
  writer.commit(facts("files/a"));
  assert.equal(bed.copies.idOf("files/a"), undefined);
  stuck.resolve();
  await bed.copies.settled();
  assert.deepEqual(bed.names(), []);
});

Deno.test("A copy on a disk that fails is given up, with one message", async () => {
  using folder = tempFolder();
  const failures: readonly Partial<PartFile>[] = [
    { write: () => Promise.reject(new Error("No space left on device")) },
    { close: () => {} },
  ];
  for (const [nth, failure] of failures.entries()) {
    let path = "";
    await using bed = await open(`${folder.path}`, (given) => {
      path = given;
      if (nth === 1) return Promise.reject(new Error("No space left on device"));
      const file: PartFile = {
        write: (bytes) => Promise.resolve(bytes.length),
        truncate: () => Promise.resolve(),
        seek: () => Promise.resolve(0),
        close: () => {},
      };
      return Promise.resolve({ ...file, ...failure });
    });
    const writer = bed.begin();
    writer.write(bytesOf(70_000));
    writer.commit(facts("files/a"));
    await bed.copies.settled();
    assert.ok(path.endsWith(".part"));
    assert.equal(await bed.copies.open("files/a"), undefined);
    assert.deepEqual(bed.problems, [
      "No copy of an upload is kept: Error: No space left on device",
    ]);
  }
});

Deno.test("A folder that cannot be used keeps no copies, and uploads go on", async () => {
  using folder = tempFolder();
  Deno.writeTextFileSync(`${folder.path}/copies`, "no folder");
  await using bed = await open(folder.path);
  const writer = bed.begin();
  writer.write(bytesOf(10));
  writer.commit(facts("files/a"));
  await bed.copies.settled();
  assert.equal(await bed.copies.open("files/a"), undefined);
  assert.match(bed.problems.join(), /Cannot use the folder of copies/);
});

Deno.test("A copy that is moved to another name's place is not used", async () => {
  using folder = tempFolder();
  await using bed = await open(folder.path);
  for (const name of ["files/a", "files/b"]) {
    const writer = bed.begin();
    writer.write(bytesOf(10));
    writer.commit(facts(name));
  }
  await bed.copies.settled();
  const [one = "", other = ""] = bed.names();
  Deno.copyFileSync(`${folder.path}/copies/${one}`, `${folder.path}/copies/${other}`);
  const opened = await Promise.all(["files/a", "files/b"].map((name) => bed.copies.open(name)));
  assert.equal(opened.filter((copy) => copy === undefined).length, 1);
  for (const copy of opened) await copy?.content.cancel();
});
