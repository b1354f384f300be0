/**
 * One cache of the emulated Google.
 *
 * @see {@link https://ai.google.dev/api/caching#CachedContent}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.cachedContents}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { microsecondStamp, nanosecondStamp } from "../timestamps.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";
import { projectNumber } from "../project_number.ts";
import type { TokenCount } from "../models/token_count.ts";

/** The data of a new cache. */
export interface CacheSource {
  readonly id: string;
  readonly serial: number;
  /** Project that owns it. */
  readonly project: string;
  /** Location of a cache of Vertex AI; empty for one of the Gemini API. */
  readonly location: string;
  /** Bare id. */
  readonly modelId: string;
  /** As the client named it. */
  readonly model: string;
  readonly displayName: string | undefined;
  /** What prompts that use the cache have in common: `systemInstruction`, `tools`, `toolConfig`. */
  readonly shared: JsonObject;
  readonly tokens: TokenCount;
  /** In ms. */
  readonly expiresAt: number;
  /** Now, in ms. */
  readonly now: number;
}

/** A cache. */
export class StoredCache implements Listed {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly location: string;
  readonly modelId: string;
  readonly model: string;
  readonly shared: JsonObject;
  readonly tokens: TokenCount;
  readonly #displayName: string | undefined;
  readonly #createdAt: number;
  #updatedAt: number;
  #expiresAt: number;

  constructor(from: CacheSource) {
    this.id = from.id;
    this.serial = from.serial;
    this.project = from.project;
    this.location = from.location;
    this.modelId = from.modelId;
    this.model = from.model;
    this.shared = from.shared;
    this.tokens = from.tokens;
    this.#displayName = from.displayName;
    this.#createdAt = from.now;
    this.#updatedAt = from.now;
    this.#expiresAt = from.expiresAt;
  }

  get name(): string {
    return this.location === ""
      ? `cachedContents/${this.id}`
      : `projects/${
        projectNumber(this.project)
      }/locations/${this.location}/cachedContents/${this.id}`;
  }

  /** In ms. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  /** Sets the time of expiry, in ms. */
  extend(expiresAt: number, now: number): void {
    this.#expiresAt = expiresAt;
    this.#updatedAt = now;
  }

  /** Returns the resource, without contents, which Google never returns. */
  toJSON(): JsonObject {
    const isVertex = this.location !== "";
    const { name, model, tokens } = this;
    return {
      name,
      model,
      createTime: microsecondStamp(this.#createdAt),
      updateTime: microsecondStamp(this.#updatedAt),
      expireTime: nanosecondStamp(this.#expiresAt),
      ...(isVertex
        ? defined({ displayName: this.#displayName })
        : { displayName: this.#displayName ?? "" }),
      usageMetadata: {
        totalTokenCount: tokens.total,
        ...(isVertex ? { textCount: tokens.characters } : {}),
      },
    };
  }
}
