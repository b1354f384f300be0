/**
 * Puts the gateway together for certain settings, from parts that stay when these change.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { ModelAliases } from "../gemini/api/model_alias.ts";
import type { ClientKeys } from "../keys/client_key.ts";
import type { Pool } from "../pool/pool.ts";
import { Auth } from "./access/auth.ts";
import { ClientAddresses } from "./access/client_address.ts";
import { AdminAccess } from "./access/admin_access.ts";
import { Guards } from "./access/guards.ts";
import type { KeyPolicy } from "./access/key_policy.ts";
import { type AppParts, createApp, type Handler } from "./app.ts";
import { systemTimer } from "./call/pause.ts";
import { reportOf } from "./catalog/catalogue_report.ts";
import type { ListRefresher } from "./catalog/list_refresher.ts";
import { ModelCatalog } from "./catalog/model_catalog.ts";
import type { ModelLists } from "./catalog/model_lists.ts";
import { ModelNames } from "./catalog/model_names.ts";
import { Dispatcher } from "./dispatch/dispatch.ts";
import type { Roster } from "./dispatch/roster.ts";
import type { AdminRouteParts } from "./routes/admin_routes.ts";
import type { GatewaySettings } from "./settings.ts";
import { UpstreamHosts } from "./upstream_hosts.ts";

/** The parts that stay when the settings change. */
export interface LastingParts extends
  Pick<
    AppParts,
    | "clock"
    | "redaction"
    | "observers"
    | "onUnforeseen"
    | "signatures"
    | "watch"
    | "bodyMemory"
    | "uploads"
    | "uploadWindows"
    | "uploadCopies"
    | "fileMover"
    | "ownership"
    | "members"
    | "allowed"
    | "sealer"
    | "limiter"
    | "liveSessions"
    | "openSockets"
    | "refusedSockets"
    | "wrongKeys"
    | "adminAuth"
    | "pageSessions"
    | "uiCodes"
    | "page"
    | "metrics"
    | "admin"
    | "adminState"
    | "explain"
    | "onSignIn"
    | "toolCalls"
    | "exchanges"
    | "servesInteractions"
    | "operations"
  >,
  Omit<AdminRouteParts, "models"> {
  readonly pool: Pool;
  readonly roster: Roster;
  readonly lists: ModelLists;
  readonly refresher: ListRefresher;
  readonly clientKeys: ClientKeys;
}

/** A gateway with certain settings. */
export interface ArrangedGateway {
  readonly handle: Handler;
  /** When it requires a key. */
  readonly keyPolicy: KeyPolicy;
}

/** Creates the parts that depend on the settings. */
export function arrange(settings: GatewaySettings, lasting: LastingParts): ArrangedGateway {
  const { server, routing } = settings;
  const { maxAttempts, maxWaitMs } = routing;
  const { clock, pool, roster, lists, refresher, redaction, ownership } = lasting;
  if (settings.auth.apiKey !== undefined) redaction.addSecret(settings.auth.apiKey);
  const aliases = new ModelAliases(settings.aliases);
  const auth = new Auth(settings, lasting.clientKeys);
  const guards = new Guards(settings);
  const adminAccess = new AdminAccess({ ...lasting, settings, guards });
  const hosts = new UpstreamHosts(roster);
  const publicHost = URL.parse(settings.server.publicUrl ?? "")?.host;
  const handle = createApp({
    ...lasting,
    settings,
    modelNames: new ModelNames(aliases, lists),
    models: async () => {
      // Failures are part of the report.
      await refresher.ready().catch(ignore);
      return reportOf({ roster, lists, refresher, aliases, redaction });
    },
    guards,
    adminAccess,
    auth,
    keyPolicy: () => auth.policy,
    clientAddresses: new ClientAddresses(server.trustedProxies),
    addresses: {
      isOwn: (host) => guards.main.isOwn(host) || host === publicHost,
      isUpstream: (host) => hosts.has(host),
    },
    catalog: new ModelCatalog({ roster, lists, refresher, aliases }),
    dispatcher: new Dispatcher({
      ownership,
      pool,
      roster,
      lists,
      clock,
      timer: systemTimer,
      maxAttempts,
      maxWaitMs,
      allowed: lasting.allowed,
    }),
  });
  return {
    handle,
    get keyPolicy() {
      return auth.policy;
    },
  };
}
