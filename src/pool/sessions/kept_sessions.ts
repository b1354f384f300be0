/**
 * Bindings of conversations to accounts as stored state:
 *
 *     ["v1", "session", fingerprint]  → { accountId, expiresAtMs }
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { Keeper, KeptChange, KeptKind, KeptRows } from "../../base/stored/kept.ts";
import { Affinity, type AffinityOptions, type Binding } from "./affinity.ts";

/** The value of a row, whose key is the conversation's fingerprint. */
export type KeptSession = Pick<Binding, "accountId" | "expiresAtMs">;

/** The kind of row. Notes between gateways contain the bindings, so no gateway has to read the rows. */
export const SESSIONS: KeptKind<KeptSession> = {
  name: "session",
  label: "sessions",
  ifUnread: "conversations may move to other accounts",
  leftMs: ({ expiresAtMs }, nowMs) => expiresAtMs - nowMs,
  encode: ({ accountId, expiresAtMs }) => ({ accountId, expiresAtMs }),
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { accountId, expiresAtMs } = stored;
    if (typeof accountId !== "string" || typeof expiresAtMs !== "number") return undefined;
    return { accountId, expiresAtMs };
  },
  note: {
    field: "sessions",
    encode: ({ key: [fingerprint], value }) => [
      fingerprint,
      value?.accountId ?? null,
      value?.expiresAtMs ?? 0,
    ],
    decode: sessionInNote,
  },
};

/** Creates an {@linkcode Affinity} with stored bindings, and the rows to restore them from. */
export function keptAffinity(
  options: Omit<AffinityOptions, "sink">,
  keeper: Keeper,
): { readonly affinity: Affinity; readonly sessions: Pick<KeptRows<KeptSession>, "restore"> } {
  const sessions = keeper.open(SESSIONS, {
    restore(rows) {
      affinity.restore(rows.map(({ key, value }) => ({ ...value, session: fingerprintIn(key) })));
    },
    adopt(changes) {
      for (const { key, value = GIVEN_UP } of changes) {
        affinity.adopt({ ...value, session: fingerprintIn(key) });
      }
    },
  });
  const affinity = new Affinity({
    ...options,
    sink: {
      bind: (session, accountId, expiresAtMs) =>
        sessions.put([session], { accountId, expiresAtMs }),
      unbind: (session) => sessions.delete([session]),
    },
  });
  return { affinity, sessions };
}

const GIVEN_UP = { accountId: null, expiresAtMs: 0 };

function sessionInNote(
  [fingerprint, accountId, expiresAtMs]: readonly unknown[],
): KeptChange<KeptSession> | undefined {
  if (typeof fingerprint !== "string" || typeof expiresAtMs !== "number") return undefined;
  if (accountId === null) return { key: [fingerprint], value: undefined };
  if (typeof accountId !== "string") return undefined;
  return { key: [fingerprint], value: { accountId, expiresAtMs } };
}

function fingerprintIn([fingerprint = ""]: readonly string[]): string {
  return fingerprint;
}
