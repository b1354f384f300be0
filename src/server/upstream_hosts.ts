/**
 * The hosts that accounts' calls go to: a file's address at one of them names a stored file.
 *
 * @module
 */
import type { Roster } from "./dispatch/roster.ts";

/** Reads the accounts' base URLs again only after an account changed: a request can name thousands of addresses. */
export class UpstreamHosts {
  readonly #roster: Pick<Roster, "members" | "revision">;
  #revision: bigint | undefined;
  #hosts: ReadonlySet<string> = new Set();

  constructor(roster: Pick<Roster, "members" | "revision">) {
    this.#roster = roster;
  }

  /** Whether an account's calls go to this host, with its port, as in `127.0.0.1:9000`. */
  has(host: string): boolean {
    const { revision } = this.#roster;
    if (revision === undefined || revision !== this.#revision) {
      const urls = this.#roster.members().flatMap(({ account }) => account.baseUrls);
      this.#hosts = new Set(urls.map((url) => URL.parse(url)?.host ?? ""));
      this.#revision = revision;
    }
    return this.#hosts.has(host);
  }
}
