/**
 * Resources by name, with the project that owns each: tuned models, corpora, their permissions, and generated files.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import type { Listed } from "../resource_page.ts";

/** Most resources of all projects; the oldest are discarded. */
const MOST_RESOURCES = 5000;

/** The words of refusals for the collections. */
const WORDS: Readonly<Record<string, string>> = {
  tunedModels: "TunedModel",
  corpora: "Corpus",
  permissions: "Permission",
  generatedFiles: "GeneratedFile",
};

/** A resource. */
export interface NamedResource extends Listed {
  /** As in `tunedModels/x/permissions/1`. */
  readonly name: string;
  readonly project: string;
  /** Its members besides the name. */
  members: JsonObject;
}

/** All resources of some collections. */
export class NamedTable {
  readonly #resources = new Map<string, NamedResource>();
  #serial = 0;

  /** Adds a resource; throws a GoogleError if its name is in use. */
  add(resource: Pick<NamedResource, "name" | "project" | "members">): NamedResource {
    const { name } = resource;
    if (this.#resources.has(name)) {
      throw new GoogleError(409, "ALREADY_EXISTS", { message: `${name} already exists.` });
    }
    this.#serial += 1;
    const added: NamedResource = {
      ...resource,
      serial: this.#serial,
      toJSON: () => ({ name, ...added.members }),
    };
    this.#resources.set(name, added);
    dropOldest(this.#resources, MOST_RESOURCES);
    return added;
  }

  /** Returns a resource; throws a GoogleError if the project has no such resource. */
  find(name: string, project: string): NamedResource {
    const resource = this.#resources.get(name);
    if (resource?.project === project) return resource;
    const [collection = "", id] = name.split("/").slice(-2);
    throw new GoogleError(403, "PERMISSION_DENIED", {
      message: `You do not have permission to access the ${
        WORDS[collection]
      } ${id} or it may not exist.`,
    });
  }

  /** The resources directly below a path, as in `tunedModels` or `tunedModels/x/permissions`; oldest first. */
  list(path: string, project: string): readonly NamedResource[] {
    return [...this.#resources.values()].filter((resource) =>
      resource.project === project && resource.name.replace(/\/[^/]+$/, "") === path
    );
  }

  /** Deletes a resource, and what is below it. */
  delete({ name }: NamedResource): void {
    for (const other of this.#resources.keys()) {
      if (other === name || other.startsWith(`${name}/`)) this.#resources.delete(other);
    }
  }
}
