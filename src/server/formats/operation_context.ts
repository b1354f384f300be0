/**
 * What the gateway hands to operations.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { OperationContext, References } from "../../formats/operation.ts";
import { invalidField } from "../../formats/shared/invalid_field.ts";
import { bareModelId, isPathSafe } from "../../gemini/api/model.ts";
import type { Caller } from "../access/caller.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { ServesInteractions } from "./serves_interactions.ts";
import type { KeptExchanges, KeptToolCalls } from "./kept_parts.ts";

/** Most responses that are looked up for the items of a request. */
const MOST_RESPONSES = 1000;

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

/** Creates the context for a request, and looks up what it refers to. A promise only if the store has to be read. */
export function operationContext(
  { toolCalls: ids = [], previousResponse, responses = [] }: References,
  { parts, caller }: { readonly parts: ContextParts; readonly caller: Caller },
): OperationContext | Promise<OperationContext> {
  const { toolCalls, exchanges } = parts;
  const loaded = ids.length === 0 ? undefined : toolCalls.load(ids);
  const previous = previousResponse === undefined
    ? undefined
    : exchanges.contentsUntil(previousResponse, caller);
  const named = namedContents(responses.slice(0, MOST_RESPONSES), { exchanges, caller });
  function create(
    previousContents: OperationContext["previousContents"],
    contents: ContentsById,
  ): OperationContext {
    return {
      resolveModel: (name) => resolveModel(name, parts.modelNames),
      keptCall: (id) => toolCalls.get(id),
      keepCall: (call, prefix) => toolCalls.keep(call, prefix),
      previousContents,
      hasInteractions: (model) => parts.servesInteractions(model, caller),
      keptContents: (responseId) => contents.get(responseId),
      keepExchange: (responseId, exchange) => {
        exchanges.keep(responseId, { ...exchange, caller });
      },
      newId,
      nowMs: parts.clock.now(),
    };
  }
  return loaded instanceof Promise || previous instanceof Promise || named instanceof Promise
    ? Promise.all([previous, named, loaded]).then(([until, contents]) => create(until, contents))
    : create(previous, named);
}

type ContentsById = ReadonlyMap<string, readonly JsonObject[] | undefined>;

/** The contents of the exchanges that items belong to. */
function namedContents(
  ids: readonly string[],
  { exchanges, caller }: { readonly exchanges: KeptExchanges; readonly caller: Caller },
): ContentsById | Promise<ContentsById> {
  const found = ids.map((id) => [id, exchanges.contentsOf(id, caller)] as const);
  const known = new Map<string, readonly JsonObject[] | undefined>();
  const reads: Promise<unknown>[] = [];
  for (const [id, contents] of found) {
    if (!(contents instanceof Promise)) known.set(id, contents);
    else reads.push(contents.then((read) => known.set(id, read)));
  }
  return reads.length === 0 ? known : Promise.all(reads).then(() => known);
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
    '"model" is no model\'s name: it holds a dot segment, a backslash or a control character',
  );
}

function newId(prefix: string): string {
  let id = prefix;
  for (const byte of randomBytes(ID_LENGTH)) id += LETTERS[byte % LETTERS.length];
  return id;
}
