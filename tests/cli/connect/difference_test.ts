import assert from "node:assert/strict";
import { differenceLines } from "../../../src/cli/connect/difference.ts";
import type { ClientFile } from "../../../src/cli/connect/clients/client.ts";
import type { FormatName } from "../../../src/cli/connect/formats/formats.ts";
import { utf8Bytes } from "../../../src/base/text/text.ts";

const KEYS: Readonly<Record<FormatName, ClientFile["settings"][number]["path"]>> = {
  json: ["env", "AUTH_TOKEN"],
  toml: ["p", "bearer_token"],
  yaml: ["api-key"],
  dotenv: ["API_KEY"],
};

/** A former key, as each format can write it, and what stands around it. */
const FORMER: readonly (readonly [format: FormatName, text: string])[] = [
  ["json", `{"env":{"AUTH_TOKEN":/* a */"planted-a"/* b */}}`],
  ["json", `{"env":{"AUTH_TOKEN":["planted-a","planted-b"]}}`],
  ["json", `{"env":{"AUTH_TOKEN":{"a_key":"planted-a"}},"x":{"api_key": /* c */ "planted-b"}}`],
  [
    "json",
    `{"env":{},"tokens":[],"x_token":["planted-a", "planted-b"], "password":"planted-\\"c"}`,
  ],
  ["toml", `[p]\nbearer_token = """\nplanted-a"""\n`],
  ["toml", `[p]\nbearer_token = '''planted-a'''\n`],
  ["toml", `[p]\nbearer_token = { key = "planted-a", b = 1 }\n`],
  ["yaml", `api-key: !!str planted-a\n`],
  ["yaml", `api-key: &k planted-a\n`],
  ["yaml", `api-key: >-\n  planted-a\n  planted-b\n`],
  ["yaml", `api-key: 'it''s planted-a'\n`],
  ["yaml", `api-key: [planted-a, planted-b]\n`],
  ["yaml", `api-key: a b,"planted-a" planted-b # c\n`],
  ["dotenv", `API_KEY=a b "planted-a"\n`],
  ["dotenv", `API_KEY="planted-a\nplanted-b"\n`],
];

for (const [nth, [format, text]] of FORMER.entries()) {
  for (const isNew of [false, true]) {
    Deno.test(`differenceLines() shows no key: ${format}, ${nth}, ${isNew ? "and a new one" : "and none now"}`, () => {
      const path = KEYS[format];
      const after = isNew ? `"planted-new"` : `"pollux"`;
      const next = {
        json: `{"env":{"AUTH_TOKEN":${after}}}`,
        toml: `[p]\nbearer_token = ${after}\n`,
        yaml: `api-key: ${after}\n`,
        dotenv: `API_KEY=${after}\n`,
      }[format];
      const lines = differenceLines({
        before: utf8Bytes(text),
        after: utf8Bytes(next),
        file: { format, settings: [{ path, value: "", isSecret: true }] },
      });
      assert.doesNotMatch(lines.join("\n"), /planted/);
      assert.match(lines.join("\n"), /^\+ .*(?:"pollux"|\*\*\*)/m);
      // A line of other settings is hidden the same way.
      const others = differenceLines({
        before: utf8Bytes(text),
        after: utf8Bytes(next),
        file: { format, settings: [] },
      });
      if (!text.includes("\nplanted") && !text.includes("  planted")) {
        assert.doesNotMatch(others.join("\n"), /planted/);
      }
    });
  }
}
