/**
 * All interactions of the emulated Google, by the project that owns them.
 *
 * @module
 */
import type { UsageCount } from "../counted_usage.ts";
import { dropOldest } from "../drop_oldest.ts";
import { entityNotFound, invalidRequest } from "./string_codes.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import { randomId } from "../random_id.ts";

/** Most interactions, and most continuation tokens, of all projects; the oldest are discarded. */
const MOST_INTERACTIONS = 5000;

/** An interaction that a project has stored. */
export interface StoredInteraction {
  readonly id: string;
  readonly project: string;
  /** The interaction as it is when the work is done, without `steps`. */
  readonly resource: JsonObject;
  /** The steps of its own input. */
  readonly input: readonly JsonObject[];
  /** The steps that the model made. */
  readonly steps: readonly JsonObject[];
  /** All steps before `steps`: those of earlier interactions, and the input. */
  readonly history: readonly JsonObject[];
  /** The events of its stream. */
  readonly events: readonly JsonObject[];
  /** How often a read still finds it in progress; infinite if it runs until it is cancelled. */
  readsLeft: number;
  cancelled: boolean;
  /** Counts its tokens once it is done. */
  readonly count: UsageCount;
}

/** What a continuation token resumes. */
export interface Continuation {
  readonly project: string;
  /** The id of the interaction that the token was issued for. */
  readonly issuer: string;
  /** The texts that are not decoded yet, one for each request. */
  readonly texts: readonly string[];
}

/** All interactions. */
export class InteractionStore {
  readonly #interactions = new Map<string, StoredInteraction>();
  readonly #continuations = new Map<string, Continuation>();

  add(interaction: StoredInteraction): void {
    this.#interactions.set(interaction.id, interaction);
    dropOldest(this.#interactions, MOST_INTERACTIONS);
  }

  /** Returns an interaction; throws a GoogleError if the project has no such interaction. */
  find(id: string, project: string): StoredInteraction {
    const found = this.#interactions.get(id);
    if (found === undefined || !isSameProject(found.project, project)) throw entityNotFound();
    return found;
  }

  delete({ id }: StoredInteraction): void {
    this.#interactions.delete(id);
  }

  /** The interactions of a project, oldest first. */
  list(project: string): readonly StoredInteraction[] {
    return [...this.#interactions.values()]
      .filter((interaction) => isSameProject(interaction.project, project));
  }

  /** Issues a continuation token. */
  continueLater(continuation: Continuation): string {
    const token = randomId(40);
    this.#continuations.set(token, continuation);
    dropOldest(this.#continuations, MOST_INTERACTIONS);
    return token;
  }

  /**
   * Returns what a token resumes. It stays valid: a client whose connection broke sends it again.
   *
   * @param previous The `previous_interaction_id` of the request: the token has to belong to it.
   */
  continuation(
    token: string,
    { project, previous }: { readonly project: string; readonly previous: string | undefined },
  ): Continuation {
    const found = this.#continuations.get(token);
    if (found === undefined || !isSameProject(found.project, project)) {
      throw invalidRequest("The continuation_token is invalid or has expired.");
    }
    if (previous !== undefined && previous !== found.issuer) {
      throw invalidRequest("The continuation_token does not belong to previous_interaction_id.");
    }
    return found;
  }
}

/** Returns an id as Google's: opaque base64url after a version. */
export function interactionId(): string {
  const text = btoa(`\n\x17${randomId(23)}\x12\x17${randomId(23)}`);
  return `v1_${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}
