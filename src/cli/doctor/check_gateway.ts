/**
 * Checks whether a gateway runs on the data folder, and where.
 *
 * @module
 */
import { runningGateway } from "../running_gateway.ts";
import { type Finding, findingOf } from "./finding.ts";

const CHECK = "gateway";

/** Longest wait for the gateway's response, in ms. */
const LIMIT_MS = 5000;

/** What was found. */
export interface GatewayFindings {
  readonly findings: readonly Finding[];
  /** The gateway's address; undefined if none runs. */
  readonly url?: string;
}

/** Looks for the gateway of a data folder. */
export async function checkGateway(dataDir: string): Promise<GatewayFindings> {
  try {
    const gateway = await runningGateway(dataDir, { timeoutMs: LIMIT_MS });
    if (gateway.state === "none") {
      return {
        findings: [{ check: CHECK, severity: "ok", message: "None runs on the data folder" }],
      };
    }
    const { url } = gateway;
    const isSilent = gateway.state === "silent";
    return {
      url,
      findings: [
        isSilent
          ? {
            check: CHECK,
            severity: "error",
            message: `The one at ${url} does not respond: ${gateway.why}`,
            remedy: "Restart it; its log may say what it does",
          }
          : { check: CHECK, severity: "ok", message: `One runs on the data folder, at ${url}` },
      ],
    };
  } catch (error) {
    const remedy = "Restart the gateway, which writes this file";
    return { findings: [findingOf(error, { check: CHECK, remedy })] };
  }
}
