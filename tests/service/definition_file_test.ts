import assert from "node:assert/strict";
import {
  type DefinitionFile,
  definitionState,
  removeDefinition,
  writeDefinition,
} from "../../src/service/definition_file.ts";
import { MARKER } from "../../src/service/service_subject.ts";
import { tempFolder } from "../support/temp_folder.ts";

const ENCODINGS = ["utf-8", "utf-16le"] as const;

function definitionIn(folder: string, encoding: DefinitionFile["encoding"]): DefinitionFile {
  return { path: `${folder}/new/pollux.service`, text: `# ${MARKER}\nä 🙂\n`, encoding };
}

for (const encoding of ENCODINGS) {
  Deno.test(`writeDefinition() in ${encoding} writes, leaves and replaces what is Pollux's`, async () => {
    using folder = tempFolder();
    const definition = definitionIn(folder.path, encoding);
    assert.equal(await definitionState(definition), "missing");
    assert.equal(await writeDefinition(definition), "missing");
    assert.equal(await definitionState(definition), "current");
    const { mtime } = await Deno.stat(definition.path);
    assert.equal(await writeDefinition(definition), "current");
    assert.deepEqual((await Deno.stat(definition.path)).mtime, mtime);

    const next = { ...definition, text: `${definition.text}more\n` };
    assert.equal(await definitionState(next), "different");
    assert.equal(await writeDefinition(next), "different");
    assert.equal(await definitionState(next), "current");
    assert.deepEqual([...Deno.readDirSync(`${folder.path}/new`)].map(({ name }) => name), [
      "pollux.service",
    ]);
  });

  Deno.test(`removeDefinition() in ${encoding} removes once, and a second time does no harm`, async () => {
    using folder = tempFolder();
    const definition = definitionIn(folder.path, encoding);
    await writeDefinition(definition);
    assert.equal(await removeDefinition(definition), true);
    assert.equal(await definitionState(definition), "missing");
    assert.equal(await removeDefinition(definition), false);
  });

  Deno.test(`A file without the marker, in ${encoding}, is neither replaced nor removed`, async () => {
    using folder = tempFolder();
    const definition = { ...definitionIn(folder.path, encoding), path: `${folder.path}/own` };
    Deno.writeTextFileSync(definition.path, "[Service]\n");
    assert.equal(await definitionState(definition), "foreign");
    await assert.rejects(
      writeDefinition(definition),
      /so it stays as it is/,
    );
    await assert.rejects(removeDefinition(definition), /Pollux did not write/);
    assert.equal(Deno.readTextFileSync(definition.path), "[Service]\n");
  });
}

Deno.test("writeDefinition() marks UTF-16 as such and leaves UTF-8 unmarked", async () => {
  using folder = tempFolder();
  for (const [encoding, start] of [["utf-8", [0x23, 0x20]], ["utf-16le", [0xff, 0xfe]]] as const) {
    const definition = {
      ...definitionIn(folder.path, encoding),
      path: `${folder.path}/${encoding}`,
    };
    await writeDefinition(definition);
    const bytes = await Deno.readFile(definition.path);
    assert.deepEqual([...bytes.subarray(0, 2)], start);
    assert.equal(new TextDecoder(encoding).decode(bytes), definition.text);
  }
});

Deno.test("writeDefinition() says where it cannot write, and what to do", async () => {
  using folder = tempFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const definition = { ...definitionIn(folder.path, "utf-8"), path: `${folder.path}/file/x` };
  await assert.rejects(writeDefinition(definition), /^Error: Cannot (read|write) ".*x": /);
});
