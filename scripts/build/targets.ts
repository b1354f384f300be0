/**
 * The platforms that Pollux is compiled for, and how to recognize the platform of an executable file.
 *
 * @module
 */

/** One platform. */
export interface Target {
  /** Its name in file names: `linux-x64`. */
  readonly name: string;
  /** As Deno names it. */
  readonly triple: string;
  /** The extension of its executables. */
  readonly extension: "" | ".exe";
  /** Whether an executable that begins with these bytes is for this target. */
  readonly matches: (head: DataView) => boolean;
}

/** How many bytes at its start show an executable's target. */
const HEAD_BYTES = 4096;

/** All targets, in the order in which they are compiled. */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", extension: "", matches: isElf(0x3e) },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", extension: "", matches: isElf(0xb7) },
  { name: "macos-x64", triple: "x86_64-apple-darwin", extension: "", matches: isMachO(0x01000007) },
  {
    name: "macos-arm64",
    triple: "aarch64-apple-darwin",
    extension: "",
    matches: isMachO(0x0100000c),
  },
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    extension: ".exe",
    matches: isPortableExecutable(0x8664),
  },
];

/**
 * Finds a target by its name or its triple.
 *
 * @throws {Error} When there is none.
 */
export function findTarget(name: string): Target {
  const target = TARGETS.find((target) => target.name === name || target.triple === name);
  if (target !== undefined) return target;
  const names = TARGETS.map((target) => target.name).join(", ");
  throw new Error(`Cannot make Pollux for "${name}": the targets are ${names}`);
}

/** Returns the target of an executable; `undefined` for anything else. */
export async function targetOf(path: string): Promise<Target | undefined> {
  using file = await Deno.open(path);
  const head = new Uint8Array(HEAD_BYTES);
  await file.read(head);
  return TARGETS.find((target) => target.matches(new DataView(head.buffer)));
}

/** @see {@link https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html} */
function isElf(machine: number): (head: DataView) => boolean {
  return (head) => head.getUint32(0) === 0x7f454c46 && head.getUint16(18, true) === machine;
}

/** The numbers of processors are in `mach/machine.h`. */
function isMachO(processor: number): (head: DataView) => boolean {
  return (head) => head.getUint32(0, true) === 0xfeedfacf && head.getUint32(4, true) === processor;
}

/** @see {@link https://learn.microsoft.com/windows/win32/debug/pe-format} */
function isPortableExecutable(machine: number): (head: DataView) => boolean {
  return (head) => {
    const at = head.getUint32(0x3c, true);
    return head.getUint16(0) === 0x4d5a && at + 6 <= head.byteLength &&
      head.getUint32(at) === 0x50450000 && head.getUint16(at + 4, true) === machine;
  };
}
