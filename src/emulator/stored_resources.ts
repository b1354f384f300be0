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
import { OperationStore } from "./operations/operation_store.ts";
import { NamedTable } from "./shared/named_table.ts";
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
  readonly operations: OperationStore;
  /** Tuned models, corpora, their permissions, and generated files. */
  readonly named: NamedTable;
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
    operations: new OperationStore(),
    named: new NamedTable(),
  };
}
