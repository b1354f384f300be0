/**
 * Whatever a user's files say and however they are written: after connect and disconnect they are the same bytes.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { stringify as yamlOf } from "yaml";
import { stringify as tomlOf } from "smol-toml";
import { CLIENT_IDS, type ClientId } from "../../../src/cli/connect/clients/client_ids.ts";
import { clientOf } from "../../../src/cli/connect/clients/clients.ts";
import { applyPlan } from "../../../src/cli/connect/record/apply_plan.ts";
import {
  planConnection,
  planDisconnection,
} from "../../../src/cli/connect/record/connection_plan.ts";
import { ConnectionRecords } from "../../../src/cli/connect/record/connection_record.ts";
import type { FormatName } from "../../../src/cli/connect/formats/formats.ts";
import { ClientUser } from "./client_user.ts";

/** How often for each client: each time writes files to the disk. */
const RUNS = 5;

const TARGET = { url: "http://h", key: "k", model: "m", smallModel: "s" };

/** The client's files, and their formats. */
const FILES: Readonly<Record<ClientId, Readonly<Record<string, FormatName>>>> = {
  "claude-code": { ".claude/settings.json": "json" },
  codex: { ".codex/config.toml": "toml" },
  "gemini-cli": { ".gemini/settings.json": "json", ".gemini/.env": "dotenv" },
  opencode: { ".config/opencode/opencode.jsonc": "json" },
  aider: { ".aider.conf.yml": "yaml" },
  "qwen-code": { ".qwen/settings.json": "json" },
};

const NAME = fc.constantFrom("model", "env", "a", "b c", "é", "api-key", "profile", "OTHER");

const PLAIN = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/\p{Cc}/gu, "")),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.boolean(),
);

const LEAVES = fc.dictionary(NAME, PLAIN, { maxKeys: 4 });

/** Settings, with objects where a client has objects. */
const SETTINGS = fc.record({
  other: fc.dictionary(NAME, fc.oneof(PLAIN, fc.array(PLAIN, { maxLength: 3 }), LEAVES), {
    maxKeys: 4,
  }),
  own: LEAVES,
});

/** How a file is written. */
const STYLE = fc.record({
  indent: fc.constantFrom("", "  ", "\t", "    "),
  eol: fc.constantFrom("\n", "\r\n"),
  mark: fc.constantFrom("", "\ufeff"),
  comment: fc.boolean(),
  hasEnd: fc.boolean(),
  isMissing: fc.boolean(),
});

function textOf(
  format: FormatName,
  { settings: { other, own }, style }: {
    readonly settings: typeof SETTINGS extends fc.Arbitrary<infer Value> ? Value : never;
    readonly style: typeof STYLE extends fc.Arbitrary<infer Value> ? Value : never;
  },
): string {
  // Clients have objects of these names.
  const { env: _env, ...plain } = other;
  const whole = { ...plain, model_providers: { mine: own }, provider: { mine: own } };
  const lines = {
    json: () => JSON.stringify({ ...whole, model: {}, env: own }, undefined, style.indent),
    toml: () => tomlOf({ ...whole, model: "mine" }),
    yaml: () => yamlOf({ ...whole, model: "mine" }),
    dotenv: () => "MINE='x'\nGEMINI_API_KEY=mine\nlast=1",
  }[format]();
  const comment = style.comment ? `${format === "json" ? "//" : "#"} mine\n` : "";
  const text = `${comment}${lines.trimEnd()}${style.hasEnd ? "\n" : ""}`;
  return style.mark + text.replaceAll("\n", style.eol);
}

for (const client of CLIENT_IDS) {
  Deno.test(`connect ${client}, and disconnect, gives the same bytes for any file`, async () => {
    await fc.assert(
      fc.asyncProperty(SETTINGS, STYLE, async (settings, style) => {
        using user = new ClientUser();
        for (const [path, format] of Object.entries(FILES[client])) {
          if (style.isMissing && format !== "dotenv") continue;
          user.write(path, textOf(format, { settings, style }));
        }
        const now = () => user.names().map((name) => name.endsWith("/") ? name : user.read(name));
        const before = now();
        const records = new ConnectionRecords(user.dataDir);
        const files = clientOf(client).files(user.places, TARGET);
        const connection = { client, url: TARGET.url, files };
        await applyPlan(planConnection(connection, records.read(client)), records);
        assert.notDeepEqual(now(), before);
        const kept = records.read(client);
        assert.ok(kept !== undefined);
        await applyPlan(planDisconnection(kept), records);
        assert.deepEqual(now(), before);
      }),
      { numRuns: RUNS },
    );
  });
}
