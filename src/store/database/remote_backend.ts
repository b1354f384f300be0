/**
 * A database behind a KV Connect server, which several gateways share.
 *
 * @module
 */
import type { Backend, KeyRange, Page, RawEntry } from "./backend.ts";
import { KvConnect, type KvConnectOptions } from "./kv_connect.ts";
import { packKey, unpackKey } from "./kv_key.ts";
import { type ProtoMessage, ProtoWriter, readProto } from "./proto.ts";
import { StoreError } from "../store_error.ts";
import type { Mutation, Transaction } from "./transaction.ts";

/** How many entries are read at a time; the protocol's limit is 1,000. */
const BATCH = 500;

/** Field numbers and enum values of the protocol. */
const SET = 1;
const DELETE = 2;
const SUM = 3;
const LE64 = 2;
const RAW_BYTES = 3;
const READ_DONE = 1;
const WRITE_DONE = 1;
const CHECK_FAILED = 2;
const WRITE_DISABLED = 5;

interface Range {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly limit: number;
}

/** The storage on a server. */
export class RemoteBackend implements Backend {
  readonly #server: KvConnect;

  constructor(options: KvConnectOptions) {
    this.#server = new KvConnect(options);
  }

  async get(keys: readonly Deno.KvKey[]): Promise<readonly RawEntry[]> {
    const ranges = await this.#read(keys.map((key) => {
      const start = packKey(key);
      return { start, end: withByte(start, 0), limit: 1 };
    }));
    return keys.map((key, nth) => {
      const entry = ranges[nth]?.[0];
      return entry === undefined
        ? { key, versionstamp: null, value: undefined }
        : toRawEntry(entry);
    });
  }

  async page({ prefix, between }: KeyRange, cursor: string): Promise<Page> {
    const all = packKey(prefix);
    const first = between === undefined ? withByte(all, 0) : packKey([...prefix, between.from]);
    const end = between === undefined ? withByte(all, 255) : packKey([...prefix, between.until]);
    const start = cursor === "" ? first : Uint8Array.fromHex(cursor);
    const [found = []] = await this.#read([{ start, end, limit: BATCH }]);
    const last = found.at(-1);
    const isWhole = last === undefined || found.length < BATCH;
    return {
      entries: found.map(toRawEntry),
      next: isWhole ? "" : withByte(last.bytes(1), 0).toHex(),
    };
  }

  async commit({ checks, mutations }: Transaction): Promise<boolean> {
    const request = new ProtoWriter();
    for (const { key, versionstamp } of checks) {
      const check = new ProtoWriter().bytes(1, packKey(key));
      if (versionstamp !== null) check.bytes(2, Uint8Array.fromHex(versionstamp));
      request.bytes(1, check);
    }
    for (const mutation of mutations) request.bytes(2, toMessage(mutation));
    const response = readProto(await this.#server.call("atomic_write", request.finish()));
    switch (response.number(1)) {
      case WRITE_DONE:
        return true;
      case CHECK_FAILED:
        return false;
      case WRITE_DISABLED:
        this.#server.forgetPlace();
        throw this.#server.unreachable("it accepts no writes at present");
      default:
        throw new StoreError(`${this.#server.name} wrote nothing, and gives no reason; try again`);
    }
  }

  close(): void {
    // There is no state between two calls.
  }

  /** Reads the entries of each range in one consistent snapshot. */
  async #read(ranges: readonly Range[]): Promise<readonly (readonly ProtoMessage[])[]> {
    const request = new ProtoWriter();
    for (const { start, end, limit } of ranges) {
      request.bytes(1, new ProtoWriter().bytes(1, start).bytes(2, end).number(3, limit));
    }
    const response = readProto(await this.#server.call("snapshot_read", request.finish()));
    const isDisabled = response.number(2) === 1 || response.number(8) > READ_DONE;
    if (isDisabled || response.number(4) !== 1) {
      this.#server.forgetPlace();
      throw this.#server.unreachable("it gives no consistent responses at present");
    }
    return response.messages(1).map((range) => range.messages(1));
  }
}

function toMessage(mutation: Mutation): ProtoWriter {
  const message = new ProtoWriter().bytes(1, packKey(mutation.key));
  switch (mutation.type) {
    case "delete":
      return message.number(3, DELETE);
    case "sum": {
      const data = new Uint8Array(8);
      new DataView(data.buffer).setBigUint64(0, mutation.amount, true);
      return message.bytes(2, new ProtoWriter().bytes(1, data).number(2, LE64)).number(3, SUM);
    }
    case "set": {
      const { value, expireIn } = mutation;
      message.bytes(2, new ProtoWriter().bytes(1, value).number(2, RAW_BYTES)).number(3, SET);
      if (expireIn !== undefined) message.number(4, Math.ceil(Date.now() + expireIn));
      return message;
    }
  }
}

function toRawEntry(entry: ProtoMessage): RawEntry {
  return {
    key: unpackKey(entry.bytes(1)),
    versionstamp: entry.bytes(4).toHex(),
    value: valueOf(entry),
  };
}

function valueOf(entry: ProtoMessage): RawEntry["value"] {
  const bytes = entry.bytes(2);
  const encoding = entry.number(3);
  if (encoding === RAW_BYTES) return bytes;
  if (encoding !== LE64 || bytes.length !== 8) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

function withByte(bytes: Uint8Array, byte: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = byte;
  return longer;
}
