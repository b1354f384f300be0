/**
 * Requests the admin routes of the gateway that runs on a data folder.
 *
 * @module
 */
import * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { runningGateway } from "../running_gateway.ts";
import { NotRunning } from "../terminal/fail.ts";

/** Default of {@linkcode AdminQuestion.timeoutMs}. */
const TIMEOUT_MS = 5000;

/** The error of a route about one thing, such as a call that is not known. */
const refusalSchema = z.object({ error: z.object({ code: z.literal(404), message: z.string() }) });

/** What to ask for. */
export interface AdminQuestion<Response> {
  /** The name of the admin route, as in `/admin/status`. */
  readonly route: "status" | "models" | "explain";
  /** The path after the route's name and a slash. Default: none. */
  readonly rest?: string;
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
  { route, rest, schema, timeoutMs = TIMEOUT_MS }: AdminQuestion<Response>,
): Promise<GatewayResponse<Response>> {
  const gateway = await runningGateway(dataDir, {
    route: rest === undefined ? route : `${route}/${encodeURIComponent(rest)}`,
    timeoutMs,
  });
  if (gateway.state === "none") throw noGateway(dataDir);
  const { url } = gateway;
  if (gateway.state === "silent") {
    throw new Error(`The gateway at ${url} does not respond: ${gateway.why}`);
  }
  const { code, body } = gateway.response;
  const response = parsed(body, schema);
  if (code === 200 && response !== undefined) return { url, response };
  const refusal = rest === undefined ? undefined : parsed(body, refusalSchema);
  if (refusal !== undefined && code === refusal.error.code) throw new Error(refusal.error.message);
  throw new Error(
    `This version does not understand the ${route} of the gateway at ${url} ` +
      `(HTTP ${code}); restart it`,
  );
}

/** The error where no gateway runs on a data folder. */
export function noGateway(dataDir: string): NotRunning {
  return new NotRunning(
    `No gateway runs on the data folder "${dataDir}". Start one: pollux serve; ` +
      "or name another folder with --data-dir",
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
