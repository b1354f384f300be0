/**
 * Finds out where a client is to send its requests: the gateway's address, a key if it asks for one, and models.
 *
 * @module
 */
import { loadConfig } from "../../../config/load_config.ts";
import { dataDir } from "../../../config/paths.ts";
import type { Config } from "../../../config/schema.ts";
import { gatewaySettings } from "../../../daemon/gateway_settings.ts";
import { bareModelId } from "../../../gemini/api/model.ts";
import { keyPolicy } from "../../../server/access/key_policy.ts";
import { findGateway } from "../../../store/folder/gateway_file.ts";
import { storedNames } from "../../../store/stored_names.ts";
import { configSources } from "../../config/config_sources.ts";
import { runningGateway } from "../../running_gateway.ts";
import { applyNetwork } from "../../serve/apply_network.ts";
import { isAnyAddress } from "../../serve/address_for_others.ts";
import { UsageError } from "../../terminal/fail.ts";
import { readSecretText } from "../../terminal/read_secret_text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { ANY_KEY, type ConnectTarget } from "../clients/client.ts";
import type { ClientId } from "../clients/client_ids.ts";
import type { ConnectOptions } from "../connect_options.ts";
import { chosenModels } from "./chosen_models.ts";
import { type Probe, probeGateway } from "./probe_gateway.ts";

/** Longest wait for the gateway's response, in ms. */
const TIMEOUT_MS = 5000;

/** The target, and whether its key is a secret. */
export interface FoundTarget extends ConnectTarget {
  readonly isKeySecret: boolean;
}

/** A gateway that may or may not run. */
interface Place {
  readonly url: string;
  readonly own?: { readonly fingerprint: string | undefined };
  /** Whether it asks for a key; undefined if only the gateway itself can say it. */
  readonly asks?: boolean;
}

/**
 * Finds it. The key is tried where a gateway responds.
 *
 * @throws {UsageError} when the gateway asks for a key and none is given.
 * @throws {Error} when it refuses the key, or its address is not known.
 */
export async function connectTarget(
  client: ClientId,
  { options, terminal }: { readonly options: ConnectOptions; readonly terminal: Terminal },
): Promise<FoundTarget> {
  const { config } = await loadConfig(configSources(options.config, terminal));
  await applyNetwork(config, terminal);
  const place = options.url === undefined
    ? await ownPlace(config, { options, terminal })
    : { url: options.url };
  const { url } = place;
  let key = await givenKey(options, terminal);
  let probe = await probeOf(place, key);
  if (probe.state === "refused" && key === undefined && !options.print) {
    if (!terminal.isInteractive) throw new UsageError(`${needsKey(place)} ${howToGetKey(client)}`);
    terminal.err(`${needsKey(place)} Without one: pollux keys create ${client}`);
    key = await readKey(options, terminal);
    probe = await probeOf(place, key);
  }
  if (probe.state === "refused" && key !== undefined) {
    throw new Error(`The gateway at ${url} refuses this key. ${howToGetKey(client)}`);
  }
  if (probe.state === "silent" && place.asks === undefined && !options.print) {
    terminal.err(`Note: no gateway responds at ${url}, so the key and the models were not checked`);
  }
  const listed = probe.state === "open" ? probe.models : [];
  for (const model of new Set([options.model, options.smallModel])) {
    if (model === undefined || listed.length === 0 || listed.includes(bareModelId(model))) continue;
    terminal.err(
      `Note: the gateway does not list the model "${model}"; unless an alias such as "gpt-*" covers it, requests fail`,
    );
  }
  return {
    url,
    key: key ?? ANY_KEY,
    isKeySecret: key !== undefined,
    ...chosenModels({ ...options, listed }),
  };
}

async function probeOf(place: Place, key: string | undefined): Promise<Probe> {
  if (place.asks === undefined) return await probeGateway({ ...place, key });
  return place.asks && key === undefined ? { state: "refused" } : { state: "silent" };
}

/** The gateway that runs on the data folder, else the one that the configuration would start. */
async function ownPlace(
  config: Config,
  { options, terminal }: { readonly options: ConnectOptions; readonly terminal: Terminal },
): Promise<Place> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const gateway = await runningGateway(folder, { timeoutMs: TIMEOUT_MS });
  if (gateway.state !== "none") {
    const { url } = gateway;
    return { url, own: { fingerprint: findGateway(folder)?.fingerprint } };
  }
  const { host, port, tls, public_url: publicUrl } = config.server;
  if (port === 0 && publicUrl === undefined) {
    throw new UsageError(
      "No gateway runs here, and its port is not fixed; start it (pollux serve), or name it with --url",
    );
  }
  const hasKeys = (await storedNames(folder, "key")).length > 0;
  const { asks } = keyPolicy(gatewaySettings(config), { exist: hasKeys });
  const name = isAnyAddress(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const isTls = tls.cert !== undefined && tls.port === undefined;
  const local = new URL(`${isTls ? "https" : "http"}://${name}:${port}`).origin;
  return { url: publicUrl?.replace(/\/+$/, "") ?? local, asks: asks === "always" };
}

async function givenKey(
  options: ConnectOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  const { keyEnv, keyFile, keyStdin } = options;
  if (keyEnv === undefined && keyFile === undefined && keyStdin === undefined) return undefined;
  return await readKey(options, terminal);
}

async function readKey(
  { keyEnv, keyFile, keyStdin }: ConnectOptions,
  terminal: Terminal,
): Promise<string> {
  const source = { env: keyEnv, file: keyFile, stdin: keyStdin };
  const { text, where } = await readSecretText(source, { what: "key", terminal });
  // Other characters cannot be sent in a header.
  if (/^[\x21-\x7e]{1,4096}$/.test(text)) return text;
  throw new Error(`The key in ${where} has a character that no key has, such as a space`);
}

function needsKey({ url }: Place): string {
  return `The gateway at ${url} asks for a key.`;
}

function howToGetKey(client: ClientId): string {
  return `Make one and hand it over: pollux keys create ${client} --key-only | pollux connect ${client} --key-stdin --yes`;
}
