/**
 * `pollux service status`.
 *
 * @module
 */
import { carriedIn } from "../../service/carried_variables.ts";
import {
  type DefinitionState,
  definitionState,
  readDefinition,
} from "../../service/definition_file.ts";
import type { Config } from "../../config/schema.ts";
import { getFromOwn } from "../../daemon/tls/own_request.ts";
import { CARRIED } from "./carry_variables.ts";
import type { ServiceOptions } from "./service_options.ts";
import { type ServiceContext, servicePlan } from "./service_plan.ts";
import { ownServiceTarget } from "./service_target.ts";

/** Longest wait for the gateway's response, in ms. */
const ANSWER_LIMIT_MS = 2000;

const WORDS: Readonly<Record<DefinitionState, string>> = {
  missing: "does not exist: the service is not installed",
  current: "is installed and up to date",
  different: "is installed, but not up to date; run: pollux service install",
  foreign: "exists, but Pollux did not write it",
};

/** Addresses that mean all interfaces, and the loopback address to use instead. */
const ANY_ADDRESS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Prints whether the service is installed, and whether a gateway responds at its address. */
export async function showServiceStatus(
  options: ServiceOptions,
  { terminal, executable }: ServiceContext,
): Promise<void> {
  const target = ownServiceTarget(options, terminal);
  const { system: os, scope } = target;
  // This shell's variables may differ from those of the shell that installed it.
  const carried = carriedIn(await readDefinition(target.definition) ?? "", CARRIED);
  const { definition, config } = await servicePlan(target, executable, carried);
  const state = await definitionState(definition);
  const url = addressOf(config.server);
  const answers = await isAnswering(url);
  if (options.json) {
    const { path } = definition;
    terminal.out(JSON.stringify({ os, scope, path, state, url, answers }, undefined, 2));
    return;
  }
  terminal.out(`"${definition.path}" ${WORDS[state]}`);
  terminal.out(answers ? `A gateway responds on ${url}` : `No gateway responds on ${url}`);
}

function addressOf({ host, port, tls }: Config["server"]): string {
  const address = ANY_ADDRESS[host] ?? host;
  const scheme = tls.cert !== undefined && tls.port === undefined ? "https" : "http";
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** A gateway with strict authentication refuses this request without a key; that is a response too. */
async function isAnswering(url: string): Promise<boolean> {
  try {
    const { code, body } = await getFromOwn({
      url: `${url}/healthz`,
      timeoutMs: ANSWER_LIMIT_MS,
    });
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null) return false;
    return code === 200 ? "status" in parsed && parsed.status === "ok" : code === 401;
  } catch {
    return false;
  }
}
