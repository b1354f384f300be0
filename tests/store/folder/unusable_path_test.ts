/** Folders that cannot be used: of another user, on a full disk, on one that can only be read. @module */
import assert from "node:assert/strict";
import { acquireDataLock } from "../../../src/store/folder/data_lock.ts";
import { tryToMake, tryToWriteIn } from "../../../src/store/folder/unusable_path.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { type CommandResult, polluxCommand } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { type Lack, testUnless } from "../../support/left_out.ts";

const STRANGER = 12_345;

/** Takes root's power over the files of others from a program. */
const POWERLESS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"];

async function run(program: string, args: readonly string[], env = {}): Promise<CommandResult> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], env })
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function works(program: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await run(program, args)).code === 0;
  } catch {
    return false;
  }
}

const [setpriv = "", ...flags] = POWERLESS;
const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
const canLosePower = isRoot && await works(setpriv, [...flags, "true"]);
const NOT_ROOT: Lack | undefined = isRoot ? undefined : { reason: "it takes root on Linux" };
const CANNOT_LOSE_POWER: Lack | undefined = canLosePower
  ? undefined
  : { reason: "it takes root on Linux, and setpriv" };

/** Runs a command of Pollux as a user who may not touch what others own. */
function powerless(dataDir: string, ...words: string[]): Promise<CommandResult> {
  const { program, args, env } = polluxCommand(words, { dataDir });
  return run(setpriv, [...flags, program, ...args], env);
}

async function makeStore(dataDir: string): Promise<void> {
  using store = await openStore({ dataDir });
  await store.accounts.insert({ id: "x", name: "one", fields: {}, secret: "{}" });
  acquireDataLock(dataDir)[Symbol.dispose]();
}

for (const name of ["gateway.lock", "pollux.db", "pollux.key", ""]) {
  const what = name === "" ? "the data folder" : name;
  testUnless(
    CANNOT_LOSE_POWER,
    `serve and doctor tell that ${what} belongs to another user, with the cure`,
    async () => {
      using folder = tempFolder();
      const dataDir = `${folder.path}/data`;
      await makeStore(dataDir);
      const path = name === "" ? dataDir : `${dataDir}/${name}`;
      await Deno.chown(path, STRANGER, STRANGER);
      const told = new RegExp(
        `"${path}" belongs to another user \\(uid ${STRANGER}\\)(; give|\\n.*Give) it to the user ` +
          `who runs Pollux with sudo chown -R 0 "${dataDir}"`,
      );
      const served = await powerless(dataDir, "serve", "--port", "0");
      assert.equal(served.code, 1);
      assert.match(served.stderr, told);
      assert.doesNotMatch(served.stdout, /No account yet/);
      const { code, stdout } = await powerless(dataDir, "doctor");
      assert.equal(code, 4, stdout);
      assert.match(stdout.replaceAll("What to do: ", ""), told);
      assert.doesNotMatch(stdout, /All is well|os error/);
      if (path === dataDir) assert.doesNotMatch(stdout, /backup/);
    },
  );
}

