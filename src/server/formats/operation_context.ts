/**
 * What the gateway hands to operations.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { OperationContext, References } from "../../formats/operation.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import type { Caller } from "../access/caller.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { KeptExchanges, KeptToolCalls } from "./kept_parts.ts";

/** The characters of new ids. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters of a new id after its prefix. */
const ID_LENGTH = 24;

/** The dependencies of {@linkcode operationContext}. */
export interface ContextParts {
  readonly modelNames: Pick<ModelNames, "resolve">;
  readonly toolCalls: KeptToolCalls;
  readonly exchanges: KeptExchanges;
  readonly clock: Clock;
}

/** Creates the context for a request, and looks up what it refers to. A promise only if the store has to be read. */
export function operationContext(
  { toolCalls: ids = [], previousResponse }: References,
  { parts, caller }: { readonly parts: ContextParts; readonly caller: Caller },
): OperationContext | Promise<OperationContext> {
  const { toolCalls, exchanges } = parts;
  const loaded = ids.length === 0 ? undefined : toolCalls.load(ids);
  const previous = previousResponse === undefined
    ? undefined
    : exchanges.contentsUntil(previousResponse, caller);
  function create(previousContents: OperationContext["previousContents"]): OperationContext {
    return {
      resolveModel: (name) => resolveModel(name, parts.modelNames),
      keptCall: (id) => toolCalls.get(id),
      keepCall: (call, prefix) => toolCalls.keep(call, prefix),
      previousContents,
      keepExchange: (responseId, exchange) => {
        exchanges.keep(responseId, { ...exchange, caller });
      },
      newId,
      nowMs: parts.clock.now(),
    };
  }
  return loaded instanceof Promise || previous instanceof Promise
    ? Promise.all([previous, loaded]).then(([contents]) => create(contents))
    : create(previous);
}

/** The id of the model for a name: aliases come first, then the prefixes that tools of several providers add. */
function resolveModel(name: string, modelNames: ContextParts["modelNames"]): string {
  const id = modelNames.resolve(name);
  return id === name
    ? modelNames.resolve(bareModelId(name.replace(/^(?:google|gemini)\//, "")))
    : bareModelId(id);
}

function newId(prefix: string): string {
  let id = prefix;
  for (const byte of randomBytes(ID_LENGTH)) id += LETTERS[byte % LETTERS.length];
  return id;
}
