/**
 * Keeps a gateway in step with others on the same store: it reads what all did with conversations and
 * which cool-downs they found out about. It asks all the time and not when a call comes in, so that no
 * call waits for the store, and one whose conversation moves here finds its account while the store is
 * away.
 *
 * @module
 */
import { type FailureKind, isFailureKind } from "../pool/failure.ts";
import type { Clock } from "../base/clock.ts";
import type { Gateway } from "../server/gateway.ts";
import type { CoolDownRow } from "../store/cool_down_rows.ts";
import type { JournalNote } from "../store/journal.ts";
import type { Store } from "../store/open_store.ts";
import type { KeptRouting } from "./keep_routing.ts";

/** How often the store is asked, in ms. With the time of a write, others know within two seconds. */
export const POLL_MS = 500;

/** What is to be kept in step. */
export interface FollowOptions {
  readonly gateway: Pick<
    Gateway,
    "adoptBindings" | "adoptCoolDowns" | "adoptOldCoolDowns" | "adoptHealing"
  >;
  /** What this gateway is yet to write itself is newer than what it reads. */
  readonly kept: Pick<KeptRouting, "isPending">;
  readonly clock: Clock;
  /** The store could not be read. */
  readonly onError: (error: unknown) => void;
}

/** Follows until it is disposed of. Does nothing on a store that no other gateway can use. */
export function followOthers(
  store: Pick<Store, "journal" | "sessions" | "coolDowns">,
  options: FollowOptions,
): AsyncDisposable {
  let reading: Promise<void> | undefined;
  let isBehind = false;
  async function read(): Promise<void> {
    const news = await store.journal?.news();
    const isWhole = !isBehind && news !== undefined;
    // The news are told once: where they cannot be followed, all has to be read anew.
    isBehind = true;
    if (isWhole) await adoptNews(news, store, options);
    else await readAll(store, options);
    isBehind = false;
  }
  const timer = store.journal && setInterval(() => {
    reading ??= read().catch(options.onError).finally(() => reading = undefined);
  }, POLL_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await reading;
    },
  };
}

async function adoptNews(
  news: readonly JournalNote[],
  store: Pick<Store, "coolDowns">,
  options: FollowOptions,
): Promise<void> {
  adoptSessions(news, options);
  const changed = news.flatMap(({ coolDowns = [] }) => coolDowns);
  if (changed.length === 0) return;
  const running = new Map<string, CoolDownRow<FailureKind>>();
  for (const row of await store.coolDowns.load(options.clock.now(), isFailureKind)) {
    running.set(`${row.accountId}/${row.model}`, row);
  }
  const { gateway, kept } = options;
  const begun: CoolDownRow<FailureKind>[] = [];
  for (const [accountId, model] of changed) {
    if (kept.isPending({ accountId, model })) continue;
    const row = running.get(`${accountId}/${model}`);
    if (row === undefined) gateway.adoptHealing(accountId, model);
    else begun.push(row);
  }
  gateway.adoptCoolDowns(begun);
}

function adoptSessions(news: readonly JournalNote[], { gateway, kept }: FollowOptions): void {
  const bindings = news.flatMap(({ sessions = [] }) => sessions)
    .map(([session, accountId, expiresAtMs]) => ({ session, accountId, expiresAtMs }));
  gateway.adoptBindings(bindings.filter((binding) => !kept.isPending(binding)));
}

/** Too much was missed to tell what changed. */
async function readAll(
  store: Pick<Store, "sessions" | "coolDowns">,
  { gateway, kept, clock }: FollowOptions,
): Promise<void> {
  for await (const rows of store.sessions.load(clock.now())) {
    const bindings = rows.map(({ fingerprint: session, ...binding }) => ({ session, ...binding }));
    gateway.adoptBindings(bindings.filter((binding) => !kept.isPending(binding)));
  }
  const running = await store.coolDowns.load(clock.now(), isFailureKind);
  gateway.adoptOldCoolDowns(running.filter((coolDown) => !kept.isPending(coolDown)));
}
