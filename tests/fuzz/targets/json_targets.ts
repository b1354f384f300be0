/**
 * What reads JSON: it accepts what `JSON.parse` accepts, and finds the same in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rpcErrorFromBody } from "../../../src/gemini/errors/error_body.ts";
import { isJsonObject } from "../../../src/base/json.ts";
import { JsonSyntaxError } from "../../../src/gemini/json/json_syntax_error.ts";
import { JsonScanner } from "../../../src/gemini/json/json_scanner.ts";
import { parseBounded } from "../../../src/gemini/json/parse_bounded.ts";
import { type NativeRequest, parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, outcome, textOf } from "../fuzz_target.ts";
import { JSON_SEEDS, JSON_TOKENS } from "./json_tokens.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The members that a request's readers ask for. */
const NAMES = [
  "contents",
  "systemInstruction",
  "system_instruction",
  "tools",
  "sessionId",
  "model",
];

/** What `JSON.parse` makes of the bytes. */
function parsed(input: Uint8Array) {
  return outcome(() => JSON.parse(strictUtf8.decode(input)) as unknown, [SyntaxError, TypeError]);
}

function checkScanner(input: Uint8Array, random: Random): void {
  const expected = parsed(input);
  const found = outcome(() => {
    const scanner = new JsonScanner(input);
    // However it is taken in turns.
    while (!scanner.scan(random.between(1, 64))) continue;
    return scanner.root();
  }, [JsonSyntaxError]);
  assert.equal("value" in found, "value" in expected, textOf(input));
}

function checkRequest(input: Uint8Array, random: Random): void {
  const found = outcome(() => parseNativeRequest(input), [RpcError]);
  if (input.length === 0) return;
  const hasMark = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  const expected = parsed(hasMark ? input.subarray(3) : input);
  const isObject = "value" in expected && isJsonObject(expected.value);
  assert.equal("value" in found, isObject, textOf(input));
  if (!("value" in found) || !("value" in expected) || !isJsonObject(expected.value)) return;
  const request = found.value;
  for (const name of NAMES) {
    const bytes = request.body.get(name)?.bytes;
    const value = bytes === undefined ? undefined : JSON.parse(textOf(bytes));
    if (bytes !== undefined) assert.deepEqual(value, expected.value[name]);
  }
  checkRemoval(request, expected.value, random);
}

/** What is left without some members is what `JSON.parse` would have without them. */
function checkRemoval(
  request: NativeRequest,
  value: Readonly<Record<string, unknown>>,
  random: Random,
): void {
  const present = request.body.members.map(({ name }) => name);
  const gone = NAMES.filter((name) => present.includes(name) && random.chance(0.5));
  const left = JSON.parse(textOf(request.without(gone).bytes));
  const wanted = Object.fromEntries(Object.entries(value).filter(([name]) => !gone.includes(name)));
  assert.deepEqual(left, wanted);
}

function checkParseBounded(input: Uint8Array): void {
  const limits = { bytes: 2048, values: 64 };
  const found = outcome(() => parseBounded(input, limits), [SyntaxError, JsonSyntaxError]);
  if ("value" in found) assert.deepEqual(found.value, JSON.parse(textOf(input)));
}

function checkErrorBody(input: Uint8Array, random: Random): void {
  const status = [200, 400, 404, 429, 500, 503][random.between(0, 5)] ?? 500;
  const error = rpcErrorFromBody(status, textOf(input));
  assert.ok(error instanceof RpcError);
  assert.ok(
    Number.isInteger(error.code) && error.code >= 400 && error.code <= 599,
    `${error.code}`,
  );
  assert.match(error.status, /^[A-Z][A-Z0-9_]*$/);
  assert.equal(typeof error.message, "string");
  JSON.stringify(error.details);
}

/** The targets. */
export const JSON_TARGETS: readonly FuzzTarget[] = [
  { name: "json_scanner", seeds: JSON_SEEDS, tokens: JSON_TOKENS, check: checkScanner },
  { name: "native_request", seeds: JSON_SEEDS, tokens: JSON_TOKENS, check: checkRequest },
  { name: "parse_bounded", seeds: JSON_SEEDS, tokens: JSON_TOKENS, check: checkParseBounded },
  {
    name: "error_body",
    seeds: [...JSON_SEEDS, "<html>502</html>", 'data: {"error":{"code":429}}\n\n'],
    tokens: [...JSON_TOKENS, "data: ", "\n\n", '"@type":', '"details":[', '"message":'],
    check: checkErrorBody,
  },
];
