/** How entries are told apart, and what all formats have in common. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isFault } from "../../../src/accounts/import/import_format.ts";
import { IMPORT_FORMATS, recogniseFormat } from "../../../src/accounts/import/import_formats.ts";
import { CLIENT, file, geminiApi, KEY, read, told } from "./read_format.ts";
import {
  ADC_FILE,
  ANTIGRAVITY_FILE,
  ANTIGRAVITY_INDEX,
  CLIPROXY_ANTIGRAVITY,
  CLIPROXY_GEMINI,
  CLIPROXY_VERTEX,
  GEMINI_CLI_FILE,
  SERVICE_ACCOUNT,
} from "./source_fixtures.ts";

Deno.test("antigravity: the index is no account", () => {
  const files = [file("accounts.json", ANTIGRAVITY_INDEX), file("a.json", ANTIGRAVITY_FILE)];
  assert.deepEqual(read("antigravity", files, { client: CLIENT }).map(({ where }) => where), [
    "a.json",
  ]);
});

Deno.test("cliproxyapi: files are named without their owner's address, however it is written", () => {
  const names = {
    "gemini-planted-ada@example.com-my-project-1.json": "gemini-***-my-project-1.json (file 1)",
    "antigravity-planted-ada_example_com.json": "antigravity-***.json (file 2)",
    "work.json": "work.json",
  };
  const files = Object.keys(names).map((name) => file(name, CLIPROXY_GEMINI));
  assert.deepEqual(read("cliproxyapi", files).map(({ where }) => where), Object.values(names));
  const [broken] = read("cliproxyapi", [file("gemini-planted-ada@example.com-p.json", "{")]);
  assert.equal(broken?.where, "*** (file 1)");
});

Deno.test("keys: one bad line of many is named by its number, and stops no other", () => {
  const text = `\uFEFF# mine\r\n${KEY}a\r\n\r\n  ${KEY}b # of the lab\nno key\n#${KEY}c\n${KEY}d`;
  const items = read("keys", [file("keys.txt", text)]);
  assert.deepEqual(
    items.map((item) => [item.where, typeof told(item)]),
    [["line 2", "object"], ["line 4", "object"], ["line 5", "string"], ["line 7", "object"]],
  );
});

Deno.test("keys: every key of any list is found, in order, among comments and blank lines", () => {
  const key = fc.stringMatching(/^[A-Za-z0-9._-]{16,60}$/);
  const blank = fc.constantFrom("", "   ", "# a comment", "\t#", "#AIzaSyCommentedOut012345");
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const entry = fc.oneof(key.map((key) => ({ key, line: ` ${key}\t` })), blank);
  fc.assert(fc.property(fc.array(entry), end, (entries, end) => {
    const lines = entries.map((entry) => typeof entry === "string" ? entry : entry.line);
    const keys = entries.flatMap((entry) => typeof entry === "string" ? [] : entry.key);
    const items = read("keys", [file("keys.txt", lines.join(end))]);
    assert.deepEqual(items.map(told), keys.map((key) => geminiApi(key)));
  }));
});

Deno.test("No format throws, whatever the file holds, or repeats a word of it", () => {
  const word = fc.constantFrom("planted-1", "planted-ada@example.com", 1, null, true, {}, []);
  const names = [
    ...["type", "token", "refresh_token", "client_id", "client_secret", "token_uri", "email"],
    ...["api_key", "proxy_url", "priority", "excluded_models", "accounts", "project_id"],
    ...["private_key", "private_key_id", "client_email", "location"],
  ];
  const members = fc.dictionary(fc.constantFrom(...names), word);
  const content = fc.oneof(
    fc.record({ type: fc.constantFrom("gemini", "authorized_user"), token: members }),
    fc.record({ type: fc.constant("vertex"), service_account: members, location: word }),
    members.map((members) => ({ ...members, type: "service_account" })),
    members,
    fc.json(),
    fc.string().map((text) => `planted ${text}`),
  );
  const kind = fc.constantFrom("code-assist", "vertex", undefined);
  fc.assert(fc.property(content, kind, (content, kind) => {
    const added = { client: CLIENT, kind };
    for (const { id } of IMPORT_FORMATS) {
      for (const { where, outcome } of read(id, [file("one.json", content)], added)) {
        assert.match(where, /^(one\.json|line \d+)/);
        if (isFault(outcome)) assert.doesNotMatch(outcome.reason, /planted/);
        else assert.doesNotMatch(JSON.stringify(outcome.credential), /planted-own-secret/);
      }
    }
  }));
});

Deno.test("recogniseFormat() tells the formats apart, and says so where it cannot", () => {
  const one = (content: unknown) => recogniseFormat([file("x", content)])?.id;
  assert.equal(one(ADC_FILE), "adc");
  assert.equal(one(SERVICE_ACCOUNT), "adc");
  assert.equal(one(GEMINI_CLI_FILE), "gemini-cli");
  assert.equal(one(CLIPROXY_GEMINI), "cliproxyapi");
  assert.equal(one(CLIPROXY_ANTIGRAVITY), "cliproxyapi");
  assert.equal(one(CLIPROXY_VERTEX), "cliproxyapi");
  assert.equal(one(ANTIGRAVITY_FILE), "antigravity");
  assert.equal(one(`# keys\n${KEY}\n`), "keys");
  for (const content of ["", "{}", "[]", "{", "a few words", { type: "claude" }]) {
    assert.equal(one(content), undefined);
  }
  assert.equal(recogniseFormat([]), undefined);
  const folder = [file("a.json", "{"), file("b.json", { type: "claude" })];
  assert.equal(recogniseFormat([...folder, file("c", CLIPROXY_GEMINI)])?.id, "cliproxyapi");
});
