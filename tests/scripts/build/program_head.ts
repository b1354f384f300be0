/**
 * The first bytes of a program, as far as they tell which machine it is for.
 *
 * @module
 */

const ELF = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array<number>(9).fill(0), 3, 0];
const MACH_O = [0xcf, 0xfa, 0xed, 0xfe];
const MZ = [0x4d, 0x5a, ...Array<number>(58).fill(0)];

const HEADS: Readonly<Record<string, readonly number[]>> = {
  "linux-x64": [...ELF, 0x3e, 0],
  "linux-arm64": [...ELF, 0xb7, 0],
  "macos-x64": [...MACH_O, 0x07, 0, 0, 1],
  "macos-arm64": [...MACH_O, 0x0c, 0, 0, 1],
  "windows-x64": [...MZ, 0x40, 0, 0, 0, 0x50, 0x45, 0, 0, 0x64, 0x86],
};

/** The head of a program for a target, by the target's name. */
export function programHead(target: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(HEADS[target] ?? []);
}
