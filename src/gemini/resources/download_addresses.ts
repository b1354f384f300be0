/**
 * Replaces the download addresses in a response by addresses at the gateway. Otherwise a client would send the
 * gateway's key to Google.
 *
 * @module
 */
import { type JsonEdit, withEdits } from "../json/json_edit.ts";
import { JsonScanner } from "../json/json_scanner.ts";
import { JsonSyntaxError } from "../json/json_syntax_error.ts";
import { shapeOfMembers } from "./member_shape.ts";
import { type AddressBook, GOOGLE_HOST } from "./named_resources.ts";

/** Longest address that is replaced, in bytes. */
const LONGEST = 4096;

/** The end of the path of an address that needs a key. Signed addresses of storage need none. */
const DOWNLOAD = /(?:\/download)?\/v1[a-z0-9]*\/files\/[^/:]+:download$/;

/** The hosts of download addresses: the gateway's own, and those that are replaced. */
export interface DownloadHosts {
  /** The gateway's own address, without a trailing slash. */
  readonly own: string;
  readonly addresses: Pick<AddressBook, "isUpstream">;
}

/**
 * Returns a response with download addresses at the gateway. No other byte is changed.
 *
 * @param json The response.
 * @param members The members that hold addresses, as in `files.downloadUri`; each item of a list is edited.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withOwnDownloads } from "./download_addresses.ts";
 *
 * const google = "https://generativelanguage.googleapis.com";
 * const json = new TextEncoder().encode(
 *   `{"downloadUri": "${google}/v1beta/files/abc:download?alt=media"}`,
 * );
 * const hosts = { own: "http://127.0.0.1:8045", addresses: { isUpstream: () => false } };
 * const edited = new TextDecoder().decode(withOwnDownloads(json, ["downloadUri"], hosts));
 * assert.equal(
 *   edited,
 *   '{"downloadUri": "http://127.0.0.1:8045/v1beta/files/abc:download?alt=media"}',
 * );
 * ```
 */
export function withOwnDownloads(
  json: Uint8Array,
  members: readonly string[],
  hosts: DownloadHosts,
): Uint8Array {
  const scanner = new JsonScanner(json, { shape: shapeOfMembers(members) });
  try {
    scanner.scan();
  } catch (error) {
    // A response that is not JSON is forwarded unchanged.
    if (error instanceof JsonSyntaxError) return json;
    throw error;
  }
  const edits: JsonEdit[] = [];
  for (const { node } of scanner.labelled) {
    const { start: at, end } = node;
    const address = end - at > LONGEST ? undefined : ownAddressOf(node.text(LONGEST) ?? "", hosts);
    if (address !== undefined) {
      edits.push({ at, remove: end - at, insert: JSON.stringify(address) });
    }
  }
  return edits.length === 0 ? json : withEdits(json, edits);
}

/** The address at the gateway; undefined if the text is not the address of a download that needs a key. */
function ownAddressOf(text: string, { own, addresses }: DownloadHosts): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (!GOOGLE_HOST.test(url.hostname) && !addresses.isUpstream(url.host)) return undefined;
  const [path] = DOWNLOAD.exec(url.pathname) ?? [];
  if (path === undefined) return undefined;
  url.searchParams.delete("key");
  return `${own}${path}${url.search}`;
}
