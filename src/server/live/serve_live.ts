/**
 * Serves Live sessions. The account is chosen after the client's first message, which names the model. Another account
 * is tried until the session is set up, and never after.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Context } from "hono";
import type { Clock } from "../../base/clock.ts";
import type { OpenSockets } from "../../base/open_sockets.ts";
import { type MethodRow, METHODS, type SocketMethod } from "../../gemini/api/methods.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { readNativeRequest } from "../../gemini/native_request.ts";
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import {
  type AddressBook,
  type NamedResource,
  namesIn,
} from "../../gemini/resources/named_resources.ts";
import { expiryOf } from "../../gemini/resources/resources.ts";
import { inNamedScope } from "../../upstream/faults/named_resource.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { checkBody } from "../access/key_rules.ts";
import { type CallRecord, recordHeaders } from "../call/call_record.ts";
import type { CallWatch } from "../call/call_watch.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import type { Environment } from "../environment.ts";
import { ownerOfNamed } from "../owners/named_owner.ts";
import type { Ownership } from "../owners/ownership.ts";
import { unsupportedUri } from "../owners/unsupported_uri.ts";
import { toRpcError } from "../response/error_response.ts";
import { unexpectedResponse } from "../response/unexpected_response.ts";
import type { GatewaySettings } from "../settings.ts";
import { LiveSession } from "./live_session.ts";
import type { LiveSessions } from "./live_sessions.ts";
import type { OpenedSession } from "./opened_session.ts";
import { acceptSocket, asksForSocket } from "./socket_request.ts";

/** The dependencies of Live sessions. */
export interface LiveParts {
  readonly settings: GatewaySettings;
  readonly modelNames: ModelNames;
  readonly dispatcher: Dispatcher;
  readonly watch: CallWatch;
  readonly ownership: Ownership;
  readonly addresses: AddressBook;
  readonly liveSessions: LiveSessions;
  readonly openSockets: OpenSockets;
  readonly clock: Clock;
  readonly redaction: Redaction;
  /** Called when an unexpected error was thrown. */
  readonly onUnforeseen: (error: unknown, record: CallRecord) => void;
}

/** Longest model name and handle that are read, in bytes. */
const LONGEST_NAME = 4096;
const LONGEST_HANDLE = 64 * 1024;

/** How long a session may be silent, in ms. Google ends a connection after about ten minutes. */
const LONGEST_SILENCE_MS = 20 * 60_000;

/**
 * Accepts a WebSocket, and serves the session.
 *
 * @throws {RpcError} 426 if the request asks for no WebSocket.
 */
export function serveLive(
  c: Context<Environment>,
  method: SocketMethod,
  parts: LiveParts,
): Response {
  const { lifecycle, target, caller } = c.env;
  lifecycle.record.method = method;
  if (!asksForSocket(c.req.raw, target)) {
    const message =
      `The method "${method}" opens a WebSocket. Send the request with "Upgrade: websocket"`;
    throw new RpcError("INVALID_ARGUMENT", message, { code: 426 });
  }
  const { settings, watch, ownership, liveSessions, clock, redaction, onUnforeseen } = parts;
  liveSessions.checkRoom();
  const { firstByteMs } = settings.timeouts;
  const limits = { firstByteMs, idleMs: LONGEST_SILENCE_MS, totalMs: Infinity };
  const { socket, response } = acceptSocket(c.req.raw, {
    headers: recordHeaders(lifecycle.record),
    sockets: parts.openSockets,
  });
  // The request itself cannot be watched any more.
  const watched = watch.add(new Request("http://session.invalid/"), limits);
  watched.record = lifecycle.record;
  const session: LiveSession = new LiveSession(socket, {
    watch: watched,
    lifecycle,
    sessions: liveSessions,
    clock,
    setupMs: settings.server.bodyTimeoutMs,
    open: (setup) => openSession(setup, { env: c.env, method, parts, session }),
    toError(error) {
      const rpc = toRpcError(error, redaction);
      if (rpc.cause !== undefined) onUnforeseen(rpc.cause, lifecycle.record);
      return rpc;
    },
    resumable(handle, accountId) {
      const named = sessionOf(handle);
      const { collection } = named;
      const expiresAtMs = expiryOf(undefined, { collection, nowMs: clock.now() });
      void ownership.made({ ...named, expiresAtMs, createTime: "" }, { accountId, caller });
    },
  });
  void session.run();
  return response;
}

