/**
 * `scripts/install.sh`, driven against a server on loopback that has a release, a changed one, or
 * none.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../support/temp_folder.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));

/** What the script itself calls, whatever it downloads and sums with. */
const TOOLS = ["chmod", "cp", "cut", "grep", "mkdir", "mktemp", "mv", "rm", "sh"];

/** Contents of the executables, by the end of their names. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "linux-x64": "for Linux",
  "linux-arm64": "for Linux on ARM",
  "macos-x64": "for macOS",
  "macos-arm64": "for macOS on ARM",
  "windows-x64.exe": "for Windows",
};

/** A release on a server, a machine without much, and a home. */
interface Place extends AsyncDisposable {
  readonly url: string;
  readonly home: string;
  /** What the server has, by name; tests change it. */
  readonly files: Map<string, string>;
  /** The names that were asked for, in order. */
  readonly requests: string[];
  /** Runs the script; `uname` is what the machine says it is. */
  install(args: readonly string[], options?: InstallOptions): Promise<InstallResult>;
  /** All files under the home and the folder for temporary files. */
  left(): string[];
}

interface InstallOptions {
  /** What is on the PATH beside the least. */
  readonly tools?: readonly string[];
  readonly machine?: readonly [system: string, processor: string];
  /** A shell script in place of that command, which only macOS has. */
  readonly sysctl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface InstallResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function openPlace(): Promise<Place> {
  const folder = tempFolder();
  const { path } = folder;
  for (const name of ["home", "tmp"]) await Deno.mkdir(`${path}/${name}`);
  const files = releaseFiles("1.2.3");
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const name = new URL(request.url).pathname.replace(/^\/release\//, "");
    requests.push(name);
    const file = files.get(name);
    return file === undefined ? new Response("no", { status: 404 }) : new Response(file);
  });
  const url = `http://127.0.0.1:${server.addr.port}/release`;
  let runs = 0;
  return {
    url,
    home: `${path}/home`,
    files,
    requests,
    async install(args, options = {}) {
      const bin = `${path}/bin${runs++}`;
      await fillBin(bin, options);
      const { code, stdout, stderr } = await new Deno.Command(`${bin}/sh`, {
        args: [SCRIPT, ...args],
        clearEnv: true,
        env: { PATH: bin, HOME: `${path}/home`, TMPDIR: `${path}/tmp`, ...options.env },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    left: () => [...filesUnder(`${path}/home`), ...filesUnder(`${path}/tmp`)],
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      folder[Symbol.dispose]();
    },
  };
}

function releaseFiles(version: string): Map<string, string> {
  const files = Object.entries(PROGRAMS)
    .map(([end, text]) => [`pollux-${version}-${end}`, `${text}, ${version}`] as const);
  const others = [["install.sh", "…"], [`pollux-${version}.cdx.json`, "{}"]] as const;
  const sums = [...others, ...files]
    .map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`);
  return new Map([...others, ...files, ["SHA256SUMS", sums.join("")]]);
}

/** Makes a folder of programs to be the whole PATH. */
async function fillBin(bin: string, options: InstallOptions): Promise<void> {
  const { tools = ["curl", "sha256sum"], machine = ["Linux", "x86_64"] } = options;
  await Deno.mkdir(bin);
  for (const tool of [...TOOLS, ...tools]) await Deno.symlink(await which(tool), `${bin}/${tool}`);
  const [system, processor] = machine;
  const scripts = {
    uname: `[ "$1" = -s ] && echo ${system} || echo ${processor}`,
    ...(options.sysctl === undefined ? {} : { sysctl: options.sysctl }),
  };
  for (const [name, text] of Object.entries(scripts)) {
    await Deno.writeTextFile(`${bin}/${name}`, `#!${bin}/sh\n${text}\n`, { mode: 0o755 });
  }
}

async function which(tool: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      return await Deno.realPath(`${folder}/${tool}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`This test needs "${tool}"`);
}

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("install.sh puts the executable into ~/.local/bin and says what to do next", async () => {
  await using place = await openPlace();
  const { code, stdout, stderr } = await place.install(["--base-url", place.url]);
  const program = `${place.home}/.local/bin/pollux`;
  assert.equal(stderr, "");
  assert.equal(
    stdout,
    [
      "Downloading pollux-1.2.3-linux-x64",
      `Pollux 1.2.3 is installed: ${program}`,
      `That folder is not on your PATH. Add it: export PATH="${place.home}/.local/bin:$PATH"`,
      'Next: "pollux demo" for a try, or "pollux accounts add" and "pollux serve"',
      "",
    ].join("\n"),
  );
  assert.equal(code, 0);
  assert.deepEqual(place.left(), [program]);
  assert.equal(await Deno.readTextFile(program), "for Linux, 1.2.3");
  assert.equal(((await Deno.stat(program)).mode ?? 0) & 0o777, 0o755);
});

const MACHINES: readonly (readonly [system: string, processor: string, target: string])[] = [
  ["Linux", "x86_64", "linux-x64"],
  ["Linux", "aarch64", "linux-arm64"],
  ["Darwin", "x86_64", "macos-x64"],
  ["Darwin", "arm64", "macos-arm64"],
];

for (const [system, processor, target] of MACHINES) {
  Deno.test(`install.sh takes ${target} on ${system} ${processor}`, async () => {
    await using place = await openPlace();
    const { code, stderr } = await place.install(["--base-url", `${place.url}/`], {
      machine: [system, processor],
    });
    assert.equal(code, 0, stderr);
    assert.deepEqual(place.requests, ["SHA256SUMS", `pollux-1.2.3-${target}`]);
  });
}

Deno.test("install.sh takes macos-arm64 in a shell that is translated", async () => {
  await using place = await openPlace();
  const { code, stderr } = await place.install(["--base-url", place.url], {
    machine: ["Darwin", "x86_64"],
    sysctl: '[ "$*" = "-n hw.optional.arm64" ] && echo 1',
  });
  assert.equal(code, 0, stderr);
  assert.equal(place.requests[1], "pollux-1.2.3-macos-arm64");
});

for (
  const tools of [
    ["curl", "sha256sum"],
    ["wget", "sha256sum"],
    ["curl", "openssl"],
    ["wget", "shasum", "perl"],
  ]
) {
  Deno.test(`install.sh needs nothing but ${tools.slice(0, 2).join(" and ")}`, async () => {
    await using place = await openPlace();
    const good = await place.install(["--base-url", place.url], { tools });
    assert.equal(good.code, 0, good.stderr);

    place.files.set("pollux-1.2.3-linux-arm64", "not what was summed");
    const bad = await place.install(["--base-url", place.url, "--dir", `${place.home}/other`], {
      tools,
      machine: ["Linux", "aarch64"],
    });
    assert.equal(bad.code, 1);
    assert.match(
      bad.stderr,
      /SHA-256 sum of .* is not the one in SHA256SUMS\. Nothing was installed/,
    );
    assert.deepEqual(place.left(), [`${place.home}/.local/bin/pollux`]);
  });
}

Deno.test("install.sh leaves what was there when the download does not have its sum", async () => {
  await using place = await openPlace();
  const program = `${place.home}/bin/pollux`;
  await Deno.mkdir(`${place.home}/bin`);
  await Deno.writeTextFile(program, "an older one");
  place.files.set("pollux-1.2.3-linux-x64", "for Linux, 1.2.3\n");
  const { code, stdout, stderr } = await place.install([
    "--base-url",
    place.url,
    "--dir",
    `${place.home}/bin`,
  ]);
  assert.equal(code, 1, stdout);
  assert.match(stderr, /^Error: The SHA-256 sum of /);
  assert.deepEqual(place.left(), [program]);
  assert.equal(await Deno.readTextFile(program), "an older one");
});

const BROKEN: Readonly<
  Record<string, readonly [break_: (files: Map<string, string>) => void, says: RegExp]>
> = {
  "has no release": [(files) => files.clear(), /Cannot download .*\/release\/SHA256SUMS/],
  "lacks the executable": [
    (files) => files.delete("pollux-1.2.3-linux-x64"),
    /Cannot download .*\/release\/pollux-1\.2\.3-linux-x64/,
  ],
  "has no sum for this machine": [
    (files) =>
      files.set("SHA256SUMS", (files.get("SHA256SUMS") ?? "").replace(/.*linux-x64\n/, "")),
    /SHA256SUMS does not name one file for linux-x64/,
  ],
  "has two sums for this machine": [
    (files) => files.set("SHA256SUMS", (files.get("SHA256SUMS") ?? "").repeat(2)),
    /SHA256SUMS does not name one file for linux-x64/,
  ],
  "answers with a page": [
    (files) => files.set("SHA256SUMS", "<html>Please sign in</html>"),
    /SHA256SUMS does not name one file for linux-x64/,
  ],
  "names a file outside of the release": [
    (files) => files.set("SHA256SUMS", `${"0".repeat(64)}  pollux-1/../../x-linux-x64\n`),
    /SHA256SUMS does not name one file for linux-x64/,
  ],
};

for (const [what, [break_, says]] of Object.entries(BROKEN)) {
  for (const loader of ["curl", "wget"]) {
    Deno.test(`install.sh with ${loader} leaves nothing behind when the server ${what}`, async () => {
      await using place = await openPlace();
      break_(place.files);
      const { code, stdout, stderr } = await place.install(["--base-url", place.url], {
        tools: [loader, "sha256sum"],
      });
      assert.equal(code, 1, stdout);
      assert.match(stderr, says);
      assert.deepEqual(place.left(), []);
    });
  }
}

Deno.test("install.sh does nothing when that version is there, and takes a newer one", async () => {
  await using place = await openPlace();
  const args = ["--base-url", place.url];
  await place.install(args);
  const again = await place.install(args);
  const program = `${place.home}/.local/bin/pollux`;
  assert.deepEqual(again, {
    code: 0,
    stdout: `Pollux 1.2.3 is already there: ${program}\n`,
    stderr: "",
  });
  assert.deepEqual(place.requests.slice(2), ["SHA256SUMS"]);

  place.files.clear();
  for (const [name, text] of releaseFiles("1.3.0-rc.1")) place.files.set(name, text);
  const newer = await place.install([], { env: { POLLUX_BASE_URL: place.url } });
  assert.match(newer.stdout, /^Pollux 1\.3\.0-rc\.1 is installed: /m);
  assert.equal(await Deno.readTextFile(program), "for Linux, 1.3.0-rc.1");
  assert.deepEqual(place.left(), [program]);
});

const REFUSED: readonly (readonly [args: string[], options: InstallOptions, says: RegExp])[] = [
  [[], {}, /Where are the files\? Give the address with --base-url URL/],
  [["--base-url"], {}, /--base-url needs a value/],
  [["--base-url", "ftp://example.com"], {}, /has to begin with https:\/\/ or http:\/\//],
  [["--force"], {}, /Unknown argument "--force"/],
  [["--base-url", "http://127.0.0.1:9"], { tools: ["sha256sum"] }, /Neither curl nor wget/],
  [["--base-url", "http://127.0.0.1:9"], { tools: ["curl"] }, /nothing to check the sum with/],
  [["--base-url", "http://127.0.0.1:9"], { env: { HOME: "" } }, /HOME is not set/],
  [
    ["--base-url", "http://127.0.0.1:9"],
    { machine: ["FreeBSD", "amd64"] },
    /no Pollux for FreeBSD/,
  ],
  [
    ["--base-url", "http://127.0.0.1:9"],
    { machine: ["Linux", "riscv64"] },
    /no Pollux for riscv64/,
  ],
  [
    ["--base-url", "http://127.0.0.1:9"],
    { machine: ["MINGW64_NT-10.0", "x86_64"] },
    /does not serve Windows: download the file whose name ends in windows-x64\.exe/,
  ],
];

Deno.test("install.sh says what it lacks, and leaves nothing behind", async () => {
  await using place = await openPlace();
  for (const [args, options, says] of REFUSED) {
    const { code, stdout, stderr } = await place.install(args, options);
    assert.equal(code, 1, stdout);
    assert.match(stderr, says);
    assert.match(stderr, /^Error: [^\n]+\n$/);
  }
  assert.deepEqual(place.left(), []);
});

Deno.test("install.sh says so when it may not write to the folder", async () => {
  await using place = await openPlace();
  const file = `${place.home}/file`;
  await Deno.writeTextFile(file, "");
  const { code, stderr } = await place.install(["--base-url", place.url, "--dir", `${file}/bin`]);
  assert.equal(code, 1);
  assert.match(stderr, /Cannot make the folder .*: choose another one with --dir FOLDER/);
  assert.deepEqual(place.left(), [file]);
});
