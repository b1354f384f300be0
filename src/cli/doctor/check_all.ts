/**
 * Runs all checks, concurrently where one does not need another's result.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { AccountBook } from "../../accounts/account_book.ts";
import { ignore } from "../../base/ignore.ts";
import type { ConfigSources } from "../../config/load_config.ts";
import type { FolderLocation } from "../../store/open_store.ts";
import type { SharedLocation } from "../../store/store_parts.ts";
import { gatewaySettings } from "../../daemon/gateway_settings.ts";
import type { KeepCredentialOptions } from "../../daemon/keep_credential.ts";
import { checkAccount, noAccount, notTried, unreadableAccount } from "./check_account.ts";
import { checkClock } from "./check_clock.ts";
import { checkConfiguration } from "./check_configuration.ts";
import { checkDataFolder } from "./check_data_folder.ts";
import { checkExposure, type KeyFacts, keyFacts, NO_KEYS } from "./check_exposure.ts";
import { checkGateway } from "./check_gateway.ts";
import { checkPort } from "./check_port.ts";
import { checkTls } from "./check_tls.ts";
import { checkUpstream, type ProbedUpstream } from "./check_upstream.ts";
import { checkVersion } from "./check_version.ts";
import { type Finding, findingOf } from "./finding.ts";
import { type Examined, openExamined } from "./open_examined.ts";
import { probeUpstream } from "./probe_upstream.ts";
import { withinLimit } from "./within_limit.ts";

/** Time limit of one check, in ms. */
const LIMIT_MS = 20_000;

/** Time limit for an upstream's response, in ms. */
const RESPONSE_MS = 10_000;

/** What to check. */
export interface Patient {
  /** The sources of the configuration that `serve` would use. */
  readonly sources: ConfigSources;
  /** Why valid settings cannot be used, such as a file that cannot be read. */
  readonly refused?: Error | undefined;
  readonly location: FolderLocation;
  /** The shared store that is used instead of the folder, if there is one. */
  readonly shared?: SharedLocation | undefined;
  /** Used if the store has no account. */
  readonly fallback: Account | undefined;
}

/** Runs all checks. */
export async function checkAll(patient: Patient): Promise<readonly Finding[]> {
  const opened = openKept(patient);
  const groups = await Promise.all([
    checkVersion(),
    withinLimit(checkSettings(patient, opened), {
      check: "configuration",
      // The store is opened in the meantime.
      limitMs: 2 * LIMIT_MS,
    }),
    withinLimit(checkDataFolder(patient.location.dataDir), {
      check: "data folder",
      limitMs: LIMIT_MS,
    }),
    // Its parts have their own time limits.
    checkKept(opened, patient),
  ]);
  return groups.flat();
}

async function checkSettings(
  { sources, refused, location }: Patient,
  opened: Promise<Opened>,
): Promise<readonly Finding[]> {
  const gateway = await checkGateway(location.dataDir);
  const { findings, config } = await checkConfiguration(sources);
  if (config === undefined) return [...findings, ...gateway.findings];
  const remedy = "Correct the setting or the variable, or the file that it names";
  if (refused !== undefined) {
    const network = findingOf(refused, { check: "network", remedy });
    return [...findings, network, ...gateway.findings];
  }
  const { host, port, tls } = config.server;
  const isEncrypted = tls.cert !== undefined && tls.port === undefined;
  return [
    ...findings,
    ...checkExposure(gatewaySettings(config), {
      isEncrypted,
      clientKeys: (await opened).clientKeys,
    }),
    ...await checkTls(config),
    ...gateway.findings,
    ...await checkPort({ host, port, own: gateway.url }),
    ...tls.port === undefined
      ? []
      : await checkPort({ host, port: tls.port, setting: "server.tls.port", own: gateway.url }),
  ];
}

/** The store, and what was found when it was opened. */
interface Opened extends Partial<Examined> {
  readonly findings: readonly Finding[];
  /** Undefined if they cannot be read. */
  readonly clientKeys: KeyFacts | undefined;
}

/** Opens the store and reads the client keys. Never rejects. */
async function openKept({ location, shared }: Patient): Promise<Opened> {
  const examined: { result?: Examined; clientKeys?: KeyFacts } = {};
  const findings = await withinLimit(
    openExamined(shared ?? location).then(async (result) => {
      examined.result = result;
      const { store, isNew } = result;
      if (isNew) examined.clientKeys = NO_KEYS;
      if (store !== undefined) examined.clientKeys = await keyFacts(store.clientKeys);
      return result.findings;
    }),
    { check: "store", limitMs: LIMIT_MS },
  );
  return { ...examined.result, findings, clientKeys: examined.clientKeys };
}

/** Checks the store's contents, and the accounts against their upstreams. */
async function checkKept(
  opened: Promise<Opened>,
  { fallback }: Patient,
): Promise<readonly Finding[]> {
  const { findings, store, isNew = false } = await opened;
  using _store = store;
  if (store === undefined) {
    return [...findings, ...isNew ? await checkAccounts(fallback ? [fallback] : []) : [notTried()]];
  }
  const book = new AccountBook(store.accounts, Date);
  try {
    const { accounts, unreadable } = await book.list();
    const used = accounts.length === 0 && fallback !== undefined ? [fallback] : accounts;
    // What the credential keeper reports is in the account's finding too.
    const kept = used === accounts ? { book, turns: store.turns, onProblem: ignore } : undefined;
    return [
      ...findings,
      ...unreadable.map(unreadableAccount),
      ...await checkAccounts(used, kept),
    ];
  } catch (error) {
    const remedy = "Put the data folder back from a backup";
    return [...findings, findingOf(error, { check: "store", remedy })];
  } finally {
    await store.turns.idle();
  }
}

async function checkAccounts(
  accounts: readonly Account[],
  kept?: KeepCredentialOptions,
): Promise<readonly Finding[]> {
  const upstreams = await probeAll(accounts.filter(({ enabled }) => enabled));
  const groups = await Promise.all(accounts.map((account) => {
    const isReached = upstreams.some(({ baseUrl, proxy, probe }) =>
      probe.isReached && account.baseUrls.includes(baseUrl) &&
      proxy?.reveal() === account.proxy?.reveal()
    );
    return withinLimit(checkAccount(account, { isReached, kept, limitMs: LIMIT_MS }), {
      check: "account",
      limitMs: LIMIT_MS + RESPONSE_MS,
    });
  }));
  return [
    ...upstreams.flatMap(checkUpstream),
    ...checkClock(upstreams.map(({ probe }) => probe)),
    ...groups.flat(),
    ...(accounts.some(({ enabled }) => enabled) ? [] : [noAccount(accounts.length)]),
  ];
}

/** Probes every upstream once for each proxy or direct connection that accounts use. */
async function probeAll(accounts: readonly Account[]): Promise<readonly ProbedUpstream[]> {
  const ways = new Map<string, Pick<ProbedUpstream, "baseUrl" | "proxy">>();
  for (const { baseUrls, proxy } of accounts) {
    for (const baseUrl of baseUrls) {
      ways.set(JSON.stringify([baseUrl, proxy?.reveal()]), { baseUrl, proxy });
    }
  }
  return await Promise.all([...ways.values()].map(async ({ baseUrl, proxy }) => {
    const probe = await probeUpstream({ baseUrl, proxy, limitMs: RESPONSE_MS, clock: Date });
    return { baseUrl, proxy, probe };
  }));
}
