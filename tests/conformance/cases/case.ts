/**
 * A case of the matrix, and what all cases say.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import type { Client, ClientCall, ClientOp, ClientResponse, Resource } from "../client_call.ts";
import type { Testbed } from "../testbed.ts";

/** One row of the matrix. */
export interface Case {
  /** The row's title. */
  readonly title: string;
  /** Whether the client has what the case needs. */
  appliesTo(client: Client): boolean;
  /**
   * Rejects where the client did not get what it should.
   *
   * @param bed What the cases of this client share.
   */
  run(client: Client, bed: Testbed): Promise<void>;
}

/** Whether the client has what most cases need. */
export function canGenerate(client: Client): boolean {
  return client.ops.has("generate");
}

/** The model of all cases that need no other. */
export const MODEL = "gemini-2.5-flash";

let conversations = 0;

/** The beginning of another conversation: a gateway knows conversations by the first words of their users. */
export function prompt(words = "Say something, please"): string {
  return `${words} (${++conversations})`;
}

/** A case of the kinds of account that serve something. */
export interface KindCase {
  readonly title: string;
  readonly kinds: readonly AccountKind[];
  /** What the client must be able to do. */
  readonly needs: ClientOp;
  /** A call that only those kinds can serve. */
  readonly call: Partial<ClientCall>;
  check(client: Client, bed: Testbed): Promise<void>;
}

/** Makes a case of some kinds of account; before the others, a client learns which kinds are needed. */
export function kindCase({ title, kinds, needs, call, check }: KindCase): Case {
  const words = new RegExp(`needs an account of the kind ${kinds.join(" or ")}`);
  return {
    title,
    appliesTo: ({ ops }) => ops.has(needs),
    async run(client, bed) {
      if (kinds.includes(bed.kind)) return await check(client, bed);
      assertRaised(await ask(client, bed, call), { status: 400, words });
    },
  };
}

/** Has the client make a call through the testbed's gateway. */
export function ask(
  client: Client,
  bed: Testbed,
  call: Partial<ClientCall> = {},
): Promise<ClientResponse> {
  return client.ask({
    op: "generate",
    baseUrl: bed.url,
    apiKey: "any",
    model: MODEL,
    stream: false,
    prompt: prompt(),
    pageSize: 5,
    ...call,
  });
}

/** Rejects where the client raised an error. */
export function assertGood(response: ClientResponse): void {
  const { error } = response;
  assert.ok(error === undefined, `It raised ${error?.type}: ${error?.message}`);
}

/** The one file or cache that a client gave. Throws where it raised an error, or gave another number. */
export function only(response: ClientResponse): Resource {
  assertGood(response);
  const [resource, ...others] = response.resources ?? [];
  assert.ok(resource !== undefined && others.length === 0, "It did not give one resource");
  return resource;
}

/** The error that a client should raise. */
export interface ExpectedError {
  /** HTTP status. */
  readonly status: number;
  readonly words: RegExp;
}

/** Rejects unless the client raised that error. */
export function assertRaised(response: ClientResponse, expected: ExpectedError): void {
  assert.ok(response.error, `It took "${response.text}" for a good answer`);
  const { type, message } = response.error;
  // @google/genai 1.0.0 has the status nowhere but in the message.
  const status = response.error.status ?? Number(/\b[45]\d\d\b/.exec(message)?.[0]);
  assert.ok(status === expected.status, `It raised ${type} with the status ${status}: ${message}`);
  assert.match(message, expected.words);
}
