/**
 * The resources around agents, by collection and by the project that owns them.
 *
 * @module
 */
import { dropOldest } from "../drop_oldest.ts";
import { entityNotFound } from "../interactions/string_codes.ts";
import { GoogleError } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";

/** Most resources of one collection, of all projects; the oldest are discarded. */
const MOST_RESOURCES = 1000;

/** The collections. `files` are those of environments, `executions` those of triggers. */
export type AgentCollection =
  | "agents"
  | "environments"
  | "triggers"
  | "webhooks"
  | "credentials"
  | "voices"
  | "files"
  | "executions";

/** One resource. */
export class AgentResource implements Listed {
  readonly serial: number;
  readonly project: string;
  readonly id: string;
  /** The resource as the API shows it. */
  shown: JsonObject;
  /** The bytes of a file; undefined if it has too many. */
  readonly content: Uint8Array | undefined;

  constructor(serial: number, resource: NewAgentResource) {
    this.serial = serial;
    this.project = resource.project;
    this.id = resource.id;
    this.shown = resource.shown;
    this.content = resource.content;
  }

  toJSON(): JsonObject {
    return this.shown;
  }
}

/** A new resource. `id` is unique in its project; that of a file or an execution has the parent's before it. */
export interface NewAgentResource {
  readonly project: string;
  readonly id: string;
  readonly shown: JsonObject;
  readonly content?: Uint8Array;
}

/** All resources. */
export class AgentResources {
  readonly #collections = new Map<AgentCollection, Map<string, AgentResource>>();
  #serial = 0;

  /** Adds a resource; throws a GoogleError if the project has one with that id. */
  add(collection: AgentCollection, resource: NewAgentResource): AgentResource {
    this.refuseKnown(collection, resource);
    this.#serial += 1;
    const added = new AgentResource(this.#serial, resource);
    const all = this.#all(collection);
    all.set(String(added.serial), added);
    dropOldest(all, MOST_RESOURCES);
    return added;
  }

  /** Throws a GoogleError if the project has a resource with that id. */
  refuseKnown(collection: AgentCollection, { id, project }: NewAgentResource): void {
    if (this.#get(collection, id, project) !== undefined) {
      throw new GoogleError(409, "ALREADY_EXISTS", { message: "Requested entity already exists." });
    }
  }

  /** Returns a resource; throws a GoogleError if the project has no such one. */
  find(
    collection: AgentCollection,
    { id, project }: Pick<NewAgentResource, "id" | "project">,
  ): AgentResource {
    const found = this.#get(collection, id, project);
    if (found === undefined) throw entityNotFound();
    return found;
  }

  list(collection: AgentCollection, project: string): readonly AgentResource[] {
    return [...this.#all(collection).values()]
      .filter((resource) => isSameProject(resource.project, project));
  }

  delete(collection: AgentCollection, resource: AgentResource): void {
    this.#all(collection).delete(String(resource.serial));
  }

  #get(collection: AgentCollection, id: string, project: string): AgentResource | undefined {
    return this.list(collection, project).find((resource) => resource.id === id);
  }

  #all(collection: AgentCollection): Map<string, AgentResource> {
    const found = this.#collections.get(collection);
    if (found !== undefined) return found;
    const made = new Map<string, AgentResource>();
    this.#collections.set(collection, made);
    return made;
  }
}
