/**
 * Requests the admin routes of the gateway that runs on a data folder.
 *
 * @module
 */
import type * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { getFromOwn, OtherCertificate } from "../../daemon/tls/own_request.ts";
import { findGateway } from "../../store/folder/gateway_file.ts";
import { NotRunning } from "../terminal/fail.ts";

/** Default of {@linkcode AdminQuestion.timeoutMs}. */
const TIMEOUT_MS = 5000;

/** What to ask for. */
export interface AdminQuestion<Response> {
  /** The name of the admin route, as in `/admin/status`. */
  readonly route: "status" | "models";
  readonly schema: z.ZodType<Response>;
  /** Longest wait for the response, in ms. Default: 5 s. */
  readonly timeoutMs?: number;
}

/** What the gateway responded. */
export interface GatewayResponse<Response> {
  readonly url: string;
  readonly response: Response;
}

/**
 * Requests an admin route.
 *
 * @param dataDir The data folder.
 * @throws {NotRunning} when no gateway runs on the folder.
 * @throws {Error} when it responds with an error, or not at all.
 */
export async function askGateway<Response>(
  dataDir: string,
  { route, schema, timeoutMs = TIMEOUT_MS }: AdminQuestion<Response>,
): Promise<GatewayResponse<Response>> {
  const gateway = findGateway(dataDir);
  if (gateway === undefined) throw notRunning(dataDir);
  const { url, adminKey, fingerprint } = gateway;
  const answer = await getFromOwn({
    url: `${url}/admin/${route}`,
    fingerprint,
    headers: { authorization: `Bearer ${adminKey}` },
    timeoutMs,
  }).catch((error) => {
    // A killed gateway leaves its file; another program may have its port now.
    if (isRefusal(error) || error instanceof OtherCertificate) throw notRunning(dataDir);
    throw new Error(
      `The gateway at ${url} does not respond: ${
        error instanceof Error ? error.message : "unknown"
      }`,
    );
  });
  if (answer.code === 401) throw notRunning(dataDir);
  const response = parsed(answer.body, schema);
  if (answer.code === 200 && response !== undefined) return { url, response };
  throw new Error(
    `This version does not understand the ${route} of the gateway at ${url} ` +
      `(HTTP ${answer.code}); restart it`,
  );
}

/** The body, if it fits the schema: the details of a mismatch would not help the user. */
function parsed<Response>(body: string, schema: z.ZodType<Response>): Response | undefined {
  try {
    return schema.safeParse(parsedJson(body)).data;
  } catch {
    return undefined;
  }
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
