/**
 * What reads the bodies and paths of other APIs, whatever the operation.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, parsedJson } from "../../../src/base/json.ts";
import { clientApiOf } from "../../../src/formats/client_api.ts";
import { afterOwnBase, OperationTable } from "../../../src/formats/operations.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { openAiUsage } from "../../../src/gemini/openai_usage.ts";
import { jsonBody } from "../../../src/server/formats/operation_body.ts";
import { unservedOperation } from "../../../src/server/formats/unserved_operation.ts";
import { type FuzzTarget, latin1, outcome, textOf } from "../fuzz_target.ts";
import { JSON_TOKENS } from "./json_tokens.ts";

const OPERATIONS = new OperationTable();

/** What clients add to their base URL, of which only one API's clients do so. */
const OTHER_END = /\/(?:chat\/completions|v1\/messages(?:\/count_tokens)?)\/?$/;

function checkBody(input: Uint8Array): void {
  const read = outcome(() => jsonBody(input), [RpcError]);
  const parsed = parsedJson(input);
  assert.equal("value" in read, isJsonObject(parsed));
  if ("value" in read) assert.deepEqual(read.value, parsed);
}

function checkUsage(input: Uint8Array): void {
  const usage = parsedJson(textOf(input));
  if (!isJsonObject(usage)) return;
  const read = openAiUsage(usage);
  if (read === undefined) return;
  const { prompt, candidates, thoughts, total } = read;
  for (const count of [prompt, candidates, thoughts, total]) assert.ok(count >= 0);
}

function checkPath(input: Uint8Array): void {
  const path = `/${latin1(input)}`;
  const request = { path, headers: new Headers(), query: new URLSearchParams() };
  const api = clientApiOf(request);
  const row = OPERATIONS.find(path);
  const own = afterOwnBase(path);
  // A client may have the base URL of another API: what it adds to that tells its own.
  const [bare = ""] = path.split(/%3f/i, 1);
  if (own !== undefined && !OTHER_END.test(bare)) assert.equal(api, own.api);
  if (api === "native") return assert.equal(row, undefined);
  if (row !== undefined) assert.equal(api, row.api);
  const of = { verb: "GET", sent: path, api, address: "http://a", operations: OPERATIONS };
  const { code } = unservedOperation(of);
  assert.equal(code, row === undefined ? 404 : 405);
}

/** The targets. */
export const OPERATION_TARGETS: readonly FuzzTarget[] = [
  {
    name: "operation_body",
    seeds: ['{"model":"a","messages":[{"role":"user","content":"b"}],"n":1e400}', "\ufeff{}"],
    tokens: [...JSON_TOKENS, "\ufeff", '"__proto__":{}'],
    check: checkBody,
  },
  {
    name: "operation_path",
    seeds: ["v1/chat/completions", "openai/v1/models/a", "anthropic/v1/messages", "v1beta/openai/"],
    tokens: ["/", "//", "v1", "v1beta", "openai", "anthropic", "messages", "responses", "%3f", ":"],
    check: checkPath,
  },
  {
    name: "openai_usage",
    seeds: ['{"prompt_tokens":3,"completion_tokens":2,"total_tokens":9}'],
    tokens: [
      ...JSON_TOKENS,
      '"prompt_tokens_details":{"cached_tokens":1}',
      '"completion_tokens_details":{"reasoning_tokens":1}',
    ],
    check: checkUsage,
  },
];
