/**
 * Sends a prepared native call. Native clients and translated operations share it.
 *
 * @module
 */
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import type { AddressBook } from "../../gemini/resources/named_resources.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import type { Signatures } from "../../signatures/signatures.ts";
import { callSigned } from "../../upstream/signed_call.ts";
import type { UpstreamCall, UpstreamResponse } from "../../upstream/upstream.ts";
import type { Caller } from "../access/caller.ts";
import type { FileMover } from "../copies/file_mover.ts";
import { sendMoved } from "../copies/send_moved.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import { EmptyResponses } from "../dispatch/empty_responses.ts";
import type { Ownership } from "../owners/ownership.ts";

/** The dependencies of {@linkcode sendCall}. */
export interface SendParts {
  readonly dispatcher: Dispatcher;
  readonly signatures: Signatures;
  readonly ownership: Ownership;
  readonly fileMover: FileMover;
  /** Tells which hosts in a request are this gateway's, and which are upstreams'. */
  readonly addresses: AddressBook;
}

/** What sending a call needs besides the call. */
export interface SendOptions {
  /** The body before edits. */
  readonly body: NativeRequest;
  readonly parts: SendParts;
  readonly caller: Caller;
}

/** Sends a call until an account responds, and keeps up with the resources that it makes, shows or deletes. */
export function sendCall(
  call: ClientCall,
  { body, parts, caller }: SendOptions,
): Promise<UpstreamResponse> {
  const { session, method, pinned } = call;
  const { dispatcher, signatures, ownership, fileMover, addresses } = parts;
  const empties = new EmptyResponses(call);
  const row: MethodRow = METHODS[method];
  const isOfResource = row.routing === "owner" || row.makes.length > 0 ||
    row.shows !== undefined;
  return empties.orLast(
    dispatcher.send(call, (upstream, upstreamCall, accountId) => {
      function sent(upstreamCall: UpstreamCall): Promise<UpstreamResponse> {
        return session === undefined || !row.isTurn
          ? upstream.call(upstreamCall)
          : callSigned(upstream, upstreamCall, { signatures, session });
      }
      const response = empties.note(
        pinned?.copies === undefined ? sent(upstreamCall) : sendMoved(upstreamCall, {
          copies: pinned.copies,
          fileMover,
          call: { body, addresses, caller, watch: call.watch, upstream, accountId },
          sent,
        }),
      );
      return isOfResource
        ? response.then((response) => ownership.noted(response, { call, accountId, caller }))
        : response;
    }),
  );
}
