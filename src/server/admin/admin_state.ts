/**
 * What the admin API knows of a running gateway, whatever its settings are.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { Pool } from "../../pool/pool.ts";
import type { CallObserver } from "../call/call_observer.ts";
import type { CallWatch } from "../call/call_watch.ts";
import type { Roster } from "../dispatch/roster.ts";
import type { RecentCalls } from "../explain/recent_calls.ts";
import type { AdminServices } from "./admin_services.ts";
import { AdminEvents, type StatusEvent } from "./calls/admin_events.ts";
import type { RowParts } from "./calls/call_row.ts";
import { LastMinute } from "./calls/last_minute.ts";
import type { CallListParts } from "./calls/list_calls.ts";

/** The parts of the gateway that it is made of. */
export interface AdminStateParts extends RowParts {
  readonly clock: Clock;
  readonly calls: RecentCalls;
  readonly watch: CallWatch;
  readonly pool: Pick<Pool, "waiting">;
  readonly roster: Pick<Roster, "refresh" | "revision">;
  /** Default: there is no admin API. */
  readonly services: Pick<AdminServices, "refreshKeys"> | undefined;
}

/** The state. */
export interface AdminState extends CallListParts {
  readonly clock: Clock;
  readonly events: AdminEvents;
  /** To be notified of every request. */
  readonly observers: readonly CallObserver[];
  /** What happens now. */
  now(): StatusEvent;
  /** Applies changes of accounts and keys in the store, and tells them to the readers of events. */
  refresh(): Promise<void>;
}

/** Creates the state of a gateway. */
export function createAdminState(parts: AdminStateParts): AdminState {
  const { clock, calls, watch, pool, roster, services, redaction, costOf } = parts;
  const lastMinute = new LastMinute(clock);
  function now(): StatusEvent {
    return {
      callsInFlight: watch.size,
      waitingCalls: pool.waiting,
      lastMinute: lastMinute.sums(),
    };
  }
  const events = new AdminEvents({
    clock,
    redaction,
    costOf,
    status: now,
    revisions: async () => ({
      keys: await services?.refreshKeys(),
      accounts: roster.revision,
    }),
  });
  return {
    clock,
    calls,
    watch,
    redaction,
    costOf,
    events,
    observers: [lastMinute, events],
    now,
    async refresh() {
      // One that was under way may have read the store before the change.
      for (let nth = 0; nth < 2; nth++) {
        await Promise.all([roster.refresh(), services?.refreshKeys()]);
      }
      events.look();
    },
  };
}
