/**
 * Finds out which accounts share a project and its resources. The user or the account names the project, or Pollux
 * learns that two accounts share one when both see the same resource. What was learnt is kept state:
 *
 *     ["v1", "shared_project", SHA-256 of an account's id]  → { project, untilMs }
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Keeper, KeptKind } from "../../base/stored/kept.ts";
import { KeptTable } from "../../base/stored/kept_table.ts";

/** Most accounts with a learnt project. */
const CAPACITY = 10_000;

/** How long a learnt project is kept, in ms: 90 days. Pollux learns it again when it needs it. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** Most links from an account to the account that its project is named after. */
const MOST_STEPS = 64;

/** What the project of an account depends on. */
export interface ProjectAccount {
  readonly id: string;
  readonly kind: string;
  readonly project?: string;
  readonly location?: string;
  readonly projectGroup?: string;
}

/** A learnt project of an account. */
interface Learnt {
  /** The project that it shares. */
  readonly project: string;
  readonly untilMs: number;
}

const LEARNT: KeptKind<Learnt> = {
  name: "shared_project",
  label: "shared projects",
  ifUnread: "they are learnt again",
  leftMs: ({ untilMs }, nowMs) => untilMs - nowMs,
  encode: ({ project, untilMs }) => ({ project, untilMs }),
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { project, untilMs } = stored;
    return typeof project === "string" && typeof untilMs === "number"
      ? { project, untilMs }
      : undefined;
  },
};

/** Prefix of the key of a project that no one named: it is named after an account. */
const OF_ACCOUNT = "account:";

/** The projects of accounts. */
export class Projects {
  readonly #learnt: KeptTable<Learnt>;
  readonly #clock: WallClock;
  #version = 0;

  constructor(keeper: Keeper, clock: WallClock) {
    this.#learnt = new KeptTable(keeper, { kind: LEARNT, clock, capacity: CAPACITY });
    this.#clock = clock;
  }

  /** Reads the learnt projects from the store. Never rejects. */
  async restore(): Promise<void> {
    await this.#learnt.restore();
    this.#version++;
  }

  /** Changes whenever a shared project was learnt. */
  get version(): number {
    return this.#version;
  }

  /** An account's project, as a key: equal for accounts that share their resources. */
  of(account: ProjectAccount): string {
    return this.#root(statedProject(account) ?? OF_ACCOUNT + account.id);
  }

  /** Records that two accounts share a project. Two projects that users named stay apart. */
  learn(one: ProjectAccount, other: ProjectAccount): void {
    const [kept, joined] = [this.of(one), this.of(other)]
      .sort((a, b) => Number(a.startsWith(OF_ACCOUNT)) - Number(b.startsWith(OF_ACCOUNT)));
    if (kept === undefined || joined === undefined || kept === joined) return;
    if (!joined.startsWith(OF_ACCOUNT)) return;
    this.#version++;
    this.#learnt.set(joined, { project: kept, untilMs: this.#clock.now() + KEPT_MS });
  }

  /** Follows the learnt projects from a project that is named after an account. */
  #root(project: string): string {
    let root = project;
    for (let step = 0; step < MOST_STEPS && root.startsWith(OF_ACCOUNT); step++) {
      const next = this.#learnt.peek(root)?.project;
      if (next === undefined) return root;
      root = next;
    }
    return root;
  }
}

/** The project that the user or the account names. Vertex AI keeps the resources of each location apart. */
function statedProject(
  { kind, project, location, projectGroup }: ProjectAccount,
): string | undefined {
  if (projectGroup !== undefined) return `group:${projectGroup}`;
  return kind === "vertex" && project !== undefined
    ? `vertex:${project}/${location ?? ""}`
    : undefined;
}
