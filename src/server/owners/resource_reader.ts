/**
 * Reads stored resources through accounts, at no cost and at a bounded rate.
 *
 * @module
 */
import { NO_BODY } from "../../gemini/native_request.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import { type ResourceRow, RESOURCES } from "../../gemini/resources/resources.ts";
import { type StoredResource, storedResource } from "../../gemini/resources/stored_resource.ts";
import { AttemptBudget } from "../../upstream/attempt_budget.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import type { Upstream } from "../../upstream/upstream.ts";

/** Most reads at a time, for all calls together. */
const MOST_READS = 8;

/** Most reads that wait for their turn. */
const MOST_WAITING = 1000;

/**
 * The result of a read. `absent`: the account does not have the resource. `refused`: the account cannot be used at
 * all. `failed`: the read may succeed later.
 */
export type ReadResult =
  | { readonly type: "there"; readonly resource: StoredResource }
  | { readonly type: "absent" }
  | { readonly type: "refused" | "failed"; readonly fault: UpstreamFault };

/** Reads resources. */
export class ResourceReader {
  #reads = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether the queue is full. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /**
   * Reads a resource through an account. Never rejects.
   *
   * @param signal Its reason must be an {@linkcode UpstreamFault}.
   * @param nowMs As for {@linkcode storedResource}.
   */
  async read(
    { name, collection }: NamedResource,
    { upstream, signal, nowMs }: {
      readonly upstream: Upstream;
      readonly signal: AbortSignal;
      readonly nowMs: number;
    },
  ): Promise<ReadResult> {
    const { read: method, hasBareIds }: ResourceRow = RESOURCES[collection];
    if (method === undefined || !upstream.serves(method)) return { type: "absent" };
    await this.#turn();
    try {
      const as = { nowMs, collection: hasBareIds ? collection : undefined };
      signal.throwIfAborted();
      const response = await upstream.call({
        method,
        retry: "anywhere",
        version: "v1beta",
        model: "",
        resource: name,
        query: "",
        request: NO_BODY,
        requestId: crypto.randomUUID(),
        signal,
        budget: new AttemptBudget(1),
      });
      const resource = response.type === "json" ? storedResource(response.bytes, as) : undefined;
      return resource?.name === name ? { type: "there", resource } : { type: "absent" };
    } catch (error) {
      return resultOf(error);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#reads--;
      else next();
    }
  }

  /** Waits until the read may start. A read that ends starts the next one. */
  async #turn(): Promise<void> {
    if (this.#reads < MOST_READS) this.#reads++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function resultOf(error: unknown): ReadResult {
  const fault = error instanceof UpstreamFault ? error : undefined;
  if (fault === undefined) return { type: "absent" };
  const { code } = fault.rpc;
  // Google responds 403 for a resource that does not exist, but also to an account that may not use the API.
  if (fault.scope === "named" || code === 404 || code === 400 && fault.scope === "request") {
    return { type: "absent" };
  }
  return { type: fault.scope === "account" ? "refused" : "failed", fault };
}
