/**
 * Uploads copies of files to the account that serves a call when the files' owner cannot.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { Copies } from "../../base/stored/copies.ts";
import { ignore } from "../../base/ignore.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Projects } from "../../pool/owners/projects.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { mayUse } from "../access/caller.ts";
import type { Roster } from "../dispatch/roster.ts";
import type { Ownership } from "../owners/ownership.ts";
import type { CopiesOfNamed } from "../owners/pinned.ts";
import type { MovedFile, MovedFiles } from "./moved_files.ts";
import { type MovingCall, uploadCopy } from "./upload_copy.ts";

/** The dependencies of a {@linkcode FileMover}. */
export interface FileMoverOptions {
  readonly copies: Copies | undefined;
  readonly moved: MovedFiles;
  readonly ownership: Pick<Ownership, "made">;
  readonly projects: Pick<Projects, "of">;
  readonly roster: Pick<Roster, "get">;
  readonly clock: WallClock;
}

/** An upload in progress. It is aborted when no call waits for it any more. */
interface Flight {
  readonly file: Promise<MovedFile>;
  readonly controller: AbortController;
  /** The calls that wait for it. */
  readonly waiting: Set<MovingCall>;
}

/** Uploads copies: calls that need the same file in the same project share one upload. */
export class FileMover {
  readonly #options: FileMoverOptions;
  readonly #flights = new Map<string, Flight>();

  constructor(options: FileMoverOptions) {
    this.#options = options;
  }

  /**
   * Uploads the files of a call that the account's project does not have.
   *
   * @returns The addresses of the uploaded files, by the names in the call; empty if the project has all files.
   * @throws {UpstreamFault}
   */
  async move(
    { projects }: Pick<CopiesOfNamed, "projects">,
    call: MovingCall,
  ): Promise<ReadonlyMap<string, string>> {
    const uris = new Map<string, string>();
    const project = this.#projectOf(call.accountId);
    for (const [name, owned] of projects) {
      if (owned !== project) uris.set(name, (await this.#moveTo(project, name, call)).uri);
    }
    return uris;
  }

  /** Records that the account's project no longer has these files. */
  forget(names: Iterable<string>, accountId: string): void {
    const { copies, moved } = this.#options;
    for (const name of names) moved.forget(copies?.idOf(name) ?? "", this.#projectOf(accountId));
  }

  #projectOf(accountId: string): string {
    const member = this.#options.roster.get(accountId);
    return member === undefined ? "" : this.#options.projects.of(member.account);
  }

  async #moveTo(project: string, name: string, call: MovingCall): Promise<MovedFile> {
    const id = this.#options.copies?.idOf(name);
    if (id === undefined) throw noCopy(name);
    const known = this.#options.moved.get(id, project);
    if (known !== undefined) return known;
    const key = `${id}\n${project}`;
    const flight = this.#flights.get(key) ?? this.#begin(key, { id, project, name, call });
    flight.waiting.add(call);
    try {
      return await unlessAborted(flight.file, call.signal);
    } finally {
      flight.waiting.delete(call);
      if (flight.waiting.size === 0) {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.controller.abort(call.signal.reason);
      }
    }
  }

  #begin(
    key: string,
    { id, project, name, call }: {
      readonly id: string;
      readonly project: string;
      readonly name: string;
      readonly call: MovingCall;
    },
  ): Flight {
    const controller = new AbortController();
    const waiting = new Set<MovingCall>();
    const shared = {
      ...call,
      signal: controller.signal,
      onProgress: () => waiting.forEach(({ onProgress }) => onProgress()),
    };
    const file = this.#upload(name, shared).then((file) => {
      this.#options.moved.set(id, { project, ...file });
      return file;
    }).finally(() => {
      if (this.#flights.get(key)?.controller === controller) this.#flights.delete(key);
    });
    // When the upload fails, no call may be waiting for it any more.
    file.catch(ignore);
    const flight = { file, controller, waiting };
    this.#flights.set(key, flight);
    return flight;
  }

  async #upload(name: string, call: MovingCall): Promise<MovedFile> {
    const { copies, clock, ownership } = this.#options;
    const copy = await copies?.open(name);
    if (copy === undefined) throw noCopy(name);
    if (!mayUse(call.caller, copy.callerId)) {
      await copy.content.cancel();
      throw noCopy(name);
    }
    try {
      const { resource, uri } = await uploadCopy(copy, { ...call, nowMs: clock.now() });
      await ownership.made(resource, call);
      return { uri, expiresAtMs: resource.expiresAtMs };
    } catch (error) {
      throw faultOf(error, name);
    }
  }
}

/**
 * The fault for the call. A refused upload must not start a cool-down of the call's model. The call itself was not
 * sent yet, so it can be retried with another account.
 */
function faultOf(error: unknown, name: string): unknown {
  if (!(error instanceof UpstreamFault)) return error;
  const { scope, rpc, owner, delayMs } = error;
  if (scope === "account" || scope === "client" || scope === "transient") {
    return new UpstreamFault(scope, rpc, { owner, delayMs, isUndone: true });
  }
  return fault(`Cannot upload the copy of "${name}" to this account: ${rpc.message}`);
}

function noCopy(name: string): UpstreamFault {
  return fault(`The copy of "${name}" cannot be used`);
}

function fault(message: string): UpstreamFault {
  return new UpstreamFault("named", new RpcError("UNAVAILABLE", message), { isUndone: true });
}