/** What opening a session needs. */
interface OpenParts {
  readonly env: Environment["Bindings"];
  readonly method: SocketMethod;
  readonly parts: LiveParts;
  readonly session: LiveSession;
}

/** Opens a session with the account that the setup selects. */
async function openSession(
  setup: Uint8Array,
  { env, method, parts, session }: OpenParts,
): Promise<OpenedSession> {
  const { lifecycle, target, caller, token } = env;
  const { watch } = session;
  const row: MethodRow = METHODS[method];
  lifecycle.body(setup);
  const body = await readNativeRequest(setup);
  const message = body.body.get("setup");
  if (!message?.isObject) {
    throw new RpcError("INVALID_ARGUMENT", 'The first message of a session must be {"setup": {…}}');
  }
  const model = bareModelId(message.get("model")?.text(LONGEST_NAME) ?? "");
  if (model !== "") lifecycle.record.model = parts.modelNames.resolve(model);
  checkBody({ caller, row, record: lifecycle.record, resource: "" }, {
    body,
    modelNames: parts.modelNames,
    settings: parts.settings,
  });
  const handle = message.field("sessionResumption")?.get("handle")?.text(LONGEST_HANDLE) ?? "";
  const { resources, edits, unclear } = namesIn(
    { path: "", names: row.names },
    body,
    parts.addresses,
  );
  if (unclear !== undefined && caller.isScoped) throw unsupportedUri(unclear);
  const named: readonly NamedResource[] = [
    ...(token === undefined ? [] : [{ name: token, collection: "auth_tokens" as const }]),
    ...(handle === "" ? [] : [sessionOf(handle)]),
    ...resources,
  ];
  const pinned = await ownerOfNamed(named, {
    ownership: parts.ownership,
    caller,
    watch,
    lifecycle,
  });
  const call: ClientCall = {
    method,
    retry: row.retry,
    version: target.version,
    model: lifecycle.record.model,
    isVertexForm: target.place !== undefined,
    resource: "",
    query: "",
    request: body.edited(edits),
    token,
    pinned,
    watch,
    lifecycle,
  };
  return await parts.dispatcher.send(call, async (upstream, upstreamCall, accountId) => {
    try {
      const response = await upstream.call({ ...upstreamCall, sockets: parts.openSockets });
      if (response.type !== "socket") throw unexpectedResponse(response, call);
      const { signal, listener } = upstreamCall;
      return { socket: response.socket, accountId, signal, listener };
    } catch (error) {
      if (error instanceof UpstreamFault) {
        session.refusedWith(lifecycle.record.redaction.error(error.rpc));
      }
      throw faultFor(call, error);
    }
  });
}

/**
 * The consequence of a refusal. A setup may be refused for what only some accounts have, so another account is tried,
 * unless the session can only be at one. A refused token is no fault of the account that made it.
 */
function faultFor({ token, pinned }: ClientCall, error: unknown): unknown {
  if (!(error instanceof UpstreamFault)) return error;
  if (token !== undefined && error.scope !== "client") {
    return new UpstreamFault("request", error.rpc);
  }
  return pinned === undefined ? inNamedScope(error, ({ scope }) => scope === "request") : error;
}

/** The name by which the owner of a resumable session is stored. The handle itself is a secret, and is not stored. */
function sessionOf(handle: string) {
  return { name: `liveSessions/${hash("sha256", handle)}`, collection: "liveSessions" } as const;
}
