/**
 * What reads names of resources and requests of uploads: wrong input is refused, or gives no name.
 *
 * @module
 */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { namesIn } from "../../../src/gemini/resources/named_resources.ts";
import { storedResources } from "../../../src/gemini/resources/stored_resources.ts";
import { readUploadRequest, uploadHeaders } from "../../../src/server/uploads/upload_request.ts";
import { type FuzzTarget, latin1, outcome } from "../fuzz_target.ts";
import { JSON_SEEDS, JSON_TOKENS } from "./json_tokens.ts";

const ADDRESSES = { isOwn: (host: string) => host === "own:1", isUpstream: () => false };

const ASKED = { path: "", names: ["files", "cachedContents"] };

function checkNames(input: Uint8Array): void {
  const request = outcome(() => parseNativeRequest(input), [RpcError]);
  if (!("value" in request)) return;
  const found = outcome(() => namesIn(ASKED, request.value, ADDRESSES), [RpcError]);
  if (!("value" in found)) return;
  const { resources, edits } = found.value;
  const names = resources.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { insert } of edits) {
    assert.match(JSON.parse(insert), /^https:\/\/gen/);
  }
}

function checkStored(input: Uint8Array): void {
  for (const { name, expiresAtMs } of storedResources(input, { nowMs: 0 })) {
    assert.match(name, /^[a-zA-Z]+\/./s);
    assert.ok(Number.isFinite(expiresAtMs));
  }
}

function checkUpload(input: Uint8Array): void {
  const [range = "", command = "", offset = "", length = ""] = latin1(input).split("|");
  const headers = outcome(() =>
    new Headers({
      "content-range": range,
      "x-goog-upload-command": command,
      "x-goog-upload-offset": offset,
      "x-goog-upload-header-content-length": length,
    }), [TypeError]);
  if (!("value" in headers)) return;
  const query = new URLSearchParams(range);
  const asked = readUploadRequest(headers.value, { query, hasBegun: input.length % 2 === 0 });
  for (const size of [asked.offset, asked.fileBytes]) {
    assert.ok(Number.isSafeInteger(size) && size >= 0);
  }
  for (const value of Object.values(uploadHeaders(headers.value))) {
    assert.match(value, /^[\t\x20-\x7e]*$/);
  }
}

const FILE = "https://generativelanguage.googleapis.com/v1beta/files/abc";

/** The targets. */
export const RESOURCE_TARGETS: readonly FuzzTarget[] = [
  {
    name: "named_resources",
    seeds: [
      `{"contents":[{"parts":[{"fileData":{"fileUri":"${FILE}"}}]}],"cachedContent":"cachedContents/a"}`,
      '{"contents":{"parts":{"file_data":{"file_uri":"http://own:1/v1beta/files/abc"}}}}',
    ],
    tokens: [...JSON_TOKENS, '"fileUri":', "files/", "http://own:1/", "%2F", ":download"],
    check: checkNames,
  },
  {
    name: "stored_resources",
    seeds: [
      ...JSON_SEEDS,
      '{"file":{"name":"files/a","expirationTime":"2026-01-01T00:00:00Z"}}',
      '{"files":[{"name":"files/a"},{"name":"cachedContents/b","expireTime":"x"}]}',
    ],
    tokens: [...JSON_TOKENS, '"file":', '"files":[', '"name":', '"expireTime":"'],
    check: checkStored,
  },
  {
    name: "upload_request",
    seeds: [
      "bytes 0-4/5|upload, finalize|0|5",
      "bytes */5|query|12|",
      "|start|0|99999999999999999",
    ],
    tokens: ["|", "bytes ", "*/", "uploadType=resumable", "upload", "-", "\xe9", "\t"],
    check: checkUpload,
  },
];
