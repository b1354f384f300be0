/**
 * Where the accounts' calls go, for traces and metrics.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { Attributes } from "@opentelemetry/api";
import { providerOf } from "./traced_method.ts";
import { GEN_AI } from "../../telemetry/otel/gen_ai.ts";

/** Most accounts that are remembered; those of a gateway are far fewer. */
const MOST = 10_000;

/** The places by the accounts' names. */
export class AccountPlaces {
  readonly #attributes = new Map<string, Attributes>();

  /** An account is in use, or has changed. */
  note({ name, kind, baseUrls }: Pick<Account, "name" | "kind" | "baseUrls">): void {
    const url = URL.parse(baseUrls[0] ?? "");
    this.#attributes.delete(name);
    this.#attributes.set(name, {
      [GEN_AI.provider]: providerOf(kind),
      ...(url === null ? {} : {
        "server.address": url.hostname,
        "server.port": Number(url.port) || (url.protocol === "http:" ? 80 : 443),
      }),
    });
    const [oldest] = this.#attributes.keys();
    if (this.#attributes.size > MOST && oldest !== undefined) this.#attributes.delete(oldest);
  }

  /** `gen_ai.provider.name`, `server.address` and `server.port`. */
  of(name: string): Attributes {
    return this.#attributes.get(name) ?? { [GEN_AI.provider]: providerOf(undefined) };
  }
}
