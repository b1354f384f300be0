/**
 * A context for operations without a gateway.
 *
 * @module
 */
import type {
  KeptExchange,
  KeptToolCall,
  OperationContext,
} from "../../../../src/formats/operation.ts";

/** A context that remembers what is kept. */
export interface TestContext extends OperationContext {
  readonly calls: Map<string, KeptToolCall>;
  readonly exchanges: Map<string, KeptExchange>;
}

/** Creates a context: ids are counted, and aliases are `models/` only. */
export function testContext(
  given: Partial<Pick<OperationContext, "previousContents">> = {},
): TestContext {
  const calls = new Map<string, KeptToolCall>();
  const exchanges = new Map<string, KeptExchange>();
  let count = 0;
  return {
    calls,
    exchanges,
    resolveModel: (name) => name.replace(/^models\//, ""),
    keptCall: (id) => calls.get(id),
    keepCall: (call, prefix) => {
      const id = prefix + String(count++).padStart(22, "0");
      calls.set(id, call);
      return id;
    },
    previousContents: given.previousContents,
    keepExchange: (id, exchange) => void exchanges.set(id, exchange),
    newId: (prefix) => prefix + String(count++).padStart(24, "0"),
    nowMs: 1_790_000_000_123,
  };
}
