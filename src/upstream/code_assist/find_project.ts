/**
 * The search for an account's project: loadCodeAssist, and onboardUser with its long-running operation if the
 * account is new to Code Assist.
 *
 * @see {@link https://google.aip.dev/151}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import {
  loadedBehindPerimeter,
  type NeedsOnboarding,
  outcomeOfLoad,
  outcomeOfOnboarding,
  type ProjectOutcome,
} from "./code_assist_project.ts";
import { unusableResponse } from "../exchange/exchange.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";

/** The inputs of a search. */
export interface ProjectSearch {
  /** Calls a method of v1internal and returns the parsed response. */
  readonly post: (method: string, body: JsonObject) => Promise<unknown>;
  /** Reads a long-running operation by its name. */
  readonly operation: (name: string) => Promise<unknown>;
  /** The project that the user named, if any. */
  readonly hint: string | undefined;
  /** Ends the search; its reason is an {@linkcode UpstreamFault}. */
  readonly signal: AbortSignal;
  /** Called when Google onboards the account, which takes a while. */
  readonly onOnboarding: (tierId: string) => void;
}

/** Pause before the operation is polled first, in ms; it doubles with each further poll. */
const FIRST_PAUSE_MS = 250;

/** The longest pause, in ms, as in gemini-cli. */
const LONGEST_PAUSE_MS = 5_000;

/** Longest name of an operation, which becomes part of a URL. */
const LONGEST_NAME = 1024;
const OPERATION_NAME = /^(?:[\w-]+\/)+[\w.-]*\w$/;

/** The codes of google/rpc/code.proto with which an operation may end; others become UNKNOWN. */
const STATUS_OF_GRPC: ReadonlyMap<unknown, string> = new Map([
  [3, "INVALID_ARGUMENT"],
  [4, "DEADLINE_EXCEEDED"],
  [5, "NOT_FOUND"],
  [7, "PERMISSION_DENIED"],
  [8, "RESOURCE_EXHAUSTED"],
  [9, "FAILED_PRECONDITION"],
  [13, "INTERNAL"],
  [14, "UNAVAILABLE"],
  [16, "UNAUTHENTICATED"],
]);

/**
 * Finds the project.
 *
 * @throws {UpstreamFault} `NotEligible` if a retry does not help. Errors here are transient or the account's
 * fault, never the client's.
 */
export async function findProject(search: ProjectSearch): Promise<string> {
  try {
    const loaded = await load(search);
    const outcome = outcomeOfLoad(loaded, search.hint);
    if (outcome.type !== "onboard") return settle(outcome);
    search.onOnboarding(outcome.tierId);
    const response = await onboard(search, outcome);
    return settle(outcomeOfOnboarding(response, { hint: search.hint, loaded }));
  } catch (error) {
    throw asAccountFault(error);
  }
}

async function load(search: ProjectSearch): Promise<unknown> {
  try {
    return await search.post("loadCodeAssist", named(search.hint));
  } catch (error) {
    const loaded = error instanceof UpstreamFault ? loadedBehindPerimeter(error.rpc) : undefined;
    if (loaded === undefined) throw error;
    return loaded;
  }
}

/** Starts the operation, waits for its end and returns its response. */
async function onboard(
  search: ProjectSearch,
  { tierId, project }: NeedsOnboarding,
): Promise<unknown> {
  let operation = read(await search.post("onboardUser", { tierId, ...named(project) }));
  let pauseMs = FIRST_PAUSE_MS;
  while (operation["done"] !== true) {
    const name = operation["name"];
    if (typeof name !== "string" || name.length > LONGEST_NAME || !OPERATION_NAME.test(name)) {
      throw unusableResponse("an operation without a name");
    }
    await pause(pauseMs, search.signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    // Later responses may omit members of earlier ones.
    operation = { ...operation, ...read(await search.operation(name)) };
  }
  if (operation["error"] !== undefined) throw faultOf(operation["error"]);
  return operation["response"];
}

/** A project in the request form of both methods. */
function named(project: string | undefined): JsonObject {
  return {
    ...defined({ cloudaicompanionProject: project }),
    metadata: {
      ideType: "IDE_UNSPECIFIED",
      platform: "PLATFORM_UNSPECIFIED",
      pluginType: "PLUGIN_UNSPECIFIED",
      ...defined({ duetProject: project }),
    },
  };
}

function settle(outcome: ProjectOutcome): string {
  if (outcome.type === "refused") throw outcome.refusal;
  return outcome.project;
}

function read(operation: unknown): JsonObject {
  if (!isJsonObject(operation)) throw unusableResponse("an operation that is not a JSON object");
  return operation;
}

function faultOf(error: unknown): UpstreamFault {
  const { code, message } = isJsonObject(error) ? error : {};
  const rpc = new RpcError(
    STATUS_OF_GRPC.get(code) ?? "UNKNOWN",
    typeof message === "string" && message !== ""
      ? message
      : "Code Assist could not set the account up, and does not say why",
  );
  return new UpstreamFault(rpc.code >= 500 ? "transient" : "account", rpc);
}

/** A failed search is not the fault of the client's request or model. */
function asAccountFault(error: unknown): unknown {
  if (!(error instanceof UpstreamFault)) return error;
  const { scope, rpc, delayMs } = error;
  return ["request", "model", "named", "account-model"].includes(scope)
    ? new UpstreamFault("account", rpc, { delayMs })
    : error;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const over = Promise.withResolvers<void>();
  function abort(): void {
    over.reject(signal.reason);
  }
  const timer = setTimeout(over.resolve, ms);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await over.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
