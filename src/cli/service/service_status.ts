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
import { StoreError } from "../../store/store_error.ts";
import { runningGateway } from "../running_gateway.ts";
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

/** Prints whether the service is installed, and whether a gateway runs on its data folder. */
export async function showServiceStatus(
  options: ServiceOptions,
  { terminal, executable }: ServiceContext,
): Promise<void> {
  const target = ownServiceTarget(options, terminal);
  const { system: os, scope } = target;
  // This shell's variables may differ from those of the shell that installed it.
  const carried = carriedIn(await readDefinition(target.definition) ?? "", CARRIED);
  const { definition } = await servicePlan(target, executable, carried);
  const state = await definitionState(definition);
  const { words, ...found } = await lookFor(target.places.dataDir);
  if (options.json) {
    const { path } = definition;
    terminal.out(JSON.stringify({ os, scope, path, state, ...found }, undefined, 2));
    return;
  }
  terminal.out(`"${definition.path}" ${WORDS[state]}`);
  terminal.out(words);
}

/** What is said about the gateway. */
interface Found {
  /** Undefined if none runs, or that is not known. */
  readonly url?: string;
  readonly answers: boolean;
  readonly words: string;
}

/** The service of a system may have its data where this user may not read. */
async function lookFor(dataDir: string): Promise<Found> {
  try {
    const gateway = await runningGateway(dataDir, { timeoutMs: ANSWER_LIMIT_MS });
    if (gateway.state === "none") {
      return { answers: false, words: `No gateway runs on the data folder "${dataDir}"` };
    }
    const { url } = gateway;
    return gateway.state === "running"
      ? { url, answers: true, words: `A gateway responds on ${url}` }
      : { url, answers: false, words: `The gateway at ${url} does not respond: ${gateway.why}` };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { answers: false, words: `Whether a gateway runs is not known. ${error.message}` };
  }
}
