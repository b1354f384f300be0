/**
 * What the pool knows, kept in the store: conversations and cool-downs, written behind.
 *
 * @module
 */
import type { BindingSink } from "../pool/affinity.ts";
import type { Clock } from "../base/clock.ts";
import type { CoolDownSink } from "../pool/pool.ts";
import type { Gateway } from "../server/gateway.ts";
import type { CoolDownChange } from "../store/cool_down_rows.ts";
import type { Store } from "../store/open_store.ts";
import type { SessionChange } from "../store/session_rows.ts";
import { WriteBehind } from "../store/write_behind.ts";

/** Least time between two writes, in ms. */
export const WRITE_MS = 1000;

/** Names a cool-down; `model` is empty for that of a whole account. */
export interface CoolDownName {
  readonly accountId: string;
  readonly model: string;
}

/** What {@linkcode keepRouting} gives. */
export interface KeptRouting {
  readonly bindingSink: BindingSink;
  readonly coolDownSink: CoolDownSink;
  /** Whether a change of that conversation, or cool-down, is yet to be written. */
  isPending(row: { readonly session: string } | CoolDownName): boolean;
  /** Hands the gateway the conversations that were kept. Never rejects. */
  restore(gateway: Pick<Gateway, "restore">): Promise<void>;
  /** Writes what is pending, takes no more, and ends a restoring that is under way. */
  close(): Promise<void>;
}

/** Opens both ways to the store. */
export function keepRouting(
  store: Pick<Store, "sessions" | "coolDowns">,
  options: {
    readonly clock: Clock;
    readonly onProblem: (what: string, error: unknown) => void;
  },
): KeptRouting {
  const { clock, onProblem } = options;
  const common = { clock, intervalMs: WRITE_MS };
  const sessions = new WriteBehind<SessionChange>({
    ...common,
    write: (batch, nowMs) => store.sessions.write(batch, nowMs),
    onError: (error) => onProblem("Cannot write sessions; they are kept in memory", error),
  });
  const coolDowns = new WriteBehind<CoolDownChange>({
    ...common,
    write: (batch, nowMs) => store.coolDowns.write(batch, nowMs),
    onError: (error) => onProblem("Cannot write cool-downs; they are kept in memory", error),
  });
  let isClosed = false;
  return {
    bindingSink: {
      bind: (fingerprint, accountId, expiresAtMs) =>
        sessions.put(fingerprint, { fingerprint, accountId, expiresAtMs }),
      unbind: (fingerprint) => sessions.put(fingerprint, { fingerprint, accountId: null }),
    },
    coolDownSink: {
      cool: (coolDown) => coolDowns.put(rowName(coolDown), coolDown),
      heal(accountId, model) {
        coolDowns.put(rowName({ accountId, model }), { accountId, model, lengthMs: null });
      },
    },
    isPending(row) {
      return "session" in row ? sessions.has(row.session) : coolDowns.has(rowName(row));
    },
    async restore(gateway) {
      try {
        for await (const rows of store.sessions.load(clock.now())) {
          if (isClosed) return;
          gateway.restore(
            rows.map(({ fingerprint: session, ...binding }) => ({ session, ...binding })),
          );
        }
      } catch (error) {
        onProblem("Cannot read sessions; conversations may move to other accounts", error);
      }
    },
    async close() {
      isClosed = true;
      await sessions.close();
      await coolDowns.close();
    },
  };
}

function rowName({ accountId, model }: CoolDownName): string {
  return `${accountId}/${model}`;
}
