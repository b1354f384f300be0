/**
 * The error for a path of another API that the gateway does not serve: tells the right base URL, or what is served.
 *
 * @module
 */
import { UNKNOWN_URL, WRONG_VERB } from "../../formats/client_error.ts";
import { interactionIdOf } from "../../formats/openai/responses/interactions/interaction_ids.ts";
import type { OperationTable, TranslatedApi } from "../../formats/operations.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** What the error is created from. */
export interface UnservedOperation {
  readonly verb: string;
  /** The path as the client sent it. */
  readonly sent: string;
  readonly api: TranslatedApi;
  /** The gateway's own address, without a trailing slash. */
  readonly address: string;
  /** What is served. */
  readonly operations: OperationTable;
}

/** How the API and its base URL are called. Most of Anthropic's clients add the version themselves. */
const APIS: Readonly<Record<TranslatedApi, { readonly name: string; readonly base: string }>> = {
  openai: { name: "OpenAI", base: "/v1" },
  anthropic: { name: "Anthropic", base: "" },
};

/** The path of the list of models, which has the verb GET. */
const MODELS = "models";

/** The paths of one of OpenAI's stored responses. */
const ONE_RESPONSE = /\/responses\/(resp_[^/]+)(?:\/(?:cancel|input_items))?\/?$/;

/** Creates the error. */
export function unservedOperation(
  { verb, sent, api, address, operations }: UnservedOperation,
): RpcError {
  // An encoded query may contain a key, and this message is logged.
  const [path = ""] = sent.split(/%3f/i);
  if (operations.find(path) !== undefined) {
    return new RpcError(
      "INVALID_ARGUMENT",
      `"${path}" is called with POST, and this request is a ${verb}`,
      { code: 405, textCode: WRONG_VERB },
    );
  }
  const [, response] = api === "openai" ? ONE_RESPONSE.exec(path) ?? [] : [];
  if (response !== undefined) {
    return new RpcError("NOT_FOUND", `"${verb} ${path}" is not served: ${whatIsKept(response)}`, {
      textCode: UNKNOWN_URL,
    });
  }
  const { name, base } = APIS[api];
  const served = operations.rows.filter((row) => row.api === api).map((row) => row.path);
  const added = [...served, MODELS].find((operation) => endsWith(path, operation));
  return new RpcError(
    "NOT_FOUND",
    `"${verb} ${path}" is not served. ` +
      (added === undefined
        ? `Of ${name}'s API, Pollux serves ${
          [...served.map((operation) => `POST ${operation}`), `GET ${MODELS}`].join(", ")
        }, with the base URL "${address}${base}"`
        : `The base URL of the client is wrong: for ${name}'s API it is "${address}${
          baseFor(path, { added, base })
        }"`),
    { textCode: UNKNOWN_URL },
  );
}

/** What clients can do with a response that was made. */
function whatIsKept(response: string): string {
  const interaction = interactionIdOf(response);
  const goOn = 'Send its id as "previous_response_id" to go on with it';
  return interaction === undefined
    ? `the gateway keeps what was said, and not the response. ${goOn}; DELETE deletes what is kept`
    : `Google keeps this response, as an interaction. ${goOn}; GET and DELETE are at "/v1beta/interactions/${interaction}"`;
}

/** The base URL for a client by what it adds to one: some add the version, others do not. */
function baseFor(
  path: string,
  { added, base }: { readonly added: string; readonly base: string },
): string {
  const before = path.replace(/\/$/, "").slice(0, -`/${added}`.length);
  // The version is the client's own if one stands before it, too.
  const isAdded = base === "" ? /\/v1$/.test(before) : /\/v1(?:\/.*)?\/v1$/.test(before);
  return isAdded ? "" : "/v1";
}

/** Whether a path is that of an operation, whatever its base. */
function endsWith(path: string, operation: string): boolean {
  return path.replace(/\/$/, "").endsWith(`/${operation}`);
}
