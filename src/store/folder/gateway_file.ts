/**
 * A file with which commands find the gateway that runs on their data folder, and authorize themselves
 * to it. The gateway removes it when it stops, but not when it is killed.
 *
 * @module
 */
import * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { filesIn } from "./data_folder.ts";
import { refuseLooseMode, removeIfThere, writePrivateFile } from "./private_file.ts";
import { reasonOf } from "./reason_of.ts";
import { StoreError } from "../store_error.ts";

const gatewaySchema = z.object({
  url: z.url(),
  adminKey: z.string().min(1),
  fingerprint: z.string().optional(),
  admin: z.object({ url: z.url(), fingerprint: z.string().optional() }).optional(),
});

/** How a command on the same machine calls a gateway. */
export interface GatewayAddress {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** The key of its admin routes. */
  readonly adminKey: string;
  /** The SHA-256 of its certificate, if the address is `https:`. */
  readonly fingerprint?: string | undefined;
  /** The address of the page and the admin API, if it is one of its own. */
  readonly admin?: {
    readonly url: string;
    readonly fingerprint?: string | undefined;
  } | undefined;
}

/** The file, which exists while the gateway runs; dispose of it at the end. */
export class GatewayFile implements Disposable {
  readonly #path: string;

  /** @param dataDir The data folder, which must exist. */
  constructor(dataDir: string) {
    this.#path = filesIn(dataDir).gateway;
  }

  /**
   * Writes the file when the gateway listens.
   *
   * @throws {StoreError} when the file cannot be written.
   */
  write({ url, adminKey, fingerprint, admin }: GatewayAddress): void {
    writePrivateFile(this.#path, utf8Bytes(JSON.stringify({ url, adminKey, fingerprint, admin })));
  }

  [Symbol.dispose](): void {
    removeIfThere(this.#path);
  }
}

/**
 * Reads the file of a data folder.
 *
 * @returns Undefined if there is none.
 * @throws {StoreError} when the file cannot be read, or others may read it.
 */
export function findGateway(dataDir: string): GatewayAddress | undefined {
  const { gateway: path } = filesIn(dataDir);
  try {
    refuseLooseMode(path, Deno.statSync(path), { wanted: "600" });
    return gatewaySchema.parse(parsedJson(Deno.readTextFileSync(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof StoreError) throw cause;
    const reason = cause instanceof Deno.errors.PermissionDenied
      ? reasonOf(cause)
      : "it is damaged; restart the gateway";
    throw new StoreError(`Cannot read "${path}": ${reason}`, { cause });
  }
}
