/**
 * Responses that the gateway itself writes as JSON.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";
import type { CallRecord } from "../call/call_record.ts";

/**
 * Creates the response, and counts its bytes.
 *
 * @param init `record`: of the request; undefined if it has none.
 */
export function ownJson(
  value: unknown,
  { record, headers, status = 200 }: {
    readonly record: Pick<CallRecord, "bytesOut"> | undefined;
    readonly headers: Readonly<Record<string, string>>;
    readonly status?: number;
  },
): Response {
  const bytes = utf8Bytes(JSON.stringify(value));
  if (record !== undefined) record.bytesOut += bytes.length;
  return new Response(bytes, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
