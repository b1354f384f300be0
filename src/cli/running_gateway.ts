/**
 * Finds the gateway that runs on a data folder, whatever its address: the only way by which commands find one.
 *
 * @module
 */
import { nameAt, POLLUX } from "../daemon/port_holder.ts";
import { defined } from "../base/defined.ts";
import {
  OtherCertificate,
  type OwnRequest,
  type OwnResponse,
  requestFromOwn,
} from "../daemon/tls/own_request.ts";
import { isDataLocked } from "../store/folder/data_lock.ts";
import { findGateway } from "../store/folder/gateway_file.ts";

/** What was found. `silent`: it runs, but does not respond. */
export type RunningGateway =
  | {
    readonly state: "running";
    readonly url: string;
    /** What it responded to the request. */
    readonly response: Pick<OwnResponse, "code" | "body">;
  }
  | { readonly state: "silent"; readonly url: string; readonly why: string }
  | { readonly state: "none" };

/** How to look for it. */
export interface GatewayRequest {
  /** The path below `/admin/`. Default: `status`. */
  readonly route?: string;
  /** Default: GET. */
  readonly method?: OwnRequest["method"];
  /** Whether to ask at the address of the admin API, if it has one of its own. Default: no. */
  readonly isAdmin?: boolean;
  /** Longest wait for the response, in ms. */
  readonly timeoutMs: number;
}

/**
 * Sends a request to the gateway whose address is in the data folder. A killed gateway leaves its address there, and
 * another program or another gateway may have its port since: such a response means that no gateway runs.
 *
 * @throws {StoreError} When the address cannot be read, or others may read it.
 */
export async function runningGateway(
  dataDir: string,
  { route = "status", method, isAdmin = false, timeoutMs }: GatewayRequest,
): Promise<RunningGateway> {
  const address = findGateway(dataDir);
  if (address === undefined) return { state: "none" };
  const { adminKey } = address;
  const { url, fingerprint } = isAdmin && address.admin !== undefined ? address.admin : address;
  let response: OwnResponse;
  try {
    response = await requestFromOwn({
      url: `${url}/admin/${route}`,
      ...defined({ method }),
      fingerprint,
      headers: { authorization: `Bearer ${adminKey}` },
      timeoutMs,
    });
  } catch (error) {
    const isOther = isRefusal(error) || error instanceof OtherCertificate;
    // The gateway holds the lock as long as it runs.
    if (isOther || !isDataLocked(dataDir)) return { state: "none" };
    return { state: "silent", url, why: error instanceof Error ? error.message : "unknown" };
  }
  // A gateway of an earlier version names itself only in some responses.
  const name = response.server ?? await nameAt(url);
  // Another gateway refuses this admin key, unless both have the same admin.key.
  if (name !== POLLUX || response.code === 401 || !isDataLocked(dataDir)) return { state: "none" };
  return { state: "running", url, response };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}