Deno.test("Trials leave nothing behind", () => {
  using folder = tempFolder();
  tryToWriteIn(folder.path);
  tryToMake(`${folder.path}/a/b`);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("doctor tells in plain words that a data folder lies behind a file", async () => {
  using folder = tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const { program, args, env } = polluxCommand(["doctor"], { dataDir: `${folder.path}/x` });
  const dataDir = ["--data-dir", `${folder.path}/file/data`];
  const { code, stdout } = await run(program, [...args, ...dataDir], env);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /data" cannot be used: not a directory\n/);
  assert.doesNotMatch(stdout, /os error/);
});

/** Runs a command of Pollux as another user, who may read all (Deno, its cache), and write as ever. */
function asStranger(dataDir: string, ...words: string[]): Promise<CommandResult> {
  const { program, args, env } = polluxCommand(words, { dataDir });
  const caps = ["inh-caps", "ambient-caps"].map((set) => `--${set}=+dac_read_search`);
  const user = [`--euid=${STRANGER}`, `--egid=${STRANGER}`, "--clear-groups"];
  return run(setpriv, [...user, ...caps, program, ...args], env);
}

for (const missing of ["data", "a/b/data"]) {
  testUnless(
    CANNOT_LOSE_POWER,
    `serve and doctor tell that "${missing}" cannot be made in a folder of the system`,
    async () => {
      using folder = tempFolder();
      await Deno.chmod(folder.path, 0o755);
      const dataDir = `${folder.path}/${missing}`;
      const served = await asStranger(dataDir, "serve", "--port", "0");
      assert.equal(served.code, 1, served.stdout);
      const told = new RegExp(`"${folder.path}" belongs to root(;|\\n.*What to do:) choose`, "i");
      assert.match(served.stderr, told);
      assert.doesNotMatch(served.stderr, /chown/);
      const { code, stdout } = await asStranger(dataDir, "doctor");
      assert.equal(code, 4, stdout);
      assert.match(stdout, told);
      assert.doesNotMatch(stdout, /chown|does not exist yet|check failed/);
    },
  );
}

testUnless(
  CANNOT_LOSE_POWER,
  "serve and doctor tell that a data folder lies in one which its user may not enter",
  async () => {
    using folder = tempFolder();
    const closed = `${folder.path}/closed`;
    await Deno.mkdir(closed, { mode: 0o700 });
    await Deno.chown(closed, STRANGER, STRANGER);
    const folderArgs = ["--data-dir", `${closed}/data`];
    const served = await powerless(`${folder.path}/x`, "serve", "--port", "0", ...folderArgs);
    assert.match(served.stderr, new RegExp(`sudo chown -R 0 "${closed}"`));
    const { code, stdout } = await powerless(`${folder.path}/x`, "doctor", ...folderArgs);
    assert.equal(code, 4, stdout);
    assert.match(stdout, new RegExp(`sudo chown -R 0 "${closed}"`));
    assert.doesNotMatch(stdout, /check failed/);
  },
);

testUnless(
  CANNOT_LOSE_POWER,
  "What root made in a user's home is the user's to take back from its highest folder",
  async () => {
    using folder = tempFolder();
    await Deno.chown(folder.path, STRANGER, STRANGER);
    await Deno.mkdir(`${folder.path}/.local/share`, { recursive: true });
    const served = await asStranger(`${folder.path}/.local/share/data`, "serve", "--port", "0");
    assert.match(
      served.stderr,
      new RegExp(`belongs to root, as after .*sudo chown -R ${STRANGER} "${folder.path}/.local",`),
    );
  },
);

testUnless(NOT_ROOT, "What root makes in a user's folder belongs to that user", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await Deno.mkdir(dataDir, { mode: 0o700 });
  await Deno.chown(dataDir, STRANGER, STRANGER);
  await makeStore(dataDir);
  for (const { name } of Deno.readDirSync(dataDir)) {
    assert.equal(Deno.statSync(`${dataDir}/${name}`).uid, STRANGER, name);
  }
});

/** A file system in memory; gone with the scope. */
async function mounted(options: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  const mount = ["-t", "tmpfs", "-o", `${options},mode=700`, "tmpfs", path];
  assert.ok(await works("mount", mount));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run("umount", [path]);
      await Deno.remove(path);
    },
  };
}

async function canMountNow(): Promise<boolean> {
  try {
    await using _mount = await mounted("size=64k");
    return true;
  } catch {
    return false;
  }
}

const canMount = isRoot && await canMountNow();
const CANNOT_MOUNT: Lack | undefined = canMount
  ? undefined
  : { reason: "it takes root on Linux that may mount" };

testUnless(CANNOT_MOUNT, "serve and doctor tell of a full disk, with the cure", async () => {
  for (const isMade of [true, false]) {
    await using disk = await mounted("size=1m");
    const dataDir = isMade ? disk.path : `${disk.path}/data`;
    if (isMade) await makeStore(dataDir);
    else await Deno.mkdir(dataDir, { mode: 0o700 });
    assert.equal(await works("dd", ["if=/dev/zero", `of=${disk.path}/fill`, "bs=4k"]), false);
    await Deno.chmod(`${disk.path}/fill`, 0o600);
    const { program, args, env } = polluxCommand(["serve", "--port", "0"], { dataDir });
    const served = await run(program, args, env);
    assert.equal(served.code, 1);
    assert.match(served.stderr, /its disk is full; free some space on it, and try again/);
    assert.doesNotMatch(served.stdout, /No account yet/);
    const doctor = polluxCommand(["doctor"], { dataDir });
    const { code, stdout } = await run(doctor.program, doctor.args, doctor.env);
    assert.equal(code, 4, stdout);
    assert.match(stdout, /its disk is full\n +What to do: Free some space on it, and try again/);
  }
});

testUnless(
  CANNOT_MOUNT,
  "serve and doctor tell of a disk that can only be read, with the cure",
  async () => {
    await using disk = await mounted("size=1m");
    await makeStore(disk.path);
    assert.ok(await works("mount", ["-o", "remount,ro", disk.path]));
    for (const [word, code] of [["serve", 1], ["doctor", 4]] as const) {
      const { program, args, env } = polluxCommand([word], { dataDir: disk.path });
      const result = await run(program, args, env);
      assert.equal(result.code, code, result.stdout);
      assert.match(result.stdout + result.stderr, /is mounted read-only.*\n?.*ount it for/);
    }
  },
);
