/**
 * Asks a gateway for its models, which says whether it takes a key as well.
 *
 * @module
 */
import * as z from "zod";
import { networkFetch } from "../../../accounts/network/network.ts";
import { parsedJson } from "../../../base/json.ts";
import { requestFromOwn } from "../../../daemon/tls/own_request.ts";

/** Longest wait for the response, in ms: a gateway that has just started waits for the lists of its accounts. */
const TIMEOUT_MS = 15_000;

/** The whole list on one page. */
const LIST = "/v1beta/models?pageSize=1000";

const schema = z.object({
  models: z.array(z.object({
    name: z.string(),
    supportedGenerationMethods: z.array(z.string()).optional(),
  })),
});

/** `refused`: it wants a key, or another one. `silent`: there is no such response. */
export type Probe =
  | { readonly state: "open"; readonly models: readonly string[] }
  | { readonly state: "refused" }
  | { readonly state: "silent" };

/** A gateway. */
export interface ProbedGateway {
  readonly url: string;
  /** The key to try; without it, none is sent. */
  readonly key: string | undefined;
  /** Whether it is one of this machine, whose certificate is known by its fingerprint. */
  readonly own?: { readonly fingerprint: string | undefined };
}

/** Asks it. */
export async function probeGateway({ url, key, own }: ProbedGateway): Promise<Probe> {
  const headers: Record<string, string> = key === undefined ? {} : { "x-goog-api-key": key };
  try {
    const { code, body } = own === undefined
      ? await requestOther(url, headers)
      : await requestFromOwn({
        url: `${url}${LIST}`,
        fingerprint: own.fingerprint,
        headers,
        timeoutMs: TIMEOUT_MS,
      });
    if (code === 401 || code === 403) return { state: "refused" };
    const { data } = schema.safeParse(parsedJson(body));
    if (data === undefined) return { state: "silent" };
    const models = data.models
      .filter(({ supportedGenerationMethods: methods }) => methods?.includes("generateContent"))
      .map(({ name }) => name.replace(/^models\//, ""));
    return { state: "open", models };
  } catch {
    return { state: "silent" };
  }
}

async function requestOther(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly body: string }> {
  const response = await networkFetch(`${url}${LIST}`, {
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { code: response.status, body: await response.text() };
}
