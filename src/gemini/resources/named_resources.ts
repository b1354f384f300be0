/**
 * Finds the resources that a request names in its path and its body.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { RpcError } from "../errors/rpc_error.ts";
import type { JsonEdit } from "../json/json_edit.ts";
import type { JsonNode } from "../json/json_node.ts";
import type { NativeRequest } from "../native_request.ts";
import {
  isResourceCollection,
  ownedName,
  type ResourceCollection,
  type ResourceRow,
  RESOURCES,
} from "./resources.ts";

/** The hosts of the Gemini API, with or without a region. */
export const GOOGLE_HOST = /^generativelanguage(?:\.[\w-]+)*\.googleapis\.com$/;

/** Most bytes of a name or an address that are read. */
const LONGEST = 4096;

/** Most names and addresses of one request: each takes some microseconds. Google accepts fewer files. */
const MOST = 10_000;

const GOOGLE = "https://generativelanguage.googleapis.com";

/** The name of Google's API in a host, with a zone or another suffix. */
const GOOGLE_NAME = /generativelanguage/;

/**
 * The path of a file, in the spellings that users and SDKs write. The path of a base URL, such as that of
 * `server.public_url`, may precede the version.
 */
const FILE_PATH =
  /^(?:\/(?:(?:upload|download)\/)?|(?:\/.*)?\/(v1[a-z0-9]*)\/)files\/([^/:?#]+)(:download)?$/;

/** A resource that a request names. */
export interface NamedResource {
  /** As in `files/abc`; see {@linkcode ownedName}. */
  readonly name: string;
  readonly collection: ResourceCollection;
  /** Whether the name may be that of a resource of Google's own, which every account can use. Default: no. */
  readonly isOptional?: boolean;
}

/** What a request names. */
export interface NamedResources {
  /** Each resource once. */
  readonly resources: readonly NamedResource[];
  /** Changes of the body: a file's address at the gateway becomes its address at Google. */
  readonly edits: readonly JsonEdit[];
  /**
   * A text in place of a file's address that is neither a known spelling of a name nor an address on another server.
   * Google probably refuses it, but may accept spellings that Pollux does not recognize.
   */
  readonly unclear?: string;
}

/** Classifies the hosts in the addresses of files. */
export interface AddressBook {
  /** Whether a host, with its port, is a name of this gateway. */
  isOwn(host: string): boolean;
  /** Whether an account's calls go to this host. */
  isUpstream(host: string): boolean;
}

const NOTHING: NamedResources = { resources: [], edits: [] };

/**
 * The resources that a request names.
 *
 * @param asked `path`: the resource in the request's path, as in `files/abc`; empty if there is none. `names`: the
 * collections whose resources the method's body may name, as its row says.
 * @param request The body.
 * @throws {RpcError} INVALID_ARGUMENT if it has too many names and addresses.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNativeRequest } from "../native_request.ts";
 * import { namesIn } from "./named_resources.ts";
 *
 * const fileUri = "https://generativelanguage.googleapis.com/v1beta/files/abc";
 * const body = JSON.stringify({ contents: [{ parts: [{ fileData: { fileUri } }] }] });
 * const request = parseNativeRequest(new TextEncoder().encode(body));
 * const addresses = { isOwn: () => false, isUpstream: () => false };
 * const { resources } = namesIn({ path: "", names: ["files"] }, request, addresses);
 * assert.deepEqual(resources, [{ name: "files/abc", collection: "files" }]);
 * ```
 */
export function namesIn(
  { path, names }: { readonly path: string; readonly names: readonly string[] },
  { references }: Pick<NativeRequest, "references">,
  addresses: AddressBook,
): NamedResources {
  // Most calls do not name a resource.
  if (path === "" && references.length === 0) return NOTHING;
  if (references.length > MOST) throw tooMany();
  const found = new Map<string, NamedResource>();
  const edits: JsonEdit[] = [];
  let unclear: string | undefined;
  const ofPath = path === "" ? undefined : ownedName(path);
  if (ofPath !== undefined) found.set(ofPath.name, ofPath);
  for (const { label, node } of references) {
    if (!isResourceCollection(label) || !names.includes(label)) continue;
    const text = node.text(LONGEST) ?? "";
    const file = label === "files" ? fileAt(text, addresses) : undefined;
    if (label === "files" && isUnclear(text, { node, named: file, addresses })) unclear ??= text;
    if (file?.google !== undefined) edits.push(editOf(node, file.google));
    const name = label === "files" ? file?.name : text;
    const { hasPublic, privateNames, words = [] }: ResourceRow = RESOURCES[label];
    const owned = !name || words.includes(name) ? undefined : ownedName(name, label);
    if (owned === undefined || found.has(owned.name)) continue;
    const isOptional = hasPublic && privateNames === undefined;
    found.set(owned.name, isOptional ? { ...owned, isOptional } : owned);
  }
  return { resources: [...found.values()], edits, ...defined({ unclear }) };
}

/**
 * The changes of a body that replace the addresses of its files by addresses at Google.
 *
 * @param moved New addresses, by the names of files. Other addresses at the gateway become the same file's at Google.
 */
export function fileEdits(
  references: NativeRequest["references"],
  addresses: AddressBook,
  moved: ReadonlyMap<string, string>,
): readonly JsonEdit[] {
  const edits: JsonEdit[] = [];
  for (const { label, node } of references) {
    if (label !== "files") continue;
    const file = fileAt(node.text(LONGEST) ?? "", addresses);
    const address = file && (moved.get(file.name) ?? file.google);
    if (address !== undefined) edits.push(editOf(node, address));
  }
  return edits;
}

/** Whether Pollux cannot tell what a text in place of a file's address means to Google. */
function isUnclear(
  text: string,
  { node: { start, end, isString }, named, addresses }: {
    readonly node: JsonNode;
    readonly named: { readonly name: string } | undefined;
    readonly addresses: AddressBook;
  },
): boolean {
  // OpenAI's clients have either a text or an object there, and send the data of an image as an address.
  if (!isString || /^data:/i.test(text)) return false;
  // Of a longer text, only the beginning was read.
  if (end - start > LONGEST) return true;
  if (named !== undefined || text === "") return false;
  const url = URL.parse(text);
  if (url?.protocol === "gs:") return false;
  return url === null || !/^https?:$/.test(url.protocol) || GOOGLE_NAME.test(url.hostname) ||
    addresses.isUpstream(url.host);
}

function tooMany(): RpcError {
  return new RpcError(
    "INVALID_ARGUMENT",
    `This request names more than ${MOST} files and other resources, the most this gateway takes`,
  );
}

/**
 * The file that an address names; undefined for other https addresses and gs:// addresses, which Google itself opens.
 * `google`: the file's address at Google, if the text is an address at the gateway.
 */
function fileAt(
  text: string,
  { isOwn, isUpstream }: AddressBook,
): { readonly name: string; readonly google: string | undefined } | undefined {
  if (text.startsWith("files/")) return { name: text, google: undefined };
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isGoogle = GOOGLE_HOST.test(url.hostname);
  const isForeign = !isGoogle && !isUpstream(url.host);
  if (isForeign && !isOwn(url.host)) return undefined;
  const [, version = "v1beta", id, download = ""] = FILE_PATH.exec(decoded(url.pathname)) ?? [];
  if (id === undefined) return undefined;
  const name = `files/${id}`;
  // The gateway's key, which belongs to its own addresses, must not reach Google.
  url.searchParams.delete("key");
  const google = `${GOOGLE}/${version}/${name}${download}${url.search}`;
  return { name, google: isForeign ? google : undefined };
}

/** The name of the file that an address in a response leads to, at whatever host; undefined if it is no file's. */
export function fileNameIn(text: string): string | undefined {
  if (text.startsWith("files/")) return text;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const [, , id] = FILE_PATH.exec(decoded(url.pathname)) ?? [];
  return id === undefined ? undefined : `files/${id}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path).replaceAll(/\/{2,}/g, "/");
  } catch {
    return path;
  }
}

function editOf({ start, end }: JsonNode, address: string): JsonEdit {
  return { at: start, remove: end - start, insert: JSON.stringify(address) };
}
