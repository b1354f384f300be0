/**
 * A gateway that keeps copies in a data folder, with three accounts in three projects of the emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { join } from "node:path";
import type { Copies } from "../../../src/base/stored/copies.ts";
import type { CopyLimits } from "../../../src/base/stored/copies.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import {
  type OwnerTestbed,
  type OwnerTestbedOptions,
  startOwnerTestbed,
} from "../owners/owner_testbed.ts";
import { begun, goOn } from "../uploads/upload_calls.ts";

/** Bytes of a MiB. */
export const MIB = 1024 * 1024;

/** Limits that no test reaches by chance. */
export const LIMITS: CopyLimits = { mostFileBytes: 64 * MIB, mostBytes: 256 * MIB };

/** The gateway. */
export interface CopyTestbed extends OwnerTestbed {
  readonly copies: Copies;
  /** The paths of the files in the folder of copies. */
  files(): Promise<readonly string[]>;
  /** The names of the files that Google has got for an account. */
  namesOf(account: string): readonly string[];
  /** Uploads in chunks; returns the file's name, and the account that has it. */
  upload(
    bytes: Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Uploaded>;
  /** How many uploads Google has got. */
  uploads(): number;
}

/** A file that was uploaded. */
export interface Uploaded {
  readonly name: string;
  readonly owner: string;
}

/** What differs: without a folder it has one of its own. `limits` null: no copies are kept. */
export type CopyTestbedOptions = OwnerTestbedOptions & {
  readonly dataDir?: string;
  readonly limits?: CopyLimits | null;
};

/** Starts it. */
export async function startCopyTestbed(options: CopyTestbedOptions = {}): Promise<CopyTestbed> {
  const { dataDir, limits = LIMITS, ...rest } = options;
  const folder = dataDir === undefined ? tempFolder() : undefined;
  const path = dataDir ?? join(folder?.path ?? "", "data");
  const clock = options.clock ?? { now: () => Date.now() };
  const store = await openStore({ dataDir: path });
  const problems: string[] = [];
  const onProblem = (what: string, error: unknown) => problems.push(`${what}: ${error}`);
  const copies = store.copies({ clock, onProblem }) ?? assert.fail("There is no folder");
  const keeper = store.keeper({ clock, onProblem });
  const bed = await startOwnerTestbed({
    ...rest,
    keeper,
    sealer: store.sealer,
    copies,
    settings: { ...rest.settings, files: { copies: limits ?? undefined } },
  });
  async function close(): Promise<void> {
    await bed.close();
    await copies.close();
    await keeper.close();
    store.close();
    folder?.[Symbol.dispose]();
  }
  return {
    ...bed,
    problems,
    copies,
    async files() {
      await copies.settled();
      try {
        return [...Deno.readDirSync(join(path, "copies"))]
          .map(({ name }) => join(path, "copies", name));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    namesOf: (account) =>
      bed.emulator.files(bed.emulator.projectOf(account)).list().map(({ name }) => String(name)),
    async upload(bytes, headers = {}) {
      const address = await begun(bed.url, headers);
      return await uploadedOf(await goOn(address, "upload, finalize", { body: bytes }));
    },
    uploads: () =>
      bed.emulator.requests.filter(({ path, bodySha256 }) =>
        path.startsWith("/upload/") && bodySha256 !== undefined
      ).length,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The file in a response, and the account that has it. */
export async function uploadedOf(response: Response): Promise<Uploaded> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return {
    name: JSON.parse(text).file.name,
    owner: response.headers.get("x-pollux-account") ?? "",
  };
}

/** The SHA-256 of the bytes of an account's files, in hexadecimal. */
export function digestsOf({ emulator }: CopyTestbed, account: string): readonly string[] {
  return emulator.files(emulator.projectOf(account)).list()
    .map(({ sha256Hash }) => atob(String(sha256Hash)));
}

/** The SHA-256 of bytes, in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}
