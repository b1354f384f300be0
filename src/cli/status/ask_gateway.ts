/**
 * Requests the admin routes of the gateway that runs on a data folder.
 *
 * @module
 */
import { get } from "node:http";
import type * as z from "zod";
import { parsedJson } from "../../base/json.ts";
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
  const { url, adminKey: key } = gateway;
  const answer = await request(`${url}/admin/${route}`, { key, timeoutMs }).catch((error) => {
    if (isRefusal(error)) throw notRunning(dataDir);
    throw new Error(
      `The gateway at ${url} does not respond: ${
        error instanceof Error ? error.message : "unknown"
      }`,
    );
  });
  // A killed gateway leaves its file; another program may have its port now.
  if (answer.code === 401) throw notRunning(dataDir);
  const response = parsed(answer.body, schema);
  if (answer.code === 200 && response !== undefined) return { url, response };
  throw new Error(
    `This version does not understand the ${route} of the gateway at ${url} ` +
      `(HTTP ${answer.code}); restart it`,
  );
}

interface HttpResponse {
  readonly code: number | undefined;
  readonly body: string;
}

/** Uses Node's client: `fetch` would use the environment's proxy, even for loopback. */
function request(
  url: string,
  { key, timeoutMs }: { readonly key: string; readonly timeoutMs: number },
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    const asked = get(url, { headers, agent: false, timeout: timeoutMs }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => body += text);
      response.on("end", () => resolve({ code: response.statusCode, body }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.on("timeout", () => {
      asked.destroy(new Error(`it took longer than ${timeoutMs / 1000} s`));
    });
  });
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
