/**
 * Requests the status of the gateway that runs on a data folder.
 *
 * @module
 */
import { get } from "node:http";
import * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { ACCOUNT_KINDS } from "../../gemini/api/account_kinds.ts";
import type { GatewayStatus } from "../../server/gateway_status.ts";
import { findGateway } from "../../store/folder/gateway_file.ts";
import { NotRunning } from "../terminal/fail.ts";

/** Longest wait for the response, in ms. */
const TIMEOUT_MS = 5000;

const modelSchema = z.object({
  model: z.string(),
  state: z.enum(["cooling", "probing"]),
  why: z.string(),
  until: z.iso.datetime(),
  isLastResort: z.boolean(),
});

const accountSchema = z.object({
  name: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(["available", "busy", "cooling", "probing", "disabled"]),
  why: z.string().exactOptional(),
  until: z.iso.datetime().exactOptional(),
  models: z.array(modelSchema),
  callsInFlight: z.number(),
  lastSuccess: z.iso.datetime().exactOptional(),
  lastFailure: z.iso.datetime().exactOptional(),
});

const statusSchema = z.object({ accounts: z.array(accountSchema), waitingCalls: z.number() });

/** The gateway's status. */
export interface GatewayResponse {
  readonly url: string;
  readonly status: GatewayStatus;
}

/**
 * Requests the status.
 *
 * @param dataDir The data folder.
 * @throws {NotRunning} when no gateway runs on the folder.
 * @throws {Error} when it responds with an error, or not at all.
 */
export async function askGateway(dataDir: string): Promise<GatewayResponse> {
  const gateway = findGateway(dataDir);
  if (gateway === undefined) throw notRunning(dataDir);
  const { url, adminKey } = gateway;
  const answer = await request(`${url}/admin/status`, adminKey).catch((error) => {
    if (isRefusal(error)) throw notRunning(dataDir);
    throw new Error(
      `The gateway at ${url} does not respond: ${
        error instanceof Error ? error.message : "unknown"
      }`,
    );
  });
  // A killed gateway leaves its file; another program may have its port now.
  if (answer.code === 401) throw notRunning(dataDir);
  return { url, status: statusIn(answer, url) };
}

interface HttpResponse {
  readonly code: number | undefined;
  readonly body: string;
}

/** Uses Node's client: `fetch` would use the environment's proxy, even for loopback. */
function request(url: string, key: string): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    const asked = get(url, { headers, agent: false, timeout: TIMEOUT_MS }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => body += text);
      response.on("end", () => resolve({ code: response.statusCode, body }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.on("timeout", () => {
      asked.destroy(new Error(`it took longer than ${TIMEOUT_MS / 1000} s`));
    });
  });
}

function statusIn({ code, body }: HttpResponse, url: string): GatewayStatus {
  try {
    if (code === 200) return statusSchema.parse(parsedJson(body));
  } catch {
    // The details of the mismatch would not help the user.
  }
  throw new Error(
    `This version does not understand the status of the gateway at ${url} ` +
      `(HTTP ${code}); restart it`,
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

function notRunning(dataDir: string): NotRunning {
  return new NotRunning(
    `No gateway runs on the data folder "${dataDir}". Start one: pollux serve; ` +
      "or name another folder with --data-dir",
  );
}
