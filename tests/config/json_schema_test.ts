/** The JSON Schema for editors says of the file what the settings are read by. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { CONFIG_KEYS } from "../../src/config/config_keys.ts";
import { configJsonSchema } from "../../src/config/json_schema.ts";

const NODE = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

/** The schema's node for a section or a key. */
function nodeOf(...path: readonly string[]): z.infer<typeof NODE> {
  return path.reduce((node, name) => {
    const child = node.properties?.[name];
    assert.ok(child, path.join("."));
    return NODE.parse(child);
  }, NODE.parse(configJsonSchema()));
}

/** What an editor says of a file. */
function isAccepted(file: unknown): boolean {
  return z.fromJSONSchema(configJsonSchema()).safeParse(file).success;
}

Deno.test("configJsonSchema() is of the draft that editors know", () => {
  assert.equal(configJsonSchema()["$schema"], "http://json-schema.org/draft-07/schema#");
});

Deno.test("configJsonSchema() describes every section and every key, with its default", () => {
  for (const { section, key, description, default: value } of CONFIG_KEYS) {
    assert.ok(nodeOf(...section.split(".")).description, section);
    const node = nodeOf(...section.split("."), key);
    assert.ok(node.description?.startsWith(description), key);
    assert.deepEqual(node.default, value, key);
  }
});

Deno.test("configJsonSchema() says how a time is written", () => {
  const { description, anyOf } = nodeOf("timeouts", "idle");
  assert.match(description ?? "", /a number is seconds, text has a unit, as in 30s, 5m or 1h$/);
  assert.ok(Array.isArray(anyOf) && anyOf.length === 2);
  for (const idle of [30, 0.5, "30s", "1.5 minutes", "24d", "5"]) {
    assert.ok(isAccepted({ timeouts: { idle } }), `${idle}`);
  }
  for (const idle of [0, -1, "", "soon", "1.2.3s", true]) {
    assert.ok(!isAccepted({ timeouts: { idle } }), `${idle}`);
  }
});

Deno.test("configJsonSchema() takes lists and maps as YAML has them", () => {
  assert.ok(isAccepted({ server: { allowed_hosts: ["a.example"] } }));
  assert.ok(!isAccepted({ server: { allowed_hosts: "a.example" } }));
  assert.ok(isAccepted({ models: { aliases: { fast: "gemini-2.5-flash" } } }));
  assert.ok(!isAccepted({ models: { aliases: { fast: 5 } } }));
});

Deno.test("configJsonSchema() needs no key, and knows no others", () => {
  assert.ok(isAccepted({}));
  assert.ok(isAccepted({ server: {}, auth: { mode: "strict" } }));
  for (
    const file of [{ sevrer: {} }, { server: { prot: 1 } }, { server: { tls: { crt: "/a" } } }, {
      auth: { mode: "on" },
    }]
  ) {
    assert.ok(!isAccepted(file), JSON.stringify(file));
  }
});

Deno.test("configJsonSchema() has nothing but words of JSON Schema", () => {
  assert.doesNotMatch(JSON.stringify(configJsonSchema()), /isSecret|needsRestart|isTime/);
});
