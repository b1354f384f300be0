/**
 * What the gateway hands to operations.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { OperationContext, References } from "../../formats/operation.ts";
import { invalidField } from "../../formats/shared/fields/invalid_field.ts";
import { bareModelId, isPathSafe } from "../../gemini/api/model.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Caller } from "../access/caller.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { ServesInteractions } from "./serves_interactions.ts";
import type { KeptExchanges, KeptToolCalls, TakeMemory } from "./kept_parts.ts";

/** Most responses that are looked up for the items of a request. */
const MOST_RESPONSES = 1000;

const MIB = 1024 * 1024;

/** Most bytes that are read for a request. */
const MOST_KEPT_BYTES = 32 * MIB;

/** The characters of new ids. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters of a new id after its prefix. */
const ID_LENGTH = 24;

/** The dependencies of {@linkcode operationContext}. */
export interface ContextParts {
  readonly modelNames: Pick<ModelNames, "resolve">;
  readonly toolCalls: KeptToolCalls;
  readonly exchanges: KeptExchanges;
  readonly servesInteractions: ServesInteractions;
  readonly clock: Clock;
}

/** The request that a context is for. */
export interface ContextRequest {
  readonly parts: ContextParts;
  readonly caller: Caller;
  /** Takes memory for what is looked up. */
  readonly take: TakeMemory;
}

/** Creates the context for a request, and looks up what it refers to. A promise only if it refers to something. */
export function operationContext(
  references: References,
  request: ContextRequest,
): OperationContext | Promise<OperationContext> {
  const { toolCalls: ids = [], previousResponse, responses = [] } = references;
  const { parts, caller } = request;
  const { toolCalls, exchanges } = parts;
  const loaded = ids.length === 0 ? undefined : toolCalls.load(ids);
  function create({ previous, named }: KeptOfRequest): OperationContext {
    return {
      resolveModel: (name) => resolveModel(name, parts.modelNames),
      keptCall: (id) => toolCalls.get(id),
      keepCall: (call, prefix) => toolCalls.keep(call, prefix),
      previousContents: previous,
      hasInteractions: (model) => parts.servesInteractions(model, caller),
      keptContents: (responseId) => named?.get(responseId),
      keepExchange: (responseId, exchange) => {
        exchanges.keep(responseId, { ...exchange, caller });
      },
      newId,
      nowMs: parts.clock.now(),
    };
  }
  const kept = previousResponse === undefined && responses.length === 0
    ? undefined
    : keptOf(references, request);
  return kept === undefined && !(loaded instanceof Promise)
    ? create({})
    : Promise.all([kept ?? {}, loaded]).then(([kept]) => create(kept));
}

/** What is kept of the conversation, and of the items that a request names. */
interface KeptOfRequest {
  readonly previous?: readonly JsonObject[] | undefined;
  readonly named?: ReadonlyMap<string, readonly JsonObject[] | undefined>;
}

/** Reads one exchange after the other, and no more of them than a conversation may have. */
async function keptOf(
  { previousResponse, responses = [] }: Pick<References, "previousResponse" | "responses">,
  { parts: { exchanges }, caller, take }: ContextRequest,
): Promise<KeptOfRequest> {
  let bytes = 0;
  function takeSome(more: number): Promise<void> | undefined {
    bytes += more;
    if (bytes > MOST_KEPT_BYTES) throw tooMuch();
    return take(more);
  }
  const previous = previousResponse === undefined
    ? undefined
    : await exchanges.contentsUntil(previousResponse, caller, takeSome);
  const named = new Map<string, readonly JsonObject[] | undefined>();
  for (const id of responses.slice(0, MOST_RESPONSES)) {
    named.set(id, await exchanges.contentsOf(id, caller, takeSome));
  }
  return { previous, named };
}

function tooMuch(): RpcError {
  return invalidField(
    "input",
    `The responses whose items "input" names, and those before it, have more than ${
      MOST_KEPT_BYTES / MIB
    } MiB: send the items themselves`,
  );
}

/**
 * The id of the model for a name: aliases come first, then the prefixes that tools of several providers add.
 *
 * @throws {RpcError} INVALID_ARGUMENT if the name cannot be part of a path.
 */
function resolveModel(name: string, modelNames: ContextParts["modelNames"]): string {
  const aliased = modelNames.resolve(name);
  const id = aliased === name
    ? modelNames.resolve(bareModelId(name.replace(/^(?:google|gemini)\//, "")))
    : bareModelId(aliased);
  if (isPathSafe(id)) return id;
  throw invalidField(
    "model",
    '"model" is not the name of a model: it holds a dot segment, a backslash or a control character',
  );
}

function newId(prefix: string): string {
  let id = prefix;
  for (const byte of randomBytes(ID_LENGTH)) id += LETTERS[byte % LETTERS.length];
  return id;
}
