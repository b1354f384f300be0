/**
 * The enabled accounts, by the projects that they belong to.
 *
 * @module
 */
import type { Projects } from "../../pool/owners/projects.ts";
import type { Member, Roster } from "../dispatch/roster.ts";

/** Groups the accounts by project; again only after an account changed or a shared project was learnt. */
export class ProjectMembers {
  readonly #roster: Pick<Roster, "members" | "revision">;
  readonly #projects: Pick<Projects, "of" | "version">;
  #grouped: ReadonlyMap<string, readonly Member[]> = new Map();
  #state = "";

  constructor(
    roster: Pick<Roster, "members" | "revision">,
    projects: Pick<Projects, "of" | "version">,
  ) {
    this.#roster = roster;
    this.#projects = projects;
  }

  /** The accounts of a project; empty if there are none. */
  of(project: string): readonly Member[] {
    return this.#byProject().get(project) ?? [];
  }

  /** The accounts of each project. */
  all(): readonly (readonly Member[])[] {
    return [...this.#byProject().values()];
  }

  #byProject(): ReadonlyMap<string, readonly Member[]> {
    const state = `${this.#roster.revision} ${this.#projects.version}`;
    if (state !== this.#state) {
      this.#grouped = Map.groupBy(
        this.#roster.members(),
        ({ account }) => this.#projects.of(account),
      );
      this.#state = state;
    }
    return this.#grouped;
  }
}
