/**
 * The resources that the emulated Google stores.
 *
 * @module
 */
import { AgentResources } from "./agents/agent_resources.ts";
import type { WallClock } from "../base/clock.ts";
import { BatchStore } from "./batches/batch_store.ts";
import { CacheStore } from "./caches/cache_store.ts";
import { InteractionStore } from "./interactions/interaction_store.ts";
import { FileStore } from "./files/file_store.ts";
import { LiveSockets } from "./live/live_sockets.ts";
import { StoreTable } from "./stores/store_table.ts";
import { UploadSessions } from "./uploads/upload_session.ts";

/** The stores of one emulator. */
export interface StoredResources {
  readonly files: FileStore;
  readonly uploads: UploadSessions;
  readonly caches: CacheStore;
  readonly stores: StoreTable;
  readonly batches: BatchStore;
  readonly interactions: InteractionStore;
  readonly agents: AgentResources;
  readonly live: LiveSockets;
}

/**
 * Makes empty stores.
 *
 * @param keptFileBytes Most bytes that are kept of one file.
 */
export function emptyStores(clock: WallClock, keptFileBytes = 1024 * 1024): StoredResources {
  return {
    files: new FileStore(clock),
    uploads: new UploadSessions(keptFileBytes),
    caches: new CacheStore(clock),
    stores: new StoreTable(clock),
    batches: new BatchStore(clock),
    interactions: new InteractionStore(),
    agents: new AgentResources(),
    live: new LiveSockets(clock),
  };
}
